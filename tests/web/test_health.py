from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from storage.settings import local_now
from tests.web.serving import Server, connect, report_worker, serve, settings_for


@pytest.fixture(autouse=True)
async def _no_workers(server: Server) -> None:
    async with await connect(server.database) as connection:
        await connection.execute("DELETE FROM dialogue_worker")


def ready(server: Server) -> tuple[int, dict[str, object]]:
    response = httpx.get(f"{server.url}/ready")
    return response.status_code, response.json()


def test_a_process_that_runs_is_alive(server: Server) -> None:
    response = httpx.get(f"{server.url}/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_nobody_is_ready_without_a_worker(server: Server) -> None:
    status, answer = ready(server)
    assert status == 503 and answer["reasons"] == ["no dialogue worker was seen in the last 15 seconds"]


async def test_a_worker_that_still_loads_is_not_ready(server: Server) -> None:
    await report_worker(server.database, seen=local_now(), ready=None)
    assert ready(server)[1]["reasons"] == ["dialogue workers are starting"]


async def test_a_ready_worker_tells_release_knowledge_and_problems(server: Server) -> None:
    problem = {"file": "data/x.yml", "line": 3, "code": "KB004"}
    await report_worker(server.database, seen=local_now(), ready=local_now(), problems=[problem])
    status, answer = ready(server)
    assert status == 200 and answer == {
        "ready": True,
        "reasons": [],
        "workers": 1,
        "release": "r1",
        "knowledge": "abc123",
        "problems": [problem],
        "live_updates": True,
    }


@pytest.mark.parametrize(("age", "status"), [(14, 200), (16, 503)])
async def test_a_worker_counts_for_fifteen_seconds(server: Server, age: int, status: int) -> None:
    seen = local_now() - timedelta(seconds=age)
    await report_worker(server.database, seen=seen, ready=seen)
    assert ready(server)[0] == status


def test_a_database_that_is_gone_is_said_in_every_voice(postgres_url: str, tmp_path: Path) -> None:
    from storage.embedded import create_database
    from storage.migrate import migrate

    url = create_database(postgres_url, "t_gone")
    migrate(url)
    server = serve(settings_for(url, tmp_path), url)
    try:
        create_database(postgres_url, "t_gone")
        with httpx.Client(base_url=server.url, timeout=15) as http:
            assert http.get("/health").status_code == 200
            # The database is there again, but empty.
            assert http.get("/ready").json()["reasons"] == ["the database does not answer"]
            assert "motcua_database_up 0.0" in http.get("/metrics").text
            page = http.get("/")
            assert page.status_code in (500, 503) and "113, 114, 115" in page.text
            assert "Content-Security-Policy" in page.headers
    finally:
        server.stop()
