"""The load of Zalo's road: its events against the connector's own reading, its rows on a real PostgreSQL."""

import asyncio
import json
from datetime import timedelta

import pytest
from aiohttp import web

from connectors.zalo import events, signature
from storage.deliveries import open_deliveries, piece_sent
from tests.pipeline import MONDAY_MORNING
from tests.storage.channel_rows import answer, conversation_of, send
from tests.web.serving import connect
from tools import bench, bench_webhook
from tools.bench_webhook import Plan, accepted, bars, expected, waited
from tools.bench_webhook_calls import Calls, Generator, Phone, phones, signed
from tools.chaos_town import Sent
from tools.emulated import APP, Sample
from tools.installation_rows import Rows, Waiting, per_second

AN = Phone("3900000000000000001", "4900000000000000001", "secret")


# Events


def test_an_event_is_what_the_connector_takes_for_a_citizens_text() -> None:
    raw, headers = signed(AN, 7, "xin chào", 1_764_300_000.25)
    event = events.read(raw)
    assert (event.kind, event.text, event.app_id, event.timestamp) == ("message", "xin chào", APP, "1764300000250")
    assert event.citizen(AN.oa_id) == AN.citizen
    assert signature.matches(headers[signature.HEADER], APP, raw, event.timestamp, AN.secret)
    assert not signature.matches(headers[signature.HEADER], APP, raw, event.timestamp, "other")


def test_every_event_is_another_message() -> None:
    ids = {events.read(signed(AN, number, "a", 1.0)[0]).msg_id for number in range(100)}
    assert len(ids) == 100


def test_each_citizen_signs_with_the_secret_of_the_account() -> None:
    samples = [Sample("1", "u", "A", {"11": "An"}), Sample("2", "u", "B", {"21": "Bình", "22": "Chi"})]
    assert phones(samples, {"1": "x", "2": "y"}) == [
        Phone("11", "1", "x"), Phone("21", "2", "y"), Phone("22", "2", "y"),
    ]  # fmt: skip


# Calls


async def _called(status_of, rate: float, seconds: float) -> tuple[Calls, list[dict]]:
    """What a run against a small server measured, and what that server got."""
    got: list[dict] = []

    async def take(request: web.Request) -> web.Response:
        got.append(json.loads(await request.read()))
        return web.Response(status=status_of(len(got)))

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        return await Generator(f"http://127.0.0.1:{port}/hook", [AN], ["một", "hai"]).run(rate, seconds), got
    finally:
        await runner.cleanup()


async def test_as_many_events_are_sent_as_the_rate_says_and_refusals_are_counted() -> None:
    calls, got = await _called(lambda number: 503 if number % 10 == 0 else 200, rate=200, seconds=0.2)
    assert (len(got), len(calls.answers), calls.errors) == (40, 40, 4)
    assert {one["message"]["text"] for one in got} == {"một", "hai"}
    assert min(calls.answers) > 0 and len(calls.late) == 40


async def test_nobody_there_is_an_error_and_no_end() -> None:
    calls = await Generator("http://127.0.0.1:9/hook", [AN], ["một"]).run(rate=100, seconds=0.05)
    assert (calls.errors, len(calls.answers)) == (5, 5)


# Rows


@pytest.fixture
async def spoken(database):
    """Two messages, the first answered with two replies of which the first is sent; the rows, and the ids."""
    connection = await connect(database)
    async with connection:
        await connection.set_autocommit(True)
        await connection.execute("TRUNCATE turn, conversation CASCADE")
        conversation = await conversation_of(connection)
        first = await send(connection, conversation, message_id="m1")
        await send(connection, conversation, message_id="m2", sent_at=MONDAY_MORNING + timedelta(seconds=1))
        await answer(connection, first, "một", "hai")
        outbox = (await open_deliveries(connection, conversation))[0].outbox_id
        await piece_sent(connection, outbox, "p1", last=True, at=MONDAY_MORNING)
    return Rows(database)


async def test_what_is_not_answered_or_not_sent_waits(spoken) -> None:
    assert await spoken.waiting() == Waiting(turns=1, deliveries=1)
    assert await spoken.drained(0.0) is None
    assert await spoken.undeliverable() == 0


async def test_the_first_reply_to_a_message_is_found(spoken) -> None:
    assert await spoken.replies(["m1", "m2", "m3"]) == {"m1": "p1"}


async def test_rates_count_until_the_last_one(spoken) -> None:
    begin = MONDAY_MORNING - timedelta(seconds=2)
    late = MONDAY_MORNING + timedelta(minutes=1)
    assert await spoken.rates(begin, late) == {"turns_per_second": 0.5, "replies_per_second": 0.5}
    assert await spoken.rates(MONDAY_MORNING, late) == {"turns_per_second": 0.0, "replies_per_second": 0.0}


async def test_nothing_waits_in_an_empty_database(database) -> None:
    async with await connect(database) as connection:
        await connection.execute("TRUNCATE turn, conversation CASCADE")
    waited = await asyncio.wait_for(Rows(database).drained(5.0), 10)
    assert waited is not None and waited < 5
    await Rows(database).quiet()


# Figures


def test_a_wait_is_from_the_message_to_its_own_reply() -> None:
    sent = [Sent("an", "m1"), Sent("an", "m2"), Sent("ba", "m3")]
    moments = {"an": {"m1": 1000, "p1": 1250, "m2": 5000, "p2": 6000}, "ba": {"m3": 0}}
    assert waited(sent, {"m1": "p1", "m2": "p2"}, moments) == [0.25, 1.0]


def test_a_rate_without_time_is_nothing() -> None:
    assert per_second(9, MONDAY_MORNING, MONDAY_MORNING) == 0.0
    assert per_second(9, MONDAY_MORNING, MONDAY_MORNING + timedelta(seconds=3)) == 3.0


def test_the_slower_of_turns_and_replies_says_when_all_is_done() -> None:
    rates = {"turns_per_second": 50.0, "replies_per_second": 20.0}
    assert expected(Waiting(100, 100), rates) == 5.0
    assert expected(Waiting(1000, 100), rates) == 20.0
    assert expected(Waiting(1, 0), {**rates, "turns_per_second": 0.0}) is None


def test_answers_are_told_in_milliseconds() -> None:
    figures = accepted(Calls(answers=[0.01, 0.02, 0.5], late=[0.0, 0.0, 0.001], errors=1))
    assert (figures["events"], figures["errors"]) == (3, 1)
    assert (figures["accept_ms_p50"], figures["accept_ms_max"]) == (20.0, 500.0)


def test_each_bar_says_whether_it_is_met() -> None:
    found = bars({"accept_ms_p99": 100.0, "reply_ms_p95": 501.0})
    assert (found["accept_ms_p99"]["met"], found["reply_ms_p95"]["met"]) == (True, False)


def test_two_workers_get_a_shorter_load_and_one_the_whole(monkeypatch) -> None:
    plans = {}

    def installed(_settings, _texts, plan, *, workers):
        plans[workers] = plan
        return {"accept_ms_p99": 1.0, "reply_ms_p95": 1.0}

    monkeypatch.setattr(bench_webhook, "_installed", installed)
    figures = bench_webhook.measure_webhook(bench.read_settings({}), ["a"], Plan(50.0, 300.0, 9.0))
    assert plans == {1: Plan(50.0, 300.0, 9.0), 2: Plan(50.0, bench_webhook.BURST_SECONDS, 9.0)}
    assert set(figures) == {"accounts", "citizens", "workers_1", "workers_2", "bars"}


def test_make_bench_measures_a_minute_of_it() -> None:
    assert bench.read_sizes([]).zalo_seconds == 60.0
