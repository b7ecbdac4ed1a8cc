"""Find a second question in one message: "cần giấy tờ gì và mất bao lâu".

A clause counts when the classifier is sure of its question and the clause has a word that asks for it, so that a
long story is not cut into questions nobody asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable

SPLIT = re.compile(r"[,;.?!\n]+|\s(?:và|va|với lại|voi lai|rồi|roi|còn|con|vs|cùng|đồng thời|xong)\s", re.IGNORECASE)
CUES = {
    "fee": r"le phi|phi|bao nhieu tien|ton tien|mat tien|het bao nhieu|dong tien|mien phi|gia",
    "documents": r"giay to|giay gi|ho so gom|ho so can|mang theo|mang gi|can gi|chuan bi gi|can nhung gi|dem theo|dem gi",
    "where": r"o dau|cho nao|noi nao|dau vay|phuong nao|xa nao|den dau|ra dau|len dau",
    "processing_time": r"bao lau|may ngay|khi nao xong|bao gio xong|bao gio co|khi nao co|mat may|may bua|may hom",
    "online": r"online|tren mang|qua mang|vneid|truc tuyen|tren app|qua app|tren dien thoai",
    "form": r"mau nao|to khai|mau don|bieu mau|ct01|mau gi",
    "penalty": r"bi phat|phat bao|muc phat|phat tien|co phat|bi gi khong",
    "eligibility": r"duoc khong|co phai|bat buoc|dieu kien",
    "result": r"duoc cap gi|nhan duoc gi|ket qua|co gia tri|thoi han",
    "steps": r"cac buoc|buoc nao|quy trinh|trinh tu",
    "legal_basis": r"luat nao|can cu|nghi dinh|thong tu|dieu may",
}
MAX_QUESTIONS = 2


def questions_in(
    text: str, fold: Callable[[str], str], best_question: Callable[[str], tuple[str, float]], *, threshold: float
) -> list[str]:
    """The distinct questions of a message in the order asked, at most two; fewer than two means: no second one."""
    found: list[str] = []
    for clause in SPLIT.split(text):
        folded = fold(clause)
        if len(folded.split()) < 2:
            continue
        question, sure = best_question(clause)
        cue = CUES.get(question)
        if cue and sure >= threshold and question not in found and re.search(rf"\b(?:{cue})\b", folded):
            found.append(question)
    return found[:MAX_QUESTIONS] if len(found) > 1 else []
