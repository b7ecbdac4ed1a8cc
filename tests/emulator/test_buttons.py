"""Buttons, as the platform takes them."""

from typing import Any

import pytest

from emulator.buttons import check_limits, check_shape
from emulator.errors import ApiError

SHOW = {"title": "Lệ phí", "type": "oa.query.show", "payload": "#b:1"}


def code(buttons: Any) -> int:
    try:
        check_limits(check_shape(buttons))
    except ApiError as refusal:
        return refusal.code
    return 0


@pytest.mark.parametrize(
    "button",
    [
        SHOW,
        {**SHOW, "type": "oa.query.hide"},
        {"title": "Trang", "type": "oa.open.url", "payload": {"url": "https://example.vn"}},
        {"title": "Gọi", "type": "oa.open.phone", "payload": {"phone_code": "84901234567"}},
        {"title": "SMS", "type": "oa.open.sms", "payload": {"content": "HO TRO", "phone_code": "84901234567"}},
    ],
)
def test_every_type_of_button_is_accepted_with_its_payload(button) -> None:
    assert code([button]) == 0


@pytest.mark.parametrize(
    "button",
    [
        {**SHOW, "type": "oa.click"},
        {**SHOW, "title": " "},
        {**SHOW, "payload": ""},
        {**SHOW, "payload": {"url": "https://example.vn"}},
        {**SHOW, "type": "oa.open.url"},
        {**SHOW, "type": "oa.open.url", "payload": {"url": "example.vn"}},
        {**SHOW, "type": "oa.open.phone", "payload": {"phone": "84901234567"}},
        {**SHOW, "type": "oa.open.sms", "payload": {"phone_code": "84901234567"}},
        "nút",
    ],
)
def test_a_button_of_the_wrong_shape_is_refused(button) -> None:
    assert code([button]) == -201


@pytest.mark.parametrize("buttons", [[], {}, None])
def test_a_list_of_buttons_has_at_least_one(buttons) -> None:
    assert code(buttons) == -201


@pytest.mark.parametrize(
    ("buttons", "expected"),
    [
        ([SHOW] * 5, 0),
        ([SHOW] * 6, -210),
        ([{**SHOW, "title": "ệ" * 100}], 0),
        ([{**SHOW, "title": "ệ" * 101}], -210),
        ([{**SHOW, "payload": "x" * 1000}], 0),
        ([{**SHOW, "payload": "x" * 1001}], -210),
    ],
)
def test_five_buttons_with_titles_of_100_and_payloads_of_1000_are_the_most(buttons, expected) -> None:
    assert code(buttons) == expected
