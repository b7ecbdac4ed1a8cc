from datetime import timedelta

import httpx

from storage.settings import local_now
from tests.web.conftest import Citizen
from tests.web.serving import Server, answer_turn, report_worker


def numbers(server: Server) -> dict[str, float]:
    response = httpx.get(f"{server.url}/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    lines = [line for line in response.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


async def test_turns_queue_latency_and_model(server: Server, citizen: Citizen) -> None:
    before = numbers(server)
    assert before["motcua_database_up"] == 1 and before["motcua_workers_ready"] == 0
    turns = [citizen.ask(f"câu {number}") for number in range(3)]
    waiting = numbers(server)
    assert waiting["motcua_queue_depth"] == 3 and waiting["motcua_oldest_waiting_seconds"] > 0
    assert waiting["motcua_accept_seconds_count"] == before["motcua_accept_seconds_count"] + 3
    await answer_turn(server.database, turns[0], [("Đáp", [])])
    await answer_turn(server.database, turns[1], [], "with_officer")
    await report_worker(server.database, seen=local_now(), ready=local_now())
    after = numbers(server)
    assert after["motcua_queue_depth"] == 1
    assert after['motcua_turns_total{status="answered"}'] == 1
    assert after['motcua_turns_total{status="with_officer"}'] == 1
    assert 0 < after['motcua_turn_seconds{quantile="0.5"}'] <= after['motcua_turn_seconds{quantile="0.99"}'] < 30
    assert after['motcua_model_info{knowledge="abc123",release="r1"}'] == 1 and after["motcua_workers_ready"] == 1
    await answer_turn(server.database, turns[2], [("Đáp", [])])
    assert numbers(server)['motcua_turns_total{status="answered"}'] == 2


def test_a_worker_that_fell_silent_is_not_counted(server: Server, clock: object) -> None:
    clock.ahead = timedelta(minutes=1)  # type: ignore[attr-defined]
    assert numbers(server)["motcua_workers_ready"] == 0


def test_no_number_tells_what_anybody_said(server: Server, citizen: Citizen) -> None:
    citizen.ask("chuyện riêng")
    assert "chuyện riêng" not in httpx.get(f"{server.url}/metrics").text
