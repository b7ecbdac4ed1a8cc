"""Read a message as the next one of a conversation: what kind it is, whether it leaves the matter, what it asks.

`understanding.py` reads every message alone. The heads here learn from whole conversations (`data/talks`) how such
readings change with what was said before: "thế chỗ cũ thì sao" after a registration, "9 tuổi" after a card.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from components.fitting import Order, Settings, train_heads
from components.heads import Bank, Ranked
from components.phrases import names_any, phrases, possible

NONE, ASK = "none", "ask"
PROCEDURE, TELLS = "procedure", "tells"
"""Kinds of a message besides those of `make evaluate`: it asks of a procedure, or only tells of the case."""
INTENTS: Mapping[str, str] = {
    "handoff": "request_officer",
    "smalltalk": "chitchat",
    "status": "ask_status",
    "ambiguous": "unclear",
    TELLS: "inform_case",
}
"""Kind of a message → the intent it has, at least; the other kinds are called like theirs."""
STAYS = "stays"
"""What the head of procedures says of a message that goes on about the matter."""
COST, RARE_KINDS, RARE_MOVES = 0.2, 0.5, 0.2
"""The SVM's C, and how far rare kinds and procedures are lifted; chosen between writers of `data/talks`."""
LEAST, SCALE = 1e-4, 3.0
"""Probabilities below this count as this; their logarithms are divided by the scale, to be of the size of a word's."""
GROUPS: Mapping[str, tuple[str, ...]] = {
    "ask": (ASK, "compare", "ask_hotline"),
    "inform": ("inform_case",),
    "correct": ("correct",),
    "again": ("repeat", "not_understood", "more", "go_back", "start_over"),
    "elsewhere": ("out_of_scope",),
    "small": ("chitchat", "greet", "thanks", "goodbye", "affirm", "deny", "insult", "bot_challenge", "ask_help"),
    "vague": ("unclear", "gibberish"),
    "status": ("ask_status",),
    "officer": ("request_officer",),
    "complaint": ("complaint",),
    "crime": ("report_crime",),
    "danger": ("report_fire", "emergency"),
    "scam": ("report_scam",),
}
HEADS = ("kind", "procedure", "question")
SHORT = 3
"""Words of a short message."""


@dataclass(frozen=True)
class Talk:
    """What was said before a message: the procedure and question answered last, if any, the kind of the last message.

    `before` are the procedures talked about earlier, newest first. `topic` is the kind of an open report or of a
    question about one's own file that small talk did not end. `said` are the citizen's last messages, newest last.
    `about` is a procedure whose details are wanted besides the matter's. Without a last kind only details are read.
    """

    matter: str = ""
    question: str = ""
    last: str = ""
    before: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    topic: str = ""
    about: str = ""


@dataclass(frozen=True)
class Alone:
    """A message read alone: rankings of all acts, questions and procedures, and the folded text."""

    acts: Sequence[Ranked]
    questions: Sequence[Ranked]
    procedures: Sequence[Ranked]
    folded: str

    def other(self, matter: str) -> str:
        """The likeliest procedure but the one talked about."""
        return next((name for name, _ in self.procedures if name not in (NONE, matter)), NONE)


@dataclass(frozen=True)
class Lesson:
    """One message of a conversation with what it is: a kind, the procedure it moves to or "", the question or "".

    `procedure` is what it is about, `case` and `situation` the case and quick answer that it is after, if any.
    """

    talk: Talk
    kind: str
    moved: str
    question: str
    procedure: str = ""
    case: str = ""
    situation: str = ""


@dataclass(frozen=True)
class Reading:
    """Kinds and questions with their probabilities, likeliest first; the procedure moved to, and how likely that is."""

    kinds: list[Ranked]
    questions: list[Ranked]
    other: str
    moved: float


