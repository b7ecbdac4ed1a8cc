"""The factorised classifier as a Rasa graph component: intent, and procedure, case and situation as entities.

The model itself is `understanding.py`; here are Rasa's training data, persistence, fingerprint and the thresholds
that decide when to ask back instead of answering.
"""

from __future__ import annotations

import gzip
import logging
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components import clauses
from components.features import Views
from components.heads import Ranked
from components.phrases import names_any, phrases
from components.reading import uncollected, views_of
from components.talk import GROUPS, Lesson, Reading, Talk
from components.text import fold
from components.tokenizer import VIEWS, digest
from components.understanding import ASK, ASK_PREFIX, NONE, Costs, Example, Following, Model, Understanding, train

logger = logging.getLogger(__name__)
UNDERSTANDING = "understanding"
UNCLEAR, OUT_OF_SCOPE = "unclear", "out_of_scope"
TOLD = frozenset({"report_crime", "report_scam", "complaint", "ask_status", "request_officer"})
"""Acts in which words of another office's matter ("mất máy, mất luôn sim") are part of what happened."""
MODEL_FILE = "model.pickle.gz"
HELPERS = (
    "classifier.py", "clauses.py", "cues.py", "features.py", "fitting.py", "heads.py", "patterns.py", "phrases.py",
    "reading.py", "syllables.py", "talk.py", "text.py", "tokenizer.py", "understanding.py",
    "lexicon.yml", "phrases.yml", "syllables.yml",
)  # fmt: skip
RANKING_LENGTH = 10
KEPT_ACTS, KEPT_DETAILS = 5, 4
"""How many acts and details go on to `dialogue/context.py` and the actions, which weigh the conversation in."""
PARTS, QUESTION = "parts", "question"
"""Keys of the understanding: the details of each part of a message that asks, when several do, and its question."""
TALK, LESSON = "talk", "lesson"
"""Keys of a message's metadata: what was said before it (fields of `Talk`); in training also what it is after that."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FactorisedClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Intent classifier whose labels are factorised: act, question, procedure, case, situation."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # The SVM's C of each kind of head; larger trusts the training texts more.
            "act_cost": 1.0,
            "procedure_cost": 1.0,
            "question_cost": 0.5,
            "detail_cost": 0.3,
            "act_detail_cost": 1.0,
            # Least probability of the best act; below it the message is `unclear`.
            "act_threshold": 0.25,
            # Least probability of a question about a procedure; below it the next act is taken, if it reaches
            # `act_threshold`.
            "ask_threshold": 0.7,
            # The same for a text without any word of our matters (`matters` in phrases.yml), which is out of scope
            # when it has a word of another office's.
            "nameless_threshold": 0.85,
            # The same for a text with words of ours whose procedure is certain.
            "named_threshold": 0.4,
            # Least probability of a certain procedure.
            "certain_procedure": 0.9,
            # Least probability of a procedure to be named at all.
            "procedure_threshold": 0.45,
            # Two procedures closer than this are offered as a choice.
            "procedure_margin": 0.1,
            # Least probability of a choice or field.
            "detail_threshold": 0.45,
            # Least probability of danger in a stretch of a long text, which then is a report whatever it asks.
            "alarm_threshold": 0.8,
            # Least probability of each question when a message holds two.
            "second_question_threshold": 0.6,
        }

    @staticmethod
    def required_packages() -> list[str]:
        return ["sklearn", "scipy"]

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: Model | None = None
    ) -> None:
        self.config, self.storage, self.resource, self.model = config, storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactorisedClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FactorisedClassifier:
        with model_storage.read_from(resource) as folder, gzip.open(folder / MODEL_FILE, "rb") as file:
            # Part of the archive that this installation trained; Rasa's own parts are pickles as well.
            return cls(config, model_storage, resource, pickle.load(file))  # noqa: S301

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """The helper modules and the lexicon."""
        return digest(HELPERS)

    def train(self, training_data: TrainingData) -> Resource:
        read = {message.get(TEXT): message.get(VIEWS) for message in training_data.intent_examples}
        examples, talks = [], []
        for message in training_data.intent_examples:
            if LESSON in (message.get(METADATA) or {}):
                talks.append(_following(message, read))
            else:
                examples.append(_example(message))
        kinds = ("act", "procedure", "question", "detail", "act_detail")
        with uncollected():
            self.model = train(examples, Costs(**{kind: self.config[f"{kind}_cost"] for kind in kinds}), talks)
        # Compressed lightly: Rasa's archive compresses as hard as it can, which takes six times as long. joblib takes
        # twice as long to write this and eight times as long to read it.
        with (
            self.storage.write_to(self.resource) as folder,
            gzip.open(folder / MODEL_FILE, "wb", compresslevel=1) as file,
        ):
            pickle.dump(self.model, file, protocol=pickle.HIGHEST_PROTOCOL)
        return self.resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            views: Views | None = message.get(VIEWS)
            if self.model is None or views is None or not views.folded:
                self._set(message, [(UNCLEAR, 0.0)], {}, [])
                continue
            known = (message.get(METADATA) or {}).get(TALK)
            talk = Talk(**known) if known else None
            said = [_views_of_part(text) for text in talk.said] if talk else []
            meaning = self.model.understand(views, talk, said)
            self._decide(
                message, self._alarmed(meaning, message.get(TEXT)), self._parts(meaning, message.get(TEXT), said)
            )
        return messages

    def _alarmed(self, meaning: Understanding, text: str) -> Understanding:
        """The meaning of a text, with danger as its act when a stretch of it says so between other matters."""
        assert self.model is not None
        alarms = [self.model.alarm(_views_of_part(part)) for part in clauses.stretches(text)]
        kind, sure = max(alarms, key=lambda one: one[1], default=("", 0.0))
        act, whole = meaning.acts[0]
        if sure < self.config["alarm_threshold"] or (act in GROUPS["danger"] and whole >= sure):
            return meaning
        # The others stay as they were: what the message is when the alarm is dropped after all (`dialogue/alarm.py`).
        return replace(meaning, acts=[(kind, sure), *(one for one in meaning.acts if one[0] != kind)])

    def _parts(self, meaning: Understanding, text: str, said: Sequence[Views]) -> list[dict[str, Any]]:
        """What each part of a message is after that asks something, the rest being said before it: its quick answers,
        and the question that it has a word for."""
        assert self.model is not None
        names = [name for name in meaning.details if name.startswith("situation/")]
        found = []
        for part, rest in clauses.asking_parts(text, fold) if names else []:
            read = self.model.situations(_views_of_part(part), [*said[-1:], _views_of_part(rest)], names)
            question = clauses.question_of(part, fold, self._best_question)
            found.append({**_details(read), **({QUESTION: [question[0], round(question[1], 4)]} if question else {})})
        return found

    def _decide(self, message: Message, meaning: Understanding, parts: Sequence[Mapping[str, Any]]) -> None:
        act, sure = self._act(meaning, message.get(VIEWS).folded)
        procedures = [(name, p) for name, p in meaning.procedures if p >= 0.05][:3]
        named = self._named(meaning)
        asked: list[str] = []
        if act == ASK:
            intents = [(ASK_PREFIX + question, p * sure) for question, p in meaning.questions]
            asked = self._questions(message.get(TEXT))
        else:
            intents = [(act, sure), *(one for one in meaning.acts if one[0] != act)]
        understanding = {
            "act": act,
            "acts": [[name, round(p, 4)] for name, p in meaning.acts[:KEPT_ACTS]],
            "questions": asked or [question for question, _ in meaning.questions[:1]],
            "question_confidence": round(meaning.questions[0][1], 4),
            "question_ranking": [[name, round(p, 4)] for name, p in meaning.questions[:KEPT_DETAILS]],
            "procedures": [[name, round(p, 4)] for name, p in procedures],
            "procedure": named,
            **self._act_details(meaning),
            "details": _details(meaning.details),
            **({PARTS: list(parts)} if parts else {}),
            **({TALK: _talk(meaning.talk)} if meaning.talk else {}),
        }
        entities = [{"entity": "procedure", "value": named}] if named else []
        self._set(message, intents, understanding, entities)

    def _act(self, meaning: Understanding, folded: str) -> tuple[str, float]:
        """The act and its probability; `unclear` when nothing is likely enough."""
        act, sure = meaning.acts[0]
        acts, known = dict(meaning.acts), phrases()
        ours = names_any(known.matters, folded)
        name, certain = meaning.procedures[0]
        named = ours and name != NONE and certain >= self.config["certain_procedure"]
        if act == UNCLEAR and named and acts.get(ASK, 0.0) >= self.config["named_threshold"]:
            # What is certainly about a procedure is not too vague: its overview answers.
            return ASK, acts[ASK]
        if act != ASK:
            return (act, sure) if sure >= self.config["act_threshold"] else (UNCLEAR, 1.0 - sure)
        needed = self.config["ask_threshold"] if ours else self.config["nameless_threshold"]
        if sure >= (self.config["named_threshold"] if named else needed):
            return act, sure
        elsewhere = acts.get(OUT_OF_SCOPE, 0.0)
        other, chance = meaning.acts[1]
        told = other in TOLD and chance >= self.config["act_threshold"]
        if not told and names_any(known.fields, folded) and (not ours or elsewhere >= self.config["act_threshold"]):
            return OUT_OF_SCOPE, elsewhere
        return (other, chance) if chance >= self.config["act_threshold"] else (UNCLEAR, 1.0 - sure)

    def _act_details(self, meaning: Understanding) -> dict[str, str]:
        """The choice or field of the best act, when it is likely enough."""
        best = {name: ranking[0] for name, ranking in meaning.details.items() if "/" not in name}
        least = self.config["detail_threshold"]
        return {name: label for name, (label, p) in best.items() if label != NONE and p >= least}

    def _named(self, meaning: Understanding) -> str | None:
        """The procedure the text names, or None when it names none or two are too close."""
        name, sure = meaning.procedures[0]
        if name == NONE or sure < self.config["procedure_threshold"]:
            return None
        others = [p for other, p in meaning.procedures[1:2] if other != NONE]
        close = bool(others) and sure - others[0] < self.config["procedure_margin"]
        return None if close else name

    def _questions(self, text: str) -> list[str]:
        return clauses.questions_in(text, fold, self._best_question, threshold=self.config["second_question_threshold"])

    def _best_question(self, text: str) -> tuple[str, float]:
        assert self.model is not None
        return self.model.best_question(_views_of_part(text))

    def _set(
        self,
        message: Message,
        intents: list[tuple[str, float]],
        understanding: dict[str, Any],
        entities: list[dict[str, Any]],
    ) -> None:
        ranking = [{"name": name, "confidence": confidence} for name, confidence in intents[:RANKING_LENGTH]]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set(UNDERSTANDING, understanding, add_to_output=True)
        length = len(message.get(TEXT) or "")
        found = [{**entity, "start": 0, "end": length, "extractor": "FactorisedClassifier"} for entity in entities]
        message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)


@lru_cache(maxsize=512)
def _views_of_part(text: str) -> Views:
    """The views of a part of a text, which no tokenizer has seen: its compounds stay apart.

    Kept, because what was said is read again with every clause of the next two messages.
    """
    return views_of(text, text.split())


def _talk(reading: Reading) -> dict[str, Any]:
    """The reading of a conversation, as it goes on to `dialogue/context.py`."""
    return {
        "kinds": [[name, round(p, 4)] for name, p in reading.kinds[:KEPT_DETAILS]],
        "questions": [[name, round(p, 4)] for name, p in reading.questions[:KEPT_DETAILS]],
        "other": reading.other,
        "moved": round(reading.moved, 4),
    }


def _following(message: Message, read: Mapping[str, Views]) -> Following:
    """A training message of a conversation, with what was said before it; `read` are views that are known."""
    metadata = message.get(METADATA)
    talk = Talk(**metadata[TALK])
    said = tuple(read.get(text) or _views_of_part(text) for text in talk.said)
    return Following(message.get(VIEWS), said, Lesson(talk, **metadata[LESSON]))


def _details(details: Mapping[str, list[Ranked]]) -> dict[str, list[tuple[str, float]]]:
    """The likeliest cases and situations of each procedure read: `{"case/tach_ho": [["da_ly_hon", 0.6], ...]}`."""
    return {
        name: [(label, round(p, 4)) for label, p in ranking[:KEPT_DETAILS]]
        for name, ranking in details.items()
        if "/" in name
    }


def _labels(message: Message) -> dict[str, Any]:
    """The metadata of the block a training text stands in."""
    return (message.get(METADATA) or {}).get("intent") or {}


def _example(message: Message) -> Example:
    """One training text with the labels of its block."""
    labels = _labels(message)
    procedure, case, situation, choice, field = (
        str(labels.get(name) or "") for name in ("procedure", "case", "situation", "choice", "field")
    )
    alone = bool(labels.get("alone", True))
    return Example(message.get(VIEWS), message.get(INTENT), procedure, case, situation, choice, field, alone)
