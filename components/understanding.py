"""What a message means: question or act, procedure, case, situation. A factorised linear classifier, without Rasa.

Labels come from the blocks of `data/nlu`: the intent, and `procedure`, `case`, `situation`, `choice`, `field` of its
metadata. Each is a head of its own, so that pairs never seen together ("lệ phí" of a rare procedure) still work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from components.features import FoldedFeatures, Views
from components.fitting import Order, Settings, train_heads
from components.heads import Bank, Ranked
from components.phrases import possible
from components.talk import GROUPS, Alone, Lesson, Reading, Talk, TalkHeads, train_talk

ASK = "ask"
ASK_PREFIX = "ask_"
QUESTION_INTENTS = tuple(
    ASK_PREFIX + name
    for name in (
        "overview", "documents", "eligibility", "where", "steps", "online", "processing_time", "fee", "form", "result",
        "penalty", "legal_basis",
    )
)  # fmt: skip
NONE = "none"
MAIN = ("act", "question", "procedure")
DETAILS = ("case", "situation")
ACT_DETAILS = {"unclear": "choice", "out_of_scope": "field"}
DETAIL_LIFT, LEAST_DETAIL = 0.3, 0.05
"""How far rare cases and situations are lifted, and the least weight kept; chosen between writers
(docs/design/understanding.md)."""


@dataclass(frozen=True)
class Example:
    """One training text with its labels; empty strings where a block says nothing.

    One that is not said `alone` only has a meaning amid a talk about its procedure, and only teaches its details; what
    was `said` before it is read with it.
    """

    views: Views
    intent: str
    procedure: str = ""
    case: str = ""
    situation: str = ""
    choice: str = ""
    field: str = ""
    alone: bool = True
    said: tuple[Views, ...] = ()


@dataclass(frozen=True)
class Understanding:
    """Rankings of `(label, probability)`, most likely first.

    `details` has those of the best procedure and of the one talked about (`case/tach_ho`, `situation/tach_ho`), and of
    the best act (`choice`, `field`). `talk` is the message read as the next one of a conversation.
    """

    acts: list[Ranked]
    questions: list[Ranked]
    procedures: list[Ranked]
    details: dict[str, list[Ranked]] = field(default_factory=dict)
    talk: Reading | None = None


@dataclass
class Model:
    """Trained heads on one set of features.

    `main` reads act, question and procedure; `details` the cases and situations of every procedure (`case/tach_ho`)
    from words and flags and those of what was said before; `act_details` what an act is about (`choice`, `field`).
    """

    features: FoldedFeatures
    main: Bank
    details: Bank
    act_details: Bank
    talk: TalkHeads | None = None

    def understand(self, views: Views, talk: Talk | None = None, said: Sequence[Views] = ()) -> Understanding:
        """Read one text, which may go on about the matter of `talk` without naming it, after what was `said` before."""
        row = self.features.transform_one(views)
        acts, questions, every = self.main.read(row, MAIN).values()
        procedures = possible(every, views.folded)
        narrow = row[:, : self.features.narrow]
        about = self._details(procedures, (talk.matter, talk.about) if talk else ())
        details: dict[str, list[Ranked]] = {}
        if about:
            details |= self.details.read(sp.hstack([narrow, self.features.earlier_one(said)], format="csr"), about)
        kind = ACT_DETAILS.get(acts[0][0], NONE)
        if kind in self.act_details:
            details |= self.act_details.read(narrow, [kind])
        reading = None
        if self.talk and talk and talk.last:
            reading = self.talk.read(narrow, talk, Alone(acts, questions, procedures, views.folded))
        return Understanding(acts, questions, procedures, details, reading)

    def situations(self, part: Views, said: Sequence[Views], names: Sequence[str]) -> dict[str, list[Ranked]]:
        """What the named heads of details say of a part of a message, read after what was `said` before it."""
        narrow = self.features.transform_one(part)[:, : self.features.narrow]
        known = [name for name in names if name in self.details]
        return self.details.read(sp.hstack([narrow, self.features.earlier_one(said)], format="csr"), known)

    def alarm(self, views: Views) -> Ranked:
        """The likelier kind of danger in a text, taken alone, with the probability of any danger."""
        acts = dict(self._alone(views, "act"))
        kinds = {kind: acts.get(kind, 0.0) for kind in GROUPS["danger"]}
        return max(kinds, key=lambda kind: kinds[kind]), sum(kinds.values())

    def best_question(self, views: Views) -> tuple[str, float]:
        """The most likely question of a text, taken alone."""
        return self._alone(views, "question")[0]

    def _alone(self, views: Views, name: str) -> list[Ranked]:
        """What one of the main heads says of a text."""
        return self.main.read(self.features.transform_one(views), [name])[name]

    def _details(self, procedures: list[Ranked], matters: Sequence[str]) -> list[str]:
        """The heads of details of the likeliest procedure and of those talked about."""
        best = next((label for label, _ in procedures if label != NONE), NONE)
        names = [f"{kind}/{name}" for name in dict.fromkeys((best, *matters)) for kind in DETAILS]
        return [name for name in names if name in self.details]


@dataclass(frozen=True)
class Costs:
    """The SVM's C of each kind of head; larger trusts the training texts more."""

    act: float = 1.0
    procedure: float = 1.0
    question: float = 0.5
    detail: float = 0.3
    act_detail: float = 1.0


