"""Articles, through HTTP."""

from typing import Any

import pytest

from tests.emulator.serving import Town

ARTICLE = {
    "type": "normal",
    "title": "Thông báo",
    "author": "Công an phường",
    "description": "Lịch tiếp dân",
    "cover": {"cover_type": "photo", "photo_url": "https://example.gov.vn/a.png", "status": "show"},
    "body": [{"type": "text", "content": "Sáng thứ hai"}],
}


def create(town: Town, **changes: Any) -> dict[str, Any]:
    return town.call("/openapi/v2.0/article/create", {**ARTICLE, **changes}).json()


def verify(town: Town, token: str) -> dict[str, Any]:
    return town.call("/openapi/v2.0/article/verify", {"token": token}).json()


def test_an_article_is_ready_after_some_polls(town: Town) -> None:
    token = create(town)["data"]["token"]
    assert [verify(town, token)["error"] for _ in range(3)] == [-214, -214, 0]
    assert verify(town, token)["data"]["id"]
    assert verify(town, "nobody")["error"] == -201


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "t" * 150, "author": "a" * 50, "description": "d" * 300}, 0),
        ({"title": "t" * 151}, -210),
        ({"author": "a" * 51}, -210),
        ({"description": "d" * 301}, -210),
        ({"title": ""}, -201),
        ({"type": "film"}, -201),
        ({"cover": {"cover_type": "photo"}}, -201),
        ({"body": []}, -201),
        ({"body": ["chữ"]}, -201),
    ],
)
def test_an_article_has_limits(town: Town, changes, code) -> None:
    assert create(town, **changes)["error"] == code
