"""Whether a report says when and where, or how much and from which bank."""

import pytest

from actions.places import says_how_much_and_where_from, says_when_and_where
from components.text import fold


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tối qua xe để trước nhà số 12 Lê Lợi bị mất", True),
        ("hom qua o tru so can bo noi coc loc", True),
        ("dem nao phong tro ben canh cung hat karaoke", True),
        ("xe em bị mất rồi", False),
        ("hôm qua xe em bị mất", False),
        ("xe để trước nhà bị mất", False),
    ],
)
def test_a_time_and_a_place(text, told) -> None:
    assert says_when_and_where(fold(text)) is told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("em ck 5tr qua vcb", True),
        ("sáng nay em chuyển 20 triệu", True),
        ("em bị lừa 5tr", False),
        ("em chuyển qua vcb", False),
    ],
)
def test_a_sum_and_where_it_came_from(text, told) -> None:
    assert says_how_much_and_where_from(fold(text)) is told
