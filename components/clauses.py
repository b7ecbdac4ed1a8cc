"""Read parts of a message: a second and third question ("cần giấy tờ gì và mất bao lâu"), what each part that asks is
after, stretches of a long story.

A clause counts as a question when the classifier is sure of it and the clause has a word that asks for it, so that a
long story is not cut into questions nobody asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from components.phrases import phrases

SPLIT = re.compile(
    r"[,;.?!\n]+|\s(?:và|va|với lại|voi lai|với|voi|rồi|roi|còn|con|vs|cùng|đồng thời|xong)\s", re.IGNORECASE
)
FEWEST, MAX_QUESTIONS, BROAD = 2, 3, "overview"
"""How many questions are several; the most answered; the one that others beside it make plain ("thủ tục sao, cần giấy
gì, bao lâu")."""
PARTS = re.compile(r"[,;?!\n]+|\.(?!\d)|\s(?:với lại|voi lai|vs lại|vs lai)\s", re.IGNORECASE)
ASKS = re.compile(
    r"\b(?:gi|nao|dau|may|bao nhieu|bao lau|the nao|ntn|hay|sao|(?:gap|goi|hoi|cho|nho|can) ai)\b"
    r"|\bai (?:phai|duoc|se|ky|lam|di|tra|chiu|cap|giu|dung)\b"
    r"|\b(?:khong|ha|chua|hong)(?: (?:a|ad|em|anh|chi|ban|vay|nhi|ta|the|co|chu|bac|nha))*$"
)
SHORTEST, MOST_PARTS = 3, 4
"""Between the parts of a message; what a part that asks has, on folded text ("không" only at its end); least words of a
part, and how many are read."""
STRETCH, STEP = 20, 5
"""Words of a stretch, and from the beginning of one to that of the next; chosen on data/development."""


def questions_in(
    text: str, fold: Callable[[str], str], best_question: Callable[[str], tuple[str, float]], *, threshold: float
) -> list[str]:
    """The distinct questions of a message in the order asked, at most three; none when there are not several."""
    clauses = [clause for clause in SPLIT.split(text) if len(fold(clause).split()) > 1]
    asking = [clause for clause in clauses if _has_a_cue(fold(clause))]
    # Most messages end here, before the model is asked about any clause.
    if len(asking) < FEWEST:
        return []
    found: list[str] = []
    for clause in asking:
        question, sure = question_of(clause, fold, best_question) or ("", 0.0)
        if question and sure >= threshold and question not in found:
            found.append(question)
    if len(found) > FEWEST and BROAD in found:
        found.remove(BROAD)
    return found[:MAX_QUESTIONS] if len(found) >= FEWEST else []


def question_of(
    part: str, fold: Callable[[str], str], best_question: Callable[[str], tuple[str, float]]
) -> tuple[str, float] | None:
    """The question that a part has a word for and its probability; None without such a word."""
    folded = fold(part)
    if not _has_a_cue(folded):
        return None
    question, sure = best_question(part)
    cue = phrases().cues.get(question)
    return (question, sure) if cue and cue.search(folded) else None


def _has_a_cue(folded: str) -> bool:
    """Whether a folded text has a word that asks for some question."""
    return any(cue.search(folded) for cue in phrases().cues.values())


def asking_parts(text: str, fold: Callable[[str], str]) -> list[tuple[str, str]]:
    """The parts of a message that ask, each with what stands before it (the first with what follows); at most four, and
    none when not several ask."""
    parts: list[str] = []
    for piece in filter(None, (piece.strip() for piece in PARTS.split(text))):
        if parts and len(piece.split()) < SHORTEST:
            parts[-1] += f" {piece}"
        else:
            parts.append(piece)
    asking = [place for place, part in enumerate(parts) if ASKS.search(fold(part))]
    if len(asking) < FEWEST:
        return []
    return [(parts[place], " ".join(parts[:place] or parts[1:])) for place in asking[:MOST_PARTS]]


def stretches(text: str) -> Iterator[str]:
    """Overlapping stretches that together are all of a text; none of a text that is hardly longer than one."""
    words = text.split()
    if len(words) <= STRETCH + STEP // 2:
        return
    for start in range(0, len(words) - STRETCH + STEP, STEP):
        yield " ".join(words[start : start + STRETCH])
