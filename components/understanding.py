"""What a message means: question or act, procedure, case, situation. A factorised linear classifier, without Rasa.

Labels come from the blocks of `data/nlu`: the intent, and `procedure`, `case`, `situation`, `choice`, `field` of its
metadata. Each is a head of its own, so that pairs never seen together ("lệ phí" of a rare procedure) still work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from components.features import FoldedFeatures, Views
from components.heads import Head, train_head

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
DETAILS = ("case", "situation")
ACT_DETAILS = {"unclear": "choice", "out_of_scope": "field"}


@dataclass(frozen=True)
class Example:
    """One training text with its labels; empty strings where a block says nothing."""

    views: Views
    intent: str
    procedure: str = ""
    case: str = ""
    situation: str = ""
    choice: str = ""
    field: str = ""


@dataclass(frozen=True)
class Understanding:
    """Rankings of `(label, probability)`, most likely first; `details` only for the best procedure or act."""

    acts: list[tuple[str, float]]
    questions: list[tuple[str, float]]
    procedures: list[tuple[str, float]]
    details: dict[str, tuple[str, float]] = field(default_factory=dict)


@dataclass
class Model:
    """Trained heads on one set of features."""

    features: FoldedFeatures
    heads: dict[str, Head]

    def understand(self, views: Views) -> Understanding:
        """Read one text."""
        row = self.features.transform(views)
        acts = self.heads["act"].ranking(row)
        questions = self.heads["question"].ranking(row)
        procedures = self.heads["procedure"].ranking(row)
        names = self._details(acts[0][0], procedures)
        details = {name.split("/")[0]: self.heads[name].ranking(row)[0] for name in names}
        return Understanding(acts, questions, procedures, details)

    def best_question(self, views: Views) -> tuple[str, float]:
        """The most likely question of a text, taken alone."""
        return self.heads["question"].ranking(self.features.transform(views))[0]

    def _details(self, act: str, procedures: list[tuple[str, float]]) -> list[str]:
        best = next((label for label, _ in procedures if label != NONE), NONE)
        names = [f"{kind}/{best}" for kind in DETAILS]
        if act in ACT_DETAILS:
            names.append(ACT_DETAILS[act])
        return [name for name in names if name in self.heads]


def train(examples: Sequence[Example], *, cost: float, question_cost: float) -> Model:
    """Fit the features and every head on the examples."""
    features = FoldedFeatures()
    rows = features.fit([example.views for example in examples])
    heads: dict[str, Head] = {}

    def fit(name: str, chosen: list[int], labels: list[str], c: float, weight: str | None = None) -> None:
        if len(set(labels)) > 1:
            heads[name] = train_head(_take(rows, chosen), labels, cost=c, weight=weight)

    everything = list(range(len(examples)))
    fit("act", everything, [_act(example.intent) for example in examples], cost, "balanced")
    asking = [i for i, example in enumerate(examples) if example.intent in QUESTION_INTENTS]
    fit("question", asking, [examples[i].intent[len(ASK_PREFIX) :] for i in asking], question_cost)
    named = [
        i for i, e in enumerate(examples) if e.procedure or e.intent in QUESTION_INTENTS or e.intent == "inform_case"
    ]
    fit("procedure", named, [examples[i].procedure or NONE for i in named], cost)
    for procedure in sorted({example.procedure for example in examples if example.procedure}):
        own = [i for i in named if examples[i].procedure == procedure]
        for kind in DETAILS:
            fit(f"{kind}/{procedure}", own, [getattr(examples[i], kind) or NONE for i in own], cost)
    for act, kind in ACT_DETAILS.items():
        own = [i for i in everything if examples[i].intent == act]
        fit(kind, own, [getattr(examples[i], kind) or NONE for i in own], cost)
    return Model(features, heads)


def _act(intent: str) -> str:
    return ASK if intent in QUESTION_INTENTS else intent


def _take(rows: sp.csr_matrix, chosen: list[int]) -> sp.csr_matrix:
    return rows[np.array(chosen)]
