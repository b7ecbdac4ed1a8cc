from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from procedures import registry
from procedures.fields import Fields
from procedures.formfile import FormFiles
from tests.procedures.samples import codes, fields


def one_unit(hours: str) -> tuple[object, list[str]]:
    one, problems = fields(f"id: a\nname: Công an phường\nhours: {hours}")
    unit = registry.unit(one)
    return unit.hours, codes(problems)


def test_a_law_carries_its_first_day_and_its_place() -> None:
    one, problems = fields(
        "id: luat_a\nnumber: '1'\ntitle: Luật A\nshort: Luật A\nfrom: 2026-07-01\nreplaced_by: [luat_b]"
    )
    law = registry.law(one)
    assert (law.since, law.replaced_by, law.line, problems) == (date(2026, 7, 1), ("luat_b",), 1, [])


def test_the_first_of_two_equal_ids_is_kept_and_the_second_reported() -> None:
    one, problems = fields(
        "a: {id: ct01, code: A, title: t, issued_by: l}\nb: {id: ct01, code: B, title: t, issued_by: l}"
    )
    groups = [Fields(value, "tệp.yml", problems) for value in one.raw.values()]
    assert registry.collect(groups, "id", partial(registry.form, files=FormFiles(Path())))["ct01"].code == "A"
    assert [(p.code, p.line) for p in problems] == [("KB027", 2)]


def test_a_reply_is_named_by_its_id_or_its_field() -> None:
    assert registry.reply(fields("field: thue\ntext: Không ạ.")[0]).id == "thue"
    assert registry.reply(fields("id: greet\ntext: Chào ạ.")[0]).id == "greet"


@pytest.mark.parametrize("way", ["procedure: a", "choice: a", "act: a", "field: a"])
def test_an_option_leads_to_one_thing(way: str) -> None:
    one, problems = fields(f"id: c\nquestion: Việc nào ạ?\noptions: [{{label: Nút, {way}}}]")
    assert len(registry.choice(one).options) == 1
    assert not problems


@pytest.mark.parametrize("ways", ["", ", procedure: a, act: b"])
def test_an_option_that_leads_nowhere_or_to_two_things_is_reported(ways: str) -> None:
    one, problems = fields(f"id: c\nquestion: Việc nào ạ?\noptions: [{{label: Nút{ways}}}]")
    registry.choice(one)
    assert codes(problems) == ["KB014"]


@pytest.mark.parametrize(
    ("phone", "problems"), [('"028 1234 5678"', []), ('"+84.28.1234567"', []), ('"gọi bàn trực"', ["KB005"])]
)
def test_a_unit_may_have_a_telephone(phone: str, problems: list[str]) -> None:
    one, found = fields(f"id: a\nname: Công an phường\nhours: {{}}\nphone: {phone}")
    assert registry.unit(one).phone == phone.strip('"') and codes(found) == problems


def test_hours_are_spans_by_weekday() -> None:
    hours, problems = one_unit('{mon: "07:30-11:30 13:30-17:00", sun: ""}')
    assert isinstance(hours, dict) and not problems
    assert hours[0] == (("07:30", "11:30"), ("13:30", "17:00"))
    assert hours[6] == ()


@pytest.mark.parametrize("span", ["7:30-11:30", "07:30-24:30", "sáng"])
def test_hours_in_another_form_are_reported(span: str) -> None:
    assert one_unit(f'{{mon: "{span}"}}')[1] == ["KB005"]
