"""A page of the mistakes of an evaluation, grouped by confusion, each with the nearest training texts beside it.

So that a person sees why: a wrong label, a text nobody wrote, or words that mislead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment
from sklearn.feature_extraction.text import TfidfVectorizer

from components.importer import GENERATED, read_texts
from components.text import fold
from dialogue.evaluation import Expected, is_right, label_of

NEAREST = 3
PAGE = """<!doctype html>
<html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Lỗi hiểu câu hỏi</title>
<style>
 body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 1rem auto; padding: 0 1rem }
 h2 { font-size: 1.05rem; border-top: 1px solid #bbb; padding-top: .7rem } small { color: #555 } li { margin: .4rem 0 }
</style>
<h1>{{ count }} lỗi trong {{ total }} câu</h1>
<p>Mỗi nhóm: nhãn đúng → máy hiểu. Dưới mỗi câu là các câu huấn luyện gần nhất và nhãn của chúng.</p>
{% for (wanted, got), mistakes in groups %}
<h2>{{ mistakes|length }} × {{ wanted }} → {{ got }}</h2>
<ul>{% for mistake in mistakes %}
<li>{{ mistake.text }}
<small>({{ mistake.id }}, {{ mistake.style or "–" }}, {{ "%.2f"|format(mistake.confidence) }})</small>
<ul>{% for label, text in mistake.nearest %}<li><small>{{ label }}: {{ text }}</small></li>{% endfor %}</ul>
</li>{% endfor %}
</ul>{% endfor %}
</html>
"""


@dataclass(frozen=True)
class Mistake:
    """One turn that came out wrong; `nearest` holds `(label, text)` of training texts, nearest first."""

    id: str
    text: str
    style: str
    confidence: float
    nearest: Sequence[tuple[str, str]]


class Neighbours:
    """The training texts, found by the words they share."""

    def __init__(self, nlu: Path) -> None:
        files = [file for file in sorted(nlu.rglob("*.yml")) if GENERATED not in file.parts]
        texts = [text for file in files for text in read_texts(file)]
        self._known = [(_label(text.data), str(text.data["text"])) for text in texts]
        self._words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, tokenizer=str.split, token_pattern=None)
        self._rows = self._words.fit_transform([fold(text) for _, text in self._known])

    def of(self, text: str) -> list[tuple[str, str]]:
        """Label and text of the nearest training texts."""
        likeness = (self._rows @ self._words.transform([fold(text)]).T).toarray()[:, 0]
        return [self._known[place] for place in likeness.argsort()[::-1][:NEAREST]]


def _label(data: Mapping[str, Any]) -> str:
    metadata = (data.get("metadata") or {}).get("intent") or {}
    details = [metadata.get(name) for name in ("procedure", "choice", "field")]
    return "/".join(str(part) for part in (*details, data["intent"]) if part)


def page(pairs: Iterable[tuple[Expected, Mapping[str, Any]]], nlu: Path) -> str:
    """The page as HTML, the commonest confusion first; every text is escaped."""
    pairs, neighbours = list(pairs), Neighbours(nlu)
    groups: dict[tuple[str, str], list[Mistake]] = defaultdict(list)
    for expected, result in pairs:
        if not is_right(expected, result):
            text = str(result["text"])
            mistake = Mistake(
                f"{result['id']}.{result['turn']}", text, expected.style, result["confidence"], neighbours.of(text)
            )
            got = label_of(result["kind"], result["procedure"], result["question"])
            groups[(label_of(expected.kind, expected.procedure, expected.question), got)].append(mistake)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    count = sum(map(len, groups.values()))
    template = Environment(autoescape=True).from_string(PAGE)
    return template.render(groups=ordered, count=count, total=len(pairs))
