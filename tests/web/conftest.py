"""One web process a module, without a worker: tests end turns themselves."""

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import httpx
import pytest

from storage.settings import local_now
from tests.web.serving import Server, serve, settings_for


class Clock:
    """The clock of the server under test; `ahead` moves it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return local_now() + self.ahead


class Citizen:
    """A browser with script: keeps its cookie and form token."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=15, headers={"Accept": "application/json"})
        self.csrf = ""

    def open(self) -> str:
        """Load the page; returns its HTML."""
        page = self.http.get("/", headers={"Accept": "text/html"}).text
        self.csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
        return page

    def post(self, *, headers: dict[str, str] | None = None, **fields: object) -> httpx.Response:
        """Send JSON with the right token."""
        body = {"message_id": str(uuid.uuid4()), **fields}
        return self.http.post("/chat/messages", json=body, headers={"X-CSRF-Token": self.csrf, **(headers or {})})

    def ask(self, text: str) -> int:
        """Send a text; returns its turn."""
        response = self.post(text=text)
        assert response.status_code == 202, response.text
        turn: int = response.json()["turn"]
        return turn

    def buttons(self) -> list[str]:
        """The tokens of the buttons on the page."""
        return re.findall(r'name="button" value="([^"]+)"', self.open())


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _clock_is_right(clock: Clock) -> Iterator[None]:
    yield
    clock.ahead = timedelta()


@pytest.fixture(scope="module")
def server(database: str, tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Server]:
    server = serve(settings_for(database, tmp_path_factory.mktemp("web")), database, now=clock)
    yield server
    server.stop()


@pytest.fixture
def visitor(server: Server) -> Iterator[Callable[[], Citizen]]:
    """Makes citizens who have opened the page."""
    made: list[Citizen] = []

    def make() -> Citizen:
        citizen = Citizen(server.url)
        citizen.open()
        made.append(citizen)
        return citizen

    yield make
    for citizen in made:
        citizen.http.close()


@pytest.fixture
def citizen(visitor: Callable[[], Citizen]) -> Citizen:
    return visitor()
