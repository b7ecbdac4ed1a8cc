"""The real knowledge base: every answer fits a phone, rests on the research pack, and asks for nothing it must not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from procedures import cases
from procedures.answer import MAX_BUTTONS, SCREEN_POINTS, Answer, Question, answer
from procedures.cases import Said
from procedures.load import read_catalog
from procedures.model import QUESTIONS, Catalog, Entry, Procedure
from procedures.wording import fill
from tests.procedures.samples import ROOT

DAYS = (date(2026, 11, 22), date(2027, 1, 2), date(2027, 3, 1))
CHARACTERS, LABEL = 1300, 40
PACKS = {name: ROOT / "docs" / "legal" / f"legal_{name}.yml" for name in ("cu_tru", "can_cuoc")}
RANK = {"low": 0, "medium": 1, "high": 2}
UNFORMATTED = re.compile(r"\d{4,}\s*(đồng|đ\b)|\d+\.\d{1,2} đồng|\{|\}")
FORBIDDEN = re.compile(
    r"(gửi|chụp|cung cấp|nhắn|đọc|cho em|nhập)[^.;:]{0,30}"
    r"(ảnh (chụp )?(thẻ )?(căn cước|CCCD|CMND)|OTP|mật khẩu)",
    re.IGNORECASE,
)
WARNING = re.compile(r"không|đừng|lừa|dấu hiệu|quên|lỡ", re.IGNORECASE)


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    return read_catalog(ROOT / "data")[0]


@lru_cache(maxsize=2)
def pack(name: str) -> Any:
    return YAML(typ="safe").load(PACKS[name])


def entries() -> Iterator[tuple[str, Entry]]:
    """Every fact once, with its place."""
    seen = set()
    for procedure in catalog().procedures.values():
        for facts in (*procedure.questions.values(), *(s.facts for s in procedure.situations)):
            for fact in facts:
                place = f"{fact.file}:{fact.line}"
                if place not in seen:
                    seen.add(place)
                    yield place, fact


def every_ask(procedure: Procedure) -> Iterator[Question]:
    """Each question plainly, for each case, on each later screen, and each situation."""
    for question in QUESTIONS:
        for case in (None, *(case.id for case in procedure.cases)):
            yield Question(procedure.id, question, case=case)
        yield from (Question(procedure.id, question, skip=skip) for skip in range(1, 2 * SCREEN_POINTS))
        yield Question(procedure.id, question, channel="online")
    yield from (Question(procedure.id, s.question, situation=s.id) for s in procedure.situations)


def every_answer() -> Iterator[tuple[str, Answer]]:
    for procedure in catalog().procedures.values():
        for ask in every_ask(procedure):
            for on in DAYS:
                where = f"{on} {ask.procedure}/{ask.question} {ask.case or ''} {ask.situation or ''} {ask.skip}"
                yield where, answer(ask, catalog(), on)


def node(path: str) -> Any:
    """The part of a pack an `origin` points to.

    Raises:
        LookupError, TypeError, ValueError: it points nowhere.
    """
    name, _, keys = path.partition(":")
    here = pack(name)
    for key in keys.split("."):
        here = here[int(key)] if isinstance(here, list) else here[key]
    return here


def told(here: Any, key: str) -> Iterator[str]:
    """Every value of `key` in a part of a pack, at any depth."""
    if isinstance(here, dict):
        yield from (str(value) for name, value in here.items() if name == key)
        yield from (found for value in here.values() for found in told(value, key))
    if isinstance(here, list):
        yield from (found for value in here for found in told(value, key))


def around(path: str, key: str) -> list[str]:
    """The values of `key` at or below the path, else of the nearest part above that has one of its own."""
    parts = path.split(".")
    if below := list(told(node(path), key)):
        return below
    while len(parts) > 1:
        parts.pop()
        here = node(".".join(parts))
        if isinstance(here, dict) and key in here:
            return [str(here[key])]
    return []


@pytest.mark.parametrize("procedure", sorted(catalog().procedures))
@pytest.mark.parametrize("on", DAYS, ids=str)
def test_every_question_ends_in_a_status(procedure: str, on: date) -> None:
    for question in QUESTIONS:
        said = answer(Question(procedure, question), catalog(), on)
        assert said.status in ("answered", "no_fact_in_force")
        assert said.text


def test_every_answer_fits_a_phone() -> None:
    long = [f"{where}: {len(said.text)}" for where, said in every_answer() if len(said.text) > CHARACTERS]
    assert not long


def test_every_answer_has_at_most_six_short_buttons_and_none_twice() -> None:
    for where, said in every_answer():
        labels = [button.label for button in said.buttons]
        assert len(labels) <= MAX_BUTTONS, where
        assert len(set(labels)) == len(labels), (where, labels)
        assert all(0 < len(label) <= LABEL for label in labels), (where, labels)


def test_no_answer_shows_a_placeholder_or_a_raw_sum() -> None:
    assert not [(where, found.group()) for where, said in every_answer() if (found := UNFORMATTED.search(said.text))]


def test_no_answer_says_a_low_confidence_fact() -> None:
    low = {fill(e.text, e.amounts) for _, e in entries() if e.checked and e.checked.confidence == "low"}
    served = {fill(e.text, e.amounts) for _, e in entries() if e.served}
    for where, said in every_answer():
        assert not [text for text in low - served if text in said.text], where


def test_nobody_asks_for_a_photo_of_the_card_a_password_or_a_code() -> None:
    wrong = []
    for place, fact in entries():
        for sentence in re.split(r"(?<=[.!?])\s", fact.text):
            if FORBIDDEN.search(sentence) and not WARNING.search(sentence):
                wrong.append(f"{place}: {sentence}")
    assert not wrong


def test_every_origin_leads_into_its_pack() -> None:
    lost = []
    for place, fact in entries():
        for path in fact.origin:
            try:
                node(path)
            except (LookupError, TypeError, ValueError):
                lost.append(f"{place}: {path}")
    assert not lost


def test_no_fact_is_surer_than_its_pack() -> None:
    """Bare sentences of a pack carry no confidence: alone they allow medium, beside others they add only words."""
    surer = []
    for place, fact in entries():
        if fact.kind != "text" or fact.checked is None:
            continue
        told_by = [value for path in fact.origin for value in around(path, "confidence")]
        limit = min((RANK[value] for value in told_by if value in RANK), default=RANK["medium"])
        if RANK[fact.checked.confidence] > limit:
            surer.append(f"{place}: {fact.checked.confidence}, {' '.join(fact.origin)}")
    assert not surer


def named(day: date, paths: tuple[str, ...]) -> bool:
    """Whether a pack names the day in its sentence, as "01/3/2025"."""
    forms = (f"{day:%d}/{day.month}/{day.year}", f"{day:%d/%m/%Y}")
    return any(form in str(node(path)) for path in paths for form in forms)


def test_no_fact_begins_before_its_pack_says_so() -> None:
    """The earliest day of the merged places counts: a place is often dated by its last amendment."""
    early = []
    for place, fact in entries():
        if fact.kind != "text" or not fact.origin:
            continue
        days = [value[:10] for path in fact.origin for value in around(path, "effective_from")]
        days = [value for value in days if re.fullmatch(r"\d{4}-\d\d-\d\d", value)]
        if days and fact.since < date.fromisoformat(min(days)) and not named(fact.since, fact.origin):
            early.append(f"{place}: {fact.since} < {min(days)}")
    assert not early


def test_the_cases_that_code_names_exist_in_the_files() -> None:
    ages = (None, 0, 5, 6, 13, 14, 17, 18)
    dwellings = (None, "nha_thue", "ky_tuc_xa", "nha_nguoi_than", "nha_ho_hang", "nha_minh")
    for ident, rule in cases.RULES.items():
        known = {case.id for case in catalog().procedures[ident].cases} | {None}
        said = {
            rule(Said(age=a, dwelling=d, loss=loss, state=state, paper=paper, validity=validity))
            for a in ages
            for d in dwellings
            for loss in (None, "mat", "hong", "het_han")
            for state in (None, "dang_tai_ngu", "tuoi_nghia_vu", "da_ly_hon", "da_mat")
            for paper in (None, "cmnd", "chi_cmnd")
            for validity in (None, "con_han")
        }
        assert said <= known, (ident, said - known)
    assert {cases.CARD, cases.CARD_UNDER_14} <= set(catalog().procedures)


def test_every_file_of_the_knowledge_base_is_in_the_catalog() -> None:
    files = {
        path.stem for folder in ("cu_tru", "can_cuoc") for path in Path(ROOT / "data/procedures" / folder).iterdir()
    }
    assert files == set(catalog().procedures)
