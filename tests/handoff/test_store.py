"""Requests for an officer and reports as rows."""

import uuid

import pytest

from handoff import store
from storage.turns import Incoming, accept, open_conversation
from tests.pipeline import MONDAY_MORNING


@pytest.fixture
async def connection(pool):
    async with pool.connection() as connection:
        yield connection


async def turn_of(connection, conversation) -> int:
    message = Incoming(conversation, uuid.uuid4().hex, "xin chào")
    return (await accept(connection, None, message, at=MONDAY_MORNING)).turn_id


@pytest.fixture
async def conversation(connection):
    return await open_conversation(connection, channel="t", citizen=uuid.uuid4().hex, unit="u", at=MONDAY_MORNING)


async def rows(connection, table, conversation):
    cursor = await connection.execute(f"SELECT * FROM {table} WHERE conversation_id = %s ORDER BY id", (conversation,))
    return await cursor.fetchall()


async def request(connection, conversation, reason, turn=None) -> None:
    turn = turn or await turn_of(connection, conversation)
    await store.request_officer(
        connection, conversation_id=conversation, turn_id=turn, reason=reason, at=MONDAY_MORNING
    )


async def test_a_turn_asks_for_an_officer_once(connection, conversation) -> None:
    turn = await turn_of(connection, conversation)
    await request(connection, conversation, "handoff", turn)
    await request(connection, conversation, "complaint", turn)
    assert [row["reason"] for row in await rows(connection, "officer_request", conversation)] == ["handoff"]


@pytest.mark.parametrize(("reason", "expected"), [("handoff", 1), ("failed", 1), ("no_model", 1), ("complaint", 3)])
async def test_who_waits_does_not_ask_again_but_every_complaint_counts(
    connection, conversation, reason, expected
) -> None:
    for _ in range(3):
        await request(connection, conversation, reason)
    assert len(await rows(connection, "officer_request", conversation)) == expected


async def test_after_an_officer_closed_the_request_a_new_one_is_recorded(connection, conversation) -> None:
    await request(connection, conversation, "handoff")
    assert await store.is_waiting(connection, conversation_id=conversation)
    await connection.execute("UPDATE officer_request SET state = 'taken' WHERE conversation_id = %s", (conversation,))
    assert await store.is_waiting(connection, conversation_id=conversation)
    await connection.execute("UPDATE officer_request SET state = 'closed' WHERE conversation_id = %s", (conversation,))
    assert not await store.is_waiting(connection, conversation_id=conversation)
    await request(connection, conversation, "handoff")
    assert len(await rows(connection, "officer_request", conversation)) == 2


async def test_a_complaint_is_not_waiting(connection, conversation) -> None:
    await request(connection, conversation, "complaint")
    assert not await store.is_waiting(connection, conversation_id=conversation)


@pytest.mark.parametrize(
    ("kind", "urgent"), [("report_fire", True), ("emergency", True), ("report_crime", False), ("report_scam", False)]
)
async def test_a_report_is_filed_once_a_turn_and_danger_is_urgent(connection, conversation, kind, urgent) -> None:
    turn = await turn_of(connection, conversation)
    for _ in range(2):
        await store.file_report(connection, conversation_id=conversation, turn_id=turn, kind=kind, at=MONDAY_MORNING)
    found = await rows(connection, "report", conversation)
    assert [(row["kind"], row["urgent"], row["state"]) for row in found] == [(kind, urgent, "new")]