def signals(talk: Talk, alone: Alone) -> dict[str, float]:
    """What is known of a message and of what was said before, as features by name."""
    acts, procedures = dict(alone.acts), dict(alone.procedures)
    found = {f"act:{name}": _log(sum(acts.get(act, 0.0) for act in group)) for name, group in GROUPS.items()}
    found |= {f"question:{name}": _log(sure) for name, sure in alone.questions}
    found |= {f"procedure:{name}": _log(sure) for name, sure in alone.procedures}
    found["question"] = _log(dict(alone.questions).get(talk.question, 0.0))
    other, same, unnamed = alone.other(talk.matter), procedures.get(talk.matter, 0.0), procedures.get(NONE, 0.0)
    leaving = procedures.get(other, 0.0)
    known = phrases()
    ours, words = names_any(known.matters, alone.folded), len(alone.folded.split())
    found |= {
        "same": _log(same),
        "unnamed": _log(unnamed),
        "other": _log(leaving),
        "other against the rest": _log(leaving) - _log(same + unnamed),
        "other against the same": _log(leaving) - _log(same),
        "ours": float(ours),
        "ours and other": ours * (_log(leaving) - _log(same + unnamed)),
        "elsewhere": float(names_any(known.fields, alone.folded)),
        "length": math.log1p(words) / 2,
        "short": float(words <= SHORT),
        "back": float(other in talk.before),
        f"last:{talk.last}": 1.0,
        f"topic:{talk.topic}": 1.0,
        f"matter:{talk.matter}": 1.0,
        f"asked:{talk.question}": 1.0,
        f"{talk.matter}>{other}": min(1.0, 1.5 * leaving),
    }
    return found


@dataclass(frozen=True)
class TalkHeads:
    """Heads on the words of a text (the first columns) and on its signals (the columns named in `columns`)."""

    columns: Mapping[str, int]
    heads: Bank

    def read(self, words: sp.csr_matrix, talk: Talk, alone: Alone) -> Reading:
        """Read one message.

        Args:
            words: one row with the columns the heads were trained on.
        """
        row = sp.hstack([words, _matrix([signals(talk, alone)], self.columns)], format="csr")
        read = self.heads.read(row, HEADS)
        procedures = possible(read["procedure"], alone.folded)
        other = next((name for name, _ in procedures if name not in (STAYS, talk.matter)), NONE)
        same = sum(sure for name, sure in procedures if name in (STAYS, talk.matter))
        return Reading(read["kind"], read["question"], other, 1.0 - same)


def train_talk(words: sp.csr_matrix, lessons: Sequence[tuple[Lesson, Alone]]) -> TalkHeads:
    """Fit the heads on messages of conversations (one row of `words` each) that `Alone` was not trained on."""
    found = [signals(lesson.talk, alone) for lesson, alone in lessons]
    columns = {name: place for place, name in enumerate(sorted({name for one in found for name in one}))}
    rows = sp.hstack([words, _matrix(found, columns)], format="csr")
    every = [lesson for lesson, _ in lessons]
    about = [i for i, lesson in enumerate(every) if lesson.kind in (PROCEDURE, TELLS)]
    asking = [i for i in about if every[i].kind == PROCEDURE]
    settings = Settings(COST)
    orders = {
        "kind": Order(np.arange(len(every)), [lesson.kind for lesson in every], Settings(COST, lift=RARE_KINDS)),
        "procedure": Order(np.array(about), [every[i].moved or STAYS for i in about], Settings(COST, lift=RARE_MOVES)),
        "question": Order(np.array(asking), [every[i].question for i in asking], settings),
    }
    return TalkHeads(columns, Bank.of(train_heads(rows, orders), rows.shape[1]))


def _matrix(found: Iterable[Mapping[str, float]], columns: Mapping[str, int]) -> sp.csr_matrix:
    """One row a message; signals never seen in training are dropped."""
    known = [{columns[name]: value for name, value in one.items() if name in columns} for one in found]
    ends = np.cumsum([0, *map(len, known)])
    places = np.array([place for one in known for place in one], dtype=np.int32)
    values = np.array([value for one in known for value in one.values()], dtype=np.float32)
    return sp.csr_matrix((values, places, ends), shape=(len(known), len(columns)))


def _log(probability: float) -> float:
    return math.log(max(probability, LEAST)) / SCALE
