"""Find ages, days of stay, dwellings and the like with spaCy's Matcher on folded words, as Rasa entities."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.util import filter_spans
from spacy.vocab import Vocab

from components.patterns import RULES
from components.text import folded_tokens


class Extractor:
    """The matcher without Rasa: text in, `(entity, value, start, end)` out."""

    def __init__(self) -> None:
        self.vocab = Vocab()
        self.matcher = Matcher(self.vocab)
        for number, rule in enumerate(RULES):
            self.matcher.add(str(number), list(rule.patterns))

    def find(self, text: str) -> list[tuple[str, str, int, int]]:
        """What the text says, longest match first where matches overlap, in the order of the text."""
        tokens = folded_tokens(text)
        if not tokens:
            return []
        doc = Doc(self.vocab, words=[word for word, _, _ in tokens])
        found = []
        for span in filter_spans(self.matcher(doc, as_spans=True)):
            rule = RULES[int(span.label_)]
            value = rule.value([token.text for token in span])
            if value is not None:
                found.append((rule.entity, value, tokens[span.start][1], tokens[span.end - 1][2]))
        return found


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class VietnameseMatcher(GraphComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds the matches of `patterns.py` to the entities of a message."""

    def __init__(self) -> None:
        self.extractor = Extractor()

    @staticmethod
    def required_packages() -> list[str]:
        return ["spacy"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> VietnameseMatcher:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            entities = [
                {"entity": entity, "value": value, "start": start, "end": end, "extractor": "VietnameseMatcher"}
                for entity, value, start, end in self.extractor.find(text)
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages
