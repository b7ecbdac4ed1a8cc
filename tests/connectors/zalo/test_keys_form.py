"""What is entered about an account; tests/connectors/zalo/test_pages.py posts it over HTTP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zalo.keys_form import BadKeys, NewKeys, adding, read_new

UNITS = {"don_vi_mau": "Công an phường Mẫu"}
GOOD = {"oa_id": " 42 ", "app_id": "19", "app_secret": " a-S_1 ", "oa_secret": "o", "unit": "don_vi_mau"}


def test_what_is_pasted_with_spaces_around_it_is_taken() -> None:
    assert read_new(GOOD, UNITS) == NewKeys("42", "19", "don_vi_mau", "Công an phường Mẫu", "a-S_1", "o")
    assert "a-S_1" not in repr(read_new(GOOD, UNITS))


def test_the_form_gives_back_what_was_entered_but_for_the_keys() -> None:
    values = {field.name: field.value for field in adding("/new", UNITS, GOOD).fields}
    assert values == {"oa_id": " 42 ", "app_id": "19", "app_secret": "", "oa_secret": "", "unit": "don_vi_mau"}


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), st.text(max_size=140)))
def test_anything_else_is_refused_or_is_an_account_that_can_be_saved(fields) -> None:
    try:
        keys = read_new({**GOOD, **fields}, UNITS)
    except BadKeys as problem:
        assert str(problem)
        return
    assert keys.oa_id.isascii() and keys.oa_id.isdigit() and keys.app_id.isdigit()
    assert keys.app_secret and keys.oa_secret and " " not in keys.app_secret + keys.oa_secret


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_nothing_may_be_missing(missing) -> None:
    with pytest.raises(BadKeys):
        read_new({name: value for name, value in GOOD.items() if name != missing}, UNITS)
