"""What becomes of a message whose answer was lost, over real HTTP against the emulator."""

from datetime import timedelta

import pytest

from connectors.zalo import errors
from connectors.zalo.doubt import LONGEST, READING, SETTLING, UNSURE, looking_at
from connectors.zalo.sender import CONSENT_WAIT
from tests.connectors.zalo.office import WORDS
from tests.pipeline import MONDAY_MORNING


async def lose(office, talk, kind: str = "timeout_after") -> None:
    """Send, and lose the answer."""
    office.town.fault(kind, where="cs", count=1, seconds=0)
    await office.deliver(talk)
    assert "sending" in await office.states(talk)


async def look(office, talk, seconds: float = SETTLING.total_seconds()) -> None:
    office.town.advance(seconds)
    await office.deliver(talk)


@pytest.mark.parametrize("buttons", [(), WORDS])
async def test_a_message_that_was_taken_is_found_and_not_sent_again(office, buttons) -> None:
    talk = await office.talk()
    await office.reply(talk, "**Một**  _hai_", "ba", buttons=buttons)
    await lose(office, talk)
    await look(office, talk)
    first, second = await office.deliveries(talk)
    assert (first["state"], second["state"]) == ("sent", "sent") and len(office.got(talk)) == 2
    assert first["platform_ids"] == [office.shown(talk)[0]["id"]] and not first["maybe_doubled"]


@pytest.mark.parametrize("kind", ["timeout_before", "reset", "http_500", "html_502"])
async def test_a_message_that_was_not_taken_is_sent_again(office, kind) -> None:
    talk = await office.talk()
    await office.reply(talk, "một", "hai")
    await lose(office, talk, kind)
    await look(office, talk)
    assert office.got(talk) == ["một", "hai"]
    assert not any(row["maybe_doubled"] for row in await office.deliveries(talk))


async def test_nobody_looks_while_the_call_may_still_be_on_its_way(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    await lose(office, talk, "timeout_before")
    [row] = await office.deliveries(talk)
    assert row["not_before"] == (await office.jobs())[0]["scheduled_at"] == row["sending_since"] + SETTLING
    await office.deliver(talk)
    assert len(await office.jobs()) == 1 and office.got(talk) == []


async def test_a_reply_that_a_killed_courier_left_gets_a_job_when_it_is_too_early(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    await office.execute("UPDATE delivery SET state = 'sending', sending_since = %s", office.now())
    await office.deliver(talk)
    [job] = await office.jobs()
    assert job["scheduled_at"] == office.now() + SETTLING and office.got(talk) == []
    await look(office, talk)
    assert office.got(talk) == ["một"]


async def test_the_same_words_said_before_are_not_taken_for_the_message(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "Em chưa hiểu ạ.")
    await office.deliver(talk)
    await office.reply(talk, "Em chưa hiểu ạ.")
    await lose(office, talk, "timeout_before")
    await look(office, talk)
    assert office.got(talk) == ["Em chưa hiểu ạ."] * 2 and await office.states(talk) == ["sent", "sent"]


async def test_a_message_behind_a_page_of_newer_ones_is_found(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    await lose(office, talk)
    for n in range(14):
        office.town.act(talk.user, "text", text=f"tin {n}")
    await look(office, talk)
    assert office.got(talk) == ["một"] and await office.states(talk) == ["sent"]


async def test_while_the_history_cannot_be_read_it_is_asked_for_again_and_then_sent_once_more(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một", "hai")
    await lose(office, talk)
    office.town.fault("html_502", where="conversation", count=-1)
    await look(office, talk)
    assert await office.states(talk) == ["sending", "waiting"] and office.got(talk) == ["một"]
    await look(office, talk, READING.total_seconds())
    assert office.got(talk) == ["một", "một", "hai"]
    assert [row["maybe_doubled"] for row in await office.deliveries(talk)] == [True, False]


async def test_after_many_calls_too_one_history_that_cannot_be_read_proves_nothing(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    await office.execute("UPDATE delivery SET attempts = 4")
    await lose(office, talk)
    office.town.fault("html_502", where="conversation", count=1)
    [row] = await office.deliveries(talk)
    first_look = row["not_before"] - row["sending_since"]
    assert first_look > READING
    await look(office, talk, first_look.total_seconds())
    assert await office.states(talk) == ["sending"]
    await look(office, talk, first_look.total_seconds())
    [row] = await office.deliveries(talk)
    assert office.got(talk) == ["một"] and row["state"] == "sent" and not row["maybe_doubled"]


async def test_unseen_it_is_sent_again_only_once(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một", "hai")
    await lose(office, talk)
    office.town.fault("error", where="conversation", code=-223, count=-1)
    office.town.fault("timeout_after", where="cs", count=1, seconds=0)
    await look(office, talk)
    assert office.got(talk) == ["một", "một"] and (await office.states(talk))[0] == "sending"
    await look(office, talk, 60)
    first, second = await office.deliveries(talk)
    assert (first["state"], first["reason"], second["state"]) == ("undeliverable", UNSURE, "sent")
    assert office.got(talk) == ["một", "một", "hai"]


async def test_a_message_stays_in_doubt_while_there_is_no_token_to_look_with(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    await lose(office, talk)
    await office.execute("UPDATE channel_account SET state = 'consent_needed'")
    await look(office, talk)
    assert await office.states(talk) == ["sending"] and len(await office.jobs()) == 2
    await office.grant()
    await look(office, talk, 61)
    assert await office.states(talk) == ["sent"] and office.got(talk) == ["một"]


async def test_a_message_stays_in_doubt_while_new_tokens_to_look_with_are_refused(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    await lose(office, talk)
    # The token of the look, and the one that replaces it.
    office.town.fault("token_expired", where="conversation", count=2)
    await look(office, talk)
    [row] = await office.deliveries(talk)
    assert row["state"] == "sending" and row["not_before"] == office.now() + CONSENT_WAIT
    assert (await office.account()).alarm == errors.REFRESH.reason and len(await office.jobs()) == 2
    await look(office, talk, CONSENT_WAIT.total_seconds())
    [row] = await office.deliveries(talk)
    assert office.got(talk) == ["một"] and row["state"] == "sent" and not row["maybe_doubled"]


async def test_a_possible_double_is_not_forgotten_when_the_calls_of_the_minute_are_used_up(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    await lose(office, talk)
    office.town.fault("error", where="conversation", code=-223, count=1)
    await office.execute("DELETE FROM rate_window")
    office.town.advance(SETTLING.total_seconds())
    await office.deliver(talk, office.station(limit=1))
    assert await office.states(talk) == ["sending"] and office.got(talk) == ["một"]
    await look(office, talk, 61)
    assert office.got(talk) == ["một"] and await office.states(talk) == ["sent"]


def test_each_look_is_later_than_the_one_before_up_to_a_limit() -> None:
    waits = [looking_at(MONDAY_MORNING, n) - MONDAY_MORNING for n in range(20)]
    assert waits[0] == waits[1] == SETTLING < waits[2] and max(waits) == LONGEST
    assert timedelta(seconds=10) < SETTLING
