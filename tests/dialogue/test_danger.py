"""Danger to life is found, and what only sounds like it is not."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from dialogue.alarm import plainly_another
from dialogue.danger import PHRASES, Danger, danger, kind_of_report, rules

ROOT = Path(__file__).parents[2]
TEXTS = YAML(typ="safe").load((Path(__file__).parent / "danger_texts.yml").read_text(encoding="utf-8"))
DANGER = [str(text) for texts in TEXTS["danger"].values() for text in texts]
HARMLESS = [str(text) for texts in TEXTS["harmless"].values() for text in texts]
PLAIN_DANGER = [
    "chay nha roi cuu voi",
    "cháy nhà rồi cứu với",
    "có người đuối nước",
    "chồng em đang cầm dao đuổi em",
    "tai nan xe co nguoi bi thuong",
    "em dang bi nhot trong phong",
]


def test_recall() -> None:
    assert len(DANGER) >= 250
    missed = [text for text in DANGER if danger(text) is None]
    assert len(missed) <= 0.005 * len(DANGER), missed


def test_false_alarms() -> None:
    assert len(HARMLESS) >= 300
    alarmed = [text for text in HARMLESS if danger(text) is not None]
    assert len(alarmed) <= 0.03 * len(HARMLESS), alarmed


@pytest.mark.parametrize(
    ("text", "kind", "numbers"),
    [
        ("chay nha hem 32 roi cuu voi", "fire", ("114", "115")),
        ("chồng em đang đánh em", "domestic", ("113", "115", "111")),
        ("hàng xóm đang đánh con nhỏ dã man", "child", ("113", "111", "115")),
        ("co nguoi cam dao xong vao nha", "attack", ("113", "115")),
        ("bé rớt xuống ao", "drowning", ("114", "115")),
        ("ket thang may chung cu", "trapped", ("114", "115")),
        ("tai nan nga tu 2 nguoi nam bat dong", "accident", ("115", "113")),
        ("ba em bất tỉnh gọi không dậy", "medical", ("115",)),
        ("em không muốn sống nữa", "suicide_self", ("115",)),
        ("bạn em đòi nhảy lầu", "suicide_other", ("115", "114")),
        ("nước lên tới nóc nhà rồi", "disaster", ("112", "114", "115")),
        ("bé 5 tuổi đi lạc", "missing", ("113", "111")),
        ("cuu voi", "general", ("113", "114", "115")),
    ],
)
def test_kind_and_numbers(text: str, kind: str, numbers: tuple[str, ...]) -> None:
    assert danger(text) == Danger(kind, numbers)


def test_every_kind_has_its_reply() -> None:
    replies = YAML(typ="safe").load((ROOT / "data/replies/handoff.yml").read_text(encoding="utf-8"))
    assert {f"danger_{answer.kind}" for answer, _, _ in rules().kinds} <= {reply["id"] for reply in replies}


def test_kind_of_report() -> None:
    assert kind_of_report("fire") == "report_fire"
    assert {kind_of_report(answer.kind) for answer, _, _ in rules().kinds} == {"report_fire", "emergency"}


def test_accents_count() -> None:
    assert danger("cháy nhà") is not None
    assert danger("chạy nhà") is None
    assert danger("chay nha") is not None


@example("^ $ # = .. ... \0")
@example("cu" * 1_000)
@example("chaynha" * 400)
@given(st.text(max_size=300))
def test_never_raises(text: str) -> None:
    assert danger(text) is None or isinstance(danger(text), Danger)


@given(
    st.sampled_from(PLAIN_DANGER),
    st.sampled_from(["", "dạ ", "da ", "Alo ", "ad ơi ", "các anh công an ơi ", "chao can bo ", "xin chào, "]),
    st.sampled_from(["", " ạ", " a", "!!!", " nha", " ạ, em cảm ơn", " cam on", " 😭😭", "\n"]),
    st.booleans(),
)
def test_politeness_hides_nothing(text: str, before: str, after: str, capitals: bool) -> None:
    whole = before + text + after
    assert danger(whole.upper() if capitals else whole) is not None


def test_needs_no_model() -> None:
    script = (
        "import sys; from dialogue.danger import danger; danger('chay nha'); "
        "print([name for name in ('rasa', 'spacy', 'sklearn', 'pyvi', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_phrases_use_the_notation() -> None:
    raw = YAML(typ="safe").load(PHRASES.read_text(encoding="utf-8"))
    phrases = [phrase for entry in raw["kinds"] for phrase in entry["phrases"]]
    phrases += [phrase for group in raw["harmless"].values() for phrase in group]
    phrases += [
        phrase for name in ("happening", "help_wanted", "past", "supposed", "information") for phrase in raw[name]
    ]
    assert all(" - " not in phrase and "?/" not in phrase for phrase in phrases)


@pytest.mark.parametrize(
    "text",
    [
        "xep hang lam can cuoc ma co ong cu ngat xiu",
        "đang đợi làm thẻ thì có bà cụ xỉu",
        "chồng tôi đi biển 3 ngày chưa về, gọi không được",
        "chồng đi tàu biển mất tích chưa về",
        "con em đang đi nghĩa vụ mất tích chưa về",
        "nó đòi 500 triệu không đưa là giết người",
        "bo nha di doi tu tu 2 nam nay",
        "lửa quá trời",
    ],
)
def test_what_excuses_a_danger_hides_no_other(text: str) -> None:
    assert danger(text)


@pytest.mark.parametrize(
    "text",
    [
        "trình báo em trai mất liên lạc 2 năm thì báo ở đâu",
        "chồng nó đang đi tàu chưa về",
        "chồng đi tàu biển chưa về, vậy phải đợi chồng về ký hả",
        "nếu có người bất tỉnh thì phải làm sao",
        "xep hang cho lam the met muon xiu luon ad",
    ],
)
def test_who_is_away_at_work_or_for_years_is_not_missing(text: str) -> None:
    assert danger(text) is None


def test_fast_enough() -> None:
    danger("cháy")
    begin = time.perf_counter()
    for text in DANGER + HARMLESS:
        danger(text)
    assert (time.perf_counter() - begin) / len(DANGER + HARMLESS) < 0.005


async def test_the_models_second_look_loses_no_danger(brain) -> None:
    """Every written danger that the rule finds is still danger after the trained model has looked at it."""
    found = [(text, kind) for text in DANGER if (kind := danger(text))]
    lost = [text for text, known in found if plainly_another(await brain.understand(text), known.kind)]
    assert not lost
