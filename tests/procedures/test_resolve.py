from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from procedures.model import Entry
from procedures.resolve import for_case, in_force
from tests.procedures.samples import entry

days = st.dates(date(2024, 1, 1), date(2028, 1, 1))
kinds = st.sampled_from(["text", "unknown", "not_applicable", "repealed"])
entries = st.lists(
    st.builds(entry, st.text(max_size=5), item=st.sampled_from("abc"), since=days, kind=kinds),
    unique_by=lambda one: (one.item, one.since),
)


@given(entries, days)
def test_nothing_is_in_force_before_its_first_day(facts: list[Entry], on: date) -> None:
    assert all(fact.since <= on for fact in in_force(facts, on))
    if facts:
        assert in_force(facts, min(fact.since for fact in facts) - timedelta(1)) == ()


@given(entries, days)
def test_the_newest_entry_that_has_begun_wins(facts: list[Entry], on: date) -> None:
    for fact in in_force(facts, on):
        begun = [other.since for other in facts if other.item == fact.item and other.since <= on]
        assert fact.since == max(begun)


@given(entries, days)
def test_one_value_an_item_in_the_order_of_the_file(facts: list[Entry], on: date) -> None:
    items = [fact.item for fact in in_force(facts, on)]
    order = list(dict.fromkeys(fact.item for fact in facts))
    assert items == [item for item in order if item in items]


@given(entries, days)
def test_an_item_without_a_value_is_repealed_or_not_begun(facts: list[Entry], on: date) -> None:
    shown = {fact.item for fact in in_force(facts, on)}
    for item in {fact.item for fact in facts} - shown:
        begun = [fact for fact in facts if fact.item == item and fact.since <= on]
        assert not begun or max(begun, key=lambda fact: fact.since).kind == "repealed"


def test_a_temporary_rule_ends_the_day_before_its_repeal() -> None:
    rule = entry("Miễn.", since=date(2026, 8, 15))
    end = entry("Hết.", since=date(2027, 3, 1), kind="repealed")
    assert in_force([end, rule], date(2026, 8, 14)) == ()
    assert in_force([end, rule], date(2027, 2, 28)) == (rule,)
    assert in_force([end, rule], date(2027, 3, 1)) == ()


def test_a_fact_without_cases_holds_for_every_case() -> None:
    general, own = entry("chung"), entry("riêng", cases=frozenset({"a"}))
    assert for_case([general, own], frozenset({"a"})) == (general, own)
    assert for_case([general, own], frozenset({"b"})) == (general,)
    assert for_case([general, own], frozenset()) == (general,)
