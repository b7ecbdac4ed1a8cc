"""Who did what."""

from datetime import timedelta

from storage.audit import Noted, latest, note, secrets_set_at
from tests.pipeline import MONDAY_MORNING as NOW


async def test_the_latest_lines_come_first(connection) -> None:
    for minutes, what in enumerate(("login", "account_added", "secrets_changed", "logout")):
        await note(connection, "an", what, "zalo:1", at=NOW + timedelta(minutes=minutes))
    assert await latest(connection, limit=1) == [Noted(NOW + timedelta(minutes=3), "an", "logout", "zalo:1")]
    assert [one.what for one in await latest(connection)] == ["logout", "secrets_changed", "account_added", "login"]
    assert await secrets_set_at(connection, "zalo:1") == NOW + timedelta(minutes=2)
    assert await secrets_set_at(connection, "zalo:2") is None
