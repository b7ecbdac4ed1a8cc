"""Consents under way."""

from datetime import timedelta

import pytest

from storage import channels, operators
from storage.consents import CONSENT_LIFE, Consent, begin_consent, end_consent
from storage.operators import key_of
from tests.pipeline import MONDAY_MORNING as NOW
from tests.storage.channel_rows import CHANNEL, rows

GIVEN = Consent(CHANNEL, b"sealed")


@pytest.fixture
async def session(connection) -> bytes:
    await connection.execute("TRUNCATE operator, channel_account CASCADE")
    await operators.save_operator(connection, "an", "hash", at=NOW)
    await channels.save_account(
        connection, id=CHANNEL, kind="zalo", unit="u", name="n", app_id="1", secrets=b"s", at=NOW
    )
    return key_of(await operators.begin_session(connection, "an", at=NOW))


async def test_a_state_stands_for_its_account_once(connection, session) -> None:
    await begin_consent(connection, "state", GIVEN, session=session, at=NOW)
    other = key_of(await operators.begin_session(connection, "an", at=NOW))
    assert await end_consent(connection, "state", session=other, at=NOW) is None
    assert await end_consent(connection, "andere", session=session, at=NOW) is None
    assert await end_consent(connection, "state", session=session, at=NOW) == GIVEN
    assert await end_consent(connection, "state", session=session, at=NOW) is None


async def test_a_state_that_is_too_old_is_spent_too(connection, session) -> None:
    await begin_consent(connection, "state", GIVEN, session=session, at=NOW)
    assert await end_consent(connection, "state", session=session, at=NOW + CONSENT_LIFE) is None
    assert not await rows(connection, "SELECT 1 FROM consent")


async def test_old_ones_are_deleted_with_the_next_and_all_with_their_session(connection, session) -> None:
    await begin_consent(connection, "one", GIVEN, session=session, at=NOW)
    await begin_consent(connection, "two", GIVEN, session=session, at=NOW + timedelta(minutes=10))
    assert len(await rows(connection, "SELECT 1 FROM consent")) == 1
    await operators.end_session(connection, session)
    assert not await rows(connection, "SELECT 1 FROM consent")
