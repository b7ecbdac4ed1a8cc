"""Operators, their sessions, and what failed lately."""

from datetime import timedelta

import pytest

from storage import operators
from storage.operators import FAILURE_WINDOW, SESSION_LIFE, key_of
from tests.pipeline import MONDAY_MORNING as NOW
from tests.storage.channel_rows import rows


@pytest.fixture(autouse=True)
async def _empty(connection):
    await connection.execute("TRUNCATE operator, login_attempt CASCADE")


async def make(connection, name: str = "an") -> bool:
    return await operators.save_operator(connection, name, "hash", at=NOW)


async def test_a_new_operator_has_to_choose_a_password(connection) -> None:
    assert await make(connection)
    found = await operators.read_operator(connection, "an")
    assert (found.must_change, found.disabled, found.created_at) == (True, False, NOW)
    assert "hash" not in repr(found)
    assert await operators.read_operator(connection, "binh") is None


@pytest.mark.parametrize("name", ["", "An", "a b", "-an", "a" * 41, "ân", "an\n", "a'; DROP TABLE operator; --"])
async def test_a_name_is_simple(connection, name) -> None:
    with pytest.raises(ValueError):
        await make(connection, name)


async def test_a_reset_ends_sessions_failures_and_a_lock(connection) -> None:
    await make(connection)
    await operators.change_password(connection, "an", "chosen")
    token = await operators.begin_session(connection, "an", at=NOW)
    assert await operators.disable_operator(connection, "an")
    await operators.begin_attempt(connection, "an", "192.0.2.1", at=NOW)
    assert not await make(connection)
    found = await operators.read_operator(connection, "an")
    assert (found.must_change, found.disabled, found.password_hash) == (True, False, "hash")
    assert await operators.read_session(connection, token, at=NOW) is None
    assert not await rows(connection, "SELECT 1 FROM login_attempt")


async def test_a_session_is_found_by_its_token_until_it_is_over(connection) -> None:
    await make(connection)
    token = await operators.begin_session(connection, "an", at=NOW)
    session = await operators.read_session(connection, token, at=NOW + SESSION_LIFE - timedelta(seconds=1))
    assert (session.operator, session.must_change, session.key) == ("an", True, key_of(token))
    assert await operators.read_session(connection, token, at=NOW + SESSION_LIFE) is None
    for wrong in ("", "x", token[:-1], key_of(token).hex()):
        assert await operators.read_session(connection, wrong, at=NOW) is None


async def test_sessions_that_are_over_are_deleted_with_the_next_login(connection) -> None:
    await make(connection)
    await operators.begin_session(connection, "an", at=NOW)
    await operators.begin_session(connection, "an", at=NOW + SESSION_LIFE)
    assert len(await rows(connection, "SELECT 1 FROM operator_session")) == 1


async def test_disabling_ends_every_session_and_unknown_names_are_told(connection) -> None:
    await make(connection)
    token = await operators.begin_session(connection, "an", at=NOW)
    assert await operators.disable_operator(connection, "an")
    assert await operators.read_session(connection, token, at=NOW) is None
    assert not await operators.disable_operator(connection, "binh")


async def test_a_notice_is_read_once(connection) -> None:
    await make(connection)
    key = key_of(await operators.begin_session(connection, "an", at=NOW))
    assert await operators.take_notice(connection, key) is None
    await operators.leave_notice(connection, key, "Đã lưu.", good=False)
    assert await operators.take_notice(connection, key) == ("Đã lưu.", False)
    assert await operators.take_notice(connection, key) is None


async def tries(connection, name: str, address: str, at=NOW) -> bool:
    attempt = await operators.begin_attempt(connection, name, address, at=at)
    return await operators.may_try(connection, attempt, at=at)


async def test_the_sixth_failure_of_a_name_or_an_address_is_not_tried(connection) -> None:
    for number in range(5):
        assert await tries(connection, "an", f"192.0.2.{number}")
    assert not await tries(connection, "an", "192.0.2.9")
    assert await tries(connection, "binh", "192.0.2.9")
    for number in range(4):
        assert await tries(connection, f"ten{number}", "192.0.2.9")
    assert not await tries(connection, "chin", "192.0.2.9")
    await operators.forget_attempts(connection, "an")
    assert await tries(connection, "an", "192.0.2.10")


async def test_what_was_not_tried_makes_nobody_wait_longer(connection) -> None:
    for _ in range(5):
        assert await tries(connection, "an", "192.0.2.1")
    for minutes in range(15):
        assert not await tries(connection, "an", "192.0.2.1", NOW + timedelta(minutes=minutes))
    assert await tries(connection, "an", "192.0.2.1", NOW + FAILURE_WINDOW)
