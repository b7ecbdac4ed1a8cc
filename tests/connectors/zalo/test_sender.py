"""Sending what waits, over real HTTP against the emulator."""

import asyncio
import random
from datetime import timedelta

import pytest

from connectors.zalo import errors
from connectors.zalo.buttons import ButtonKeys
from connectors.zalo.errors import OPENAPI, QUOTA, WINDOW
from connectors.zalo.sender import CONSENT, CONSENT_WAIT, TRIES, next_morning
from connectors.zalo.transport import Endpoints
from emulator.errors import MESSAGES
from tests.connectors.zalo.office import SECRET, WORDS
from tests.pipeline import MONDAY_MORNING

HOUR = timedelta(hours=1)


async def test_replies_go_out_in_the_order_of_the_outbox(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một", "hai")
    await office.reply(talk, "ba")
    await office.deliver(talk)
    assert office.got(talk) == ["một", "hai", "ba"]
    rows = await office.deliveries(talk)
    assert [row["state"] for row in rows] == ["sent"] * 3
    assert [row["platform_ids"] for row in rows] == [[row["id"]] for row in office.shown(talk)]


async def test_a_second_job_has_nothing_left_to_do(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    await office.deliver(talk)
    await office.deliver(talk)
    assert office.got(talk) == ["một"]


async def test_a_tapped_button_is_read_as_the_button(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "**Chọn** đi ạ", buttons=WORDS)
    await office.deliver(talk)
    [shown] = office.shown(talk)
    assert [button["title"] for button in shown["buttons"]] == ["Lệ phí", "Gặp cán bộ"]
    office.town.act(talk.user, "tap", button=2)
    tapped = office.town.transcript(talk.user)[-1]["text"]
    [row] = await office.deliveries(talk)
    assert ButtonKeys(SECRET, office.now).read(tapped, talk.id) == (row["outbox_id"], 1)


async def test_a_long_reply_goes_on_where_it_stopped(office) -> None:
    talk = await office.talk()
    text = "\n\n".join(f"Đoạn {n}. " + "chữ " * 400 for n in range(3))
    await office.reply(talk, text)
    office.town.fault("error", where="cs", code=-200, count=1)
    await office.deliver(talk)
    assert office.got(talk) == []
    await _due(office)
    office.town.fault("http_429", where="cs", count=1)
    await office.deliver(talk)
    await _due(office)
    await office.deliver(talk)
    got = office.got(talk)
    assert [text.split(".")[0] for text in got] == ["Đoạn 0", "Đoạn 1", "Đoạn 2"]
    assert (await office.deliveries(talk))[0]["pieces_sent"] == 3


async def _due(office) -> None:
    """Let the time come for which the first reply waits."""
    [first] = await office.rows("SELECT min(not_before) AS at FROM delivery WHERE state IN ('waiting', 'sending')")
    office.town.advance(max(0.0, (first["at"] - office.now()).total_seconds()) + 0.001)


async def test_without_the_package_buttons_become_numbers_for_a_day(office) -> None:
    talk = await office.talk()
    office.town.control(f"oas/{office.town.oa['oa_id']}", "PATCH", package=False)
    try:
        await office.reply(talk, "Chọn đi ạ", buttons=WORDS)
        await office.deliver(talk)
        [first] = office.got(talk)
        assert "1. Lệ phí" in first and "2. Gặp cán bộ" in first and not office.shown(talk)[0]["buttons"]
        refused = office.town.look("statistics")["counts"]["refused_cs_-224"]
        await office.reply(talk, "Còn nữa", buttons=WORDS)
        await office.deliver(talk)
        assert office.town.look("statistics")["counts"]["refused_cs_-224"] == refused
    finally:
        office.town.control(f"oas/{office.town.oa['oa_id']}", "PATCH", package=True)
    assert (await office.account()).alarm is None
    office.town.advance(24 * 3600 + 1)
    await office.reply(talk, "Hôm sau", buttons=WORDS)
    await office.deliver(talk)
    assert office.shown(talk)[-1]["buttons"]


FINAL = sorted(
    code
    for code, rule in OPENAPI.items()
    if code in MESSAGES and rule.retry_class in ("user", "window", "quota", "bug", "alarm", "upload_again")
)


@pytest.mark.parametrize("code", FINAL)
async def test_a_refusal_for_good_is_told_to_an_officer_and_the_next_reply_goes_on(office, code) -> None:
    talk = await office.talk()
    await office.reply(talk, "một", "hai")
    office.town.fault("error", where="cs", code=code, count=1)
    await office.deliver(talk)
    first, second = await office.deliveries(talk)
    assert (first["state"], first["reason"], second["state"]) == ("undeliverable", errors.reason_of(code), "sent")
    [request] = await office.rows("SELECT * FROM officer_request WHERE conversation_id = %s", talk.id)
    assert request["reason"] == "undeliverable"
    # What concerns the account is an alarm, which ends with the next message that goes through.
    assert office.got(talk) == ["hai"] and (await office.account()).alarm is None


async def test_what_is_wrong_with_the_account_is_an_alarm(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    office.town.fault("error", where="cs", code=-204, count=1)
    await office.deliver(talk)
    account = await office.account()
    assert account.alarm == errors.reason_of(-204) and account.alarm_at is not None


@pytest.mark.parametrize(("code", "least"), [(-200, 5), (-32, 0), (-218, 3600), (-214, 3600)])
async def test_what_may_work_later_waits_and_what_comes_after_it_too(office, code, least) -> None:
    talk = await office.talk()
    await office.reply(talk, "một", "hai")
    office.town.fault("error", where="cs", code=code, count=1)
    before = office.now()
    await office.deliver(talk)
    assert office.got(talk) == [] and await office.states(talk) == ["waiting", "waiting"]
    [job] = await office.jobs()
    first, _ = await office.deliveries(talk)
    assert job["scheduled_at"] == first["not_before"] >= before + timedelta(seconds=least)
    # A job that was queued before does neither send nor queue.
    await office.deliver(talk)
    assert len(await office.jobs()) == 1 and office.got(talk) == []
    await _due(office)
    await office.deliver(talk)
    assert office.got(talk) == ["một", "hai"]


async def test_at_night_it_waits_for_the_morning(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    office.town.fault("error", where="cs", code=-234, count=1)
    await office.deliver(talk)
    [row] = await office.deliveries(talk)
    assert row["not_before"] == next_morning(office.now())


async def test_a_send_that_fails_is_tried_three_times(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    office.town.fault("error", where="cs", code=-200, count=-1)
    for _ in range(TRIES):
        await office.deliver(talk)
        if await office.states(talk) == ["waiting"]:
            await _due(office)
    assert await office.states(talk) == ["undeliverable"]
    assert office.town.look("statistics")["counts"]["fault_error"] >= TRIES


async def test_a_token_that_expires_in_the_middle_is_replaced_and_the_call_repeated(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một", "hai")
    office.town.fault("token_expired", where="cs", count=1)
    await office.deliver(talk)
    assert office.got(talk) == ["một", "hai"]
    assert [row["maybe_doubled"] for row in await office.deliveries(talk)] == [False, False]


async def test_a_refused_new_token_waits_and_is_an_alarm(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    office.town.fault("token_expired", where="cs", count=2)
    await office.deliver(talk)
    assert await office.states(talk) == ["waiting"]
    assert (await office.account()).alarm == errors.REFRESH.reason
    await _due(office)
    await office.deliver(talk)
    assert office.got(talk) == ["một"] and (await office.account()).alarm is None


async def test_a_lost_refresh_keeps_messages_waiting_until_somebody_consents(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    office.town.fault("token_expired", where="cs", count=1)
    office.town.fault("lost_refresh", seconds=0)
    await office.deliver(talk)
    assert await office.states(talk) == ["waiting"] and "cấp quyền lại" in (await office.account()).alarm
    [row] = await office.deliveries(talk)
    assert row["not_before"] == (await office.jobs())[0]["scheduled_at"] <= office.now() + CONSENT_WAIT
    await office.grant()
    await _due(office)
    await office.deliver(talk)
    assert office.got(talk) == ["một"] and (await office.account()).alarm is None


async def test_an_account_that_was_never_connected_says_so(office) -> None:
    await office.execute("UPDATE channel_account SET state = 'not_connected', tokens = NULL")
    talk = await office.talk()
    await office.reply(talk, "một")
    await office.deliver(talk)
    assert await office.states(talk) == ["waiting"] and (await office.account()).alarm == CONSENT


async def test_a_conversation_of_an_account_that_is_gone_ends(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    await office.execute("DELETE FROM channel_account")
    await office.deliver(talk)
    assert await office.states(talk) == ["undeliverable"]


@pytest.mark.parametrize(
    ("ago", "quota", "state", "reason"),
    [
        (48 * HOUR, 0, "sent", None),
        (48 * HOUR + timedelta(minutes=1), 0, "undeliverable", QUOTA.reason),
        (48 * HOUR + timedelta(minutes=1), 5, "sent", None),
        (48 * HOUR + timedelta(minutes=1), None, "sent", None),
        (7 * 24 * HOUR - timedelta(minutes=1), 5, "sent", None),
        (7 * 24 * HOUR + timedelta(minutes=1), 5, "undeliverable", WINDOW.reason),
    ],
)
async def test_the_window_is_looked_at_before_sending(office, ago, quota, state, reason) -> None:
    talk = await office.talk()
    await office.execute("UPDATE channel_account SET paid_quota_left = %s", quota)
    before = office.town.look("statistics")["counts"]
    await office.reply(talk, "một", ago=ago)
    await office.deliver(talk)
    [row] = await office.deliveries(talk)
    assert (row["state"], row["reason"]) == (state, reason)
    if state == "undeliverable":
        assert office.town.look("statistics")["counts"] == before


async def test_what_is_left_of_the_package_is_read_from_the_answers(office) -> None:
    talk = await office.talk()
    office.town.control(f"oas/{office.town.oa['oa_id']}", "PATCH", quota_remain=1)
    office.town.control(
        f"users/{talk.user}", "PATCH", last_interaction=office.town.platform.clock.now() - 50 * 3600 * 1000
    )
    await office.reply(talk, "một", "hai", ago=50 * HOUR)
    await office.deliver(talk)
    first, second = await office.deliveries(talk)
    assert (first["state"], second["state"], second["reason"]) == ("sent", "undeliverable", QUOTA.reason)
    assert (await office.account()).paid_quota_left == 0


async def test_a_server_that_cannot_be_reached_took_nothing(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    away = office.station(endpoints=Endpoints(openapi="http://127.0.0.1:9", oauth="http://127.0.0.1:9"))
    for _ in range(3):
        await office.deliver(talk, away)
        [row] = await office.deliveries(talk)
        assert row["state"] == "waiting"
        await _due(office)
    await office.deliver(talk)
    [row] = await office.deliveries(talk)
    assert office.got(talk) == ["một"] and not row["maybe_doubled"]


@pytest.mark.parametrize("response", ["full", "no_remain", "recipient_id", "no_data"])
async def test_every_kind_of_answer_of_success_is_one(office, response) -> None:
    talk = await office.talk()
    office.town.options(response=response)
    await office.reply(talk, "một")
    await office.deliver(talk)
    assert await office.states(talk) == ["sent"] and office.got(talk) == ["một"]


async def test_two_couriers_share_one_limit(office) -> None:
    talks = [await office.talk() for _ in range(4)]
    for talk in talks:
        await office.reply(talk, "một", "hai", "ba")
    stations = office.station(limit=7), office.station(limit=7)
    before = office.town.look("statistics")["accepted"]
    await asyncio.gather(*(office.deliver(talk, stations[n % 2]) for n, talk in enumerate(talks)))
    assert office.town.look("statistics")["accepted"] - before == 7
    await _due(office)
    await asyncio.gather(*(office.deliver(talk, stations[n % 2]) for n, talk in enumerate(talks)))
    for talk in talks:
        assert office.got(talk) == ["một", "hai", "ba"]


async def test_a_platform_that_has_had_enough_stops_all_couriers_until_the_next_minute(office) -> None:
    one, other = await office.talk(), await office.talk()
    await office.reply(one, "một")
    await office.reply(other, "hai")
    office.town.fault("rate_limit", where="cs", count=1)
    await office.deliver(one)
    asked = office.town.look("statistics")["counts"].get("accepted_cs", 0)
    await office.deliver(other)
    assert office.town.look("statistics")["counts"].get("accepted_cs", 0) == asked
    assert await office.states(other) == ["waiting"]
    [row] = await office.deliveries(other)
    assert row["not_before"].second == 0 and row["not_before"] > office.now()


async def test_two_jobs_of_one_citizen_at_once_send_each_reply_once(office) -> None:
    talk = await office.talk()
    await office.reply(talk, *(f"tin {n}" for n in range(6)))
    await asyncio.gather(*(office.deliver(talk) for _ in range(5)))
    assert office.got(talk) == [f"tin {n}" for n in range(6)]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_goes_wrong_citizens_read_each_reply_once_and_in_order(office, seed) -> None:
    chance = random.Random(seed)
    talks = [await office.talk() for _ in range(4)]
    for kind, share in (("http_500", 0.1), ("reset", 0.1), ("http_429", 0.05), ("token_expired", 0.05)):
        office.town.fault(kind, where="cs", count=-1, probability=share)
    office.town.fault("timeout_after", where="cs", count=-1, probability=0.15, seconds=0)
    for n in range(6):
        for talk in talks:
            if chance.random() < 0.7:
                await office.reply(talk, f"{n} một", f"{n} hai")
        await asyncio.gather(*(office.deliver(talk) for talk in talks for _ in range(2)))
        office.town.advance(chance.choice((1, 20, 61)))
    office.town.control("faults", "DELETE")
    for _ in range(30):
        await asyncio.gather(*(office.deliver(talk) for talk in talks))
        if await office.rows("SELECT 1 FROM delivery WHERE state <> 'sent'"):
            office.town.advance(60)
    for talk in talks:
        wanted = await office.rows("SELECT text FROM outbox WHERE conversation_id = %s ORDER BY id", talk.id)
        assert office.got(talk) == [row["text"] for row in wanted]
    assert not await office.rows("SELECT 1 FROM delivery WHERE maybe_doubled")


def test_the_morning_begins_at_six() -> None:
    six = MONDAY_MORNING.replace(hour=6)
    assert next_morning(six - timedelta(seconds=1)) == six
    assert next_morning(six) == six + timedelta(days=1)