@dataclass(frozen=True)
class Following:
    """A message of a conversation, with what was said before it and what it teaches."""

    views: Views
    said: tuple[Views, ...]
    lesson: Lesson

    @property
    def example(self) -> Example:
        """What it teaches of its procedure's cases and situations."""
        lesson = self.lesson
        return Example(self.views, "", lesson.procedure, lesson.case, lesson.situation, alone=False, said=self.said)


def train(examples: Sequence[Example], costs: Costs, talks: Sequence[Following] = ()) -> Model:
    """Fit the features and every head on the examples, and what follows in conversations on `talks`.

    The main heads never see a message of `talks`: the heads of conversations learn from how they read unknown texts.
    """
    features = FoldedFeatures()
    rows = features.fit([example.views for example in examples])
    main = Bank.of(train_heads(rows, _main_orders(examples, costs, features.narrow)), rows.shape[1])
    narrow, every, heads = rows[:, : features.narrow], list(examples), None
    act_details = Bank.of(train_heads(narrow, _act_detail_orders(examples, costs)), features.narrow)
    if talks:
        said = features.transform([one.views for one in talks])
        heads = train_talk(said[:, : features.narrow], _lessons(main, said, talks))
        narrow = sp.vstack([narrow, said[:, : features.narrow]], format="csr")
        every += [one.example for one in talks]
    wide = sp.hstack([narrow, features.earlier([example.said for example in every])], format="csr")
    details = Bank.of(train_heads(wide, _detail_orders(every, costs)), wide.shape[1])
    return Model(features, main, details, act_details, heads)


def _lessons(main: Bank, rows: sp.csr_matrix, talks: Sequence[Following]) -> list[tuple[Lesson, Alone]]:
    """What messages of conversations teach, and how they read alone; `rows` are their features."""
    acts, questions, procedures = main.rankings(rows, MAIN).values()
    return [
        (one.lesson, Alone(act, question, possible(procedure, one.views.folded), one.views.folded))
        for act, question, procedure, one in zip(acts, questions, procedures, talks, strict=True)
    ]


def _main_orders(examples: Sequence[Example], costs: Costs, narrow: int) -> dict[str, Order]:
    """The heads of every text; what an act is about is learned from words alone, the first `narrow` columns."""
    everything = [i for i, example in enumerate(examples) if example.alone]
    asking = [i for i in everything if examples[i].intent in QUESTION_INTENTS]
    questions = [examples[i].intent[len(ASK_PREFIX) :] for i in asking] or [QUESTION_INTENTS[0][len(ASK_PREFIX) :]]
    named = [i for i in _named(examples) if examples[i].alone]
    procedures = [examples[i].procedure or NONE for i in named] or [NONE]
    return {
        "act": Order(
            np.array(everything),
            [_act(examples[i].intent) for i in everything],
            Settings(costs.act, lift=1.0),
            [_finer_act(examples[i]) for i in everything],
            Settings(costs.act, lift=0.5),
            narrow,
        ),
        "question": Order(np.array(asking or [0]), questions, Settings(costs.question, lift=0.6)),
        "procedure": Order(np.array(named or [0]), procedures, Settings(costs.procedure)),
    }


def _detail_orders(examples: Sequence[Example], costs: Costs) -> dict[str, Order]:
    """A head for every procedure with cases or situations."""
    named = _named(examples)
    groups: dict[str, tuple[str, list[int]]] = {}
    for procedure in sorted({example.procedure for example in examples if example.procedure}):
        own = [i for i in named if examples[i].procedure == procedure]
        # The case of a message taken out of its talk was perhaps said before it.
        known = [i for i in own if examples[i].alone or examples[i].said]
        groups |= {f"case/{procedure}": ("case", known), f"situation/{procedure}": ("situation", own)}
    return _orders(groups, examples, Settings(costs.detail, DETAIL_LIFT, LEAST_DETAIL))


def _act_detail_orders(examples: Sequence[Example], costs: Costs) -> dict[str, Order]:
    """A head for the details of each act that has some."""
    groups = {
        kind: (kind, [i for i, example in enumerate(examples) if example.intent == act])
        for act, kind in ACT_DETAILS.items()
    }
    return _orders(groups, examples, Settings(costs.act_detail))


def _orders(
    groups: Mapping[str, tuple[str, list[int]]], examples: Sequence[Example], settings: Settings
) -> dict[str, Order]:
    """An order for every group of examples that has more than one label of its kind."""
    orders = {}
    for name, (kind, own) in groups.items():
        labels = [getattr(examples[i], kind) or NONE for i in own]
        if len(set(labels)) > 1:
            orders[name] = Order(np.array(own), labels, settings)
    return orders


def _named(examples: Sequence[Example]) -> list[int]:
    """Texts that teach the procedure: all that name one, and questions that name none."""
    nameless = (*QUESTION_INTENTS, "inform_case")
    return [i for i, example in enumerate(examples) if example.procedure or example.intent in nameless]


def _act(intent: str) -> str:
    return ASK if intent in QUESTION_INTENTS else intent


def _finer_act(example: Example) -> str:
    """What the act is about: one linear boundary a procedure or field is easier than one around all of them."""
    act = _act(example.intent)
    return f"{act}:{example.procedure if act == ASK else getattr(example, ACT_DETAILS.get(act, ''), '')}"
