"""The real turn pipeline for tests: one loaded model a session, a clock that tests set, invented citizens."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from storage.settings import ROOT, TIME_ZONE, read_settings

MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=TIME_ZONE)
"""A working hour of the sample unit."""
POLL_SECONDS = 0.05


@dataclass
class Clock:
    """What the pipeline takes for the time."""

    now: datetime = MONDAY_MORNING

    def __call__(self) -> datetime:
        return self.now


async def eventually(check: Callable[[], Awaitable[Any]], *, seconds: float, what: str) -> Any:
    """The first true value of `check`, asked again until the deadline."""
    end = time.monotonic() + seconds
    while True:
        if value := await check():
            return value
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        await asyncio.sleep(POLL_SECONDS)


@dataclass
class FakeBrain:
    """Understands nothing and answers with what the test says; raises `error` when there is one."""

    release: str = "fake"
    intent: str = "ask_fee"
    reply: str = "Đây là câu trả lời."
    outcome: dict[str, Any] = field(default_factory=lambda: {"status": "answered", "kind": "procedure"})
    slots: dict[str, Any] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)
    files: list[Any] = field(default_factory=list)
    error: Exception | None = None
    understood: list[str] = field(default_factory=list)
    reacted: list[dict[str, Any]] = field(default_factory=list)

    async def understand(self, text: str, matter: str | None = None) -> dict[str, Any]:
        self.understood.append(text)
        if self.error:
            raise self.error
        return {"text": text, "intent": {"name": self.intent, "confidence": 0.9}, "entities": []}

    async def react(self, conversation: str, text: str, parsed: Any, slots: Any, told: Any) -> Any:
        from types import SimpleNamespace

        self.reacted.append({"parsed": parsed, "slots": slots, "told": told})
        return SimpleNamespace(
            replies=[(self.reply, self.buttons)],
            files=list(self.files),
            outcome=dict(self.outcome),
            slots=dict(self.slots),
        )


@pytest.fixture(scope="session")
def catalog() -> Any:
    """The knowledge base of the tree."""
    from procedures.validate import validate

    return validate(ROOT / "data", date(2026, 11, 23))[0]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The archive of the files as they are now, else the newest one, else one trained now."""
    from tools.process import model_path, train

    settings = read_settings({})
    current = model_path(settings)
    if current.exists():
        return current
    archives = sorted(settings.models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return archives[-1] if archives else train(settings, log=tmp_path_factory.mktemp("train") / "train.log")


@pytest.fixture(scope="session")
def brain(trained: Any) -> Any:
    """The real model, loaded once."""
    from dialogue.brain import load_brain

    return load_brain(trained)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def knowledge(catalog: Any) -> Iterator[Any]:
    """The provider of knowledge that actions of this test use; answers for the day that the clock says."""
    from actions import knowledge as actions_knowledge

    unit = catalog.units["don_vi_mau"]
    provider = lambda now: actions_knowledge.Knowledge(catalog, now.date(), unit)  # noqa: E731
    before = actions_knowledge._provider
    actions_knowledge.use(provider)
    yield provider
    actions_knowledge._provider = before


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Any]:
    from storage.database import make_pool

    async with make_pool(database, size=4) as opened:
        yield opened


class Line:
    """One citizen's line to the bot."""

    def __init__(self, session: Any) -> None:
        self.session, self.citizen = session, uuid.uuid4().hex
        self.turns: list[Any] = []

    async def say(self, text: str, *, button: str | None = None) -> Any:
        turn = await self.session.take(self.citizen, text, button=button)
        self.turns.append(turn)
        return turn

    async def press(self, label: str) -> Any:
        """Press a button of the newest reply."""
        offered = buttons_of(self.turns[-1])
        assert label in offered, f"no button {label!r} in {sorted(offered)}"
        return await self.say(label, button=offered[label])


def text_of(turn: Any) -> str:
    return "\n".join(text for text, _ in turn.replies)


def buttons_of(turn: Any) -> dict[str, str]:
    """Label to payload of every button of a turn."""
    return {button["title"]: button["payload"] for _, buttons in turn.replies for button in buttons}


@pytest.fixture
def session_of(pool: Any, knowledge: Any, clock: Clock) -> Any:
    """Makes a session with a given brain (None: no model)."""
    from dialogue.session import Session
    from dialogue.turn import Context

    return lambda mind: Session(Context(pool, mind, knowledge, clock), "don_vi_mau")


@pytest.fixture
def line(session_of: Any, brain: Any) -> Line:
    """A new citizen who writes to the real bot."""
    return Line(session_of(brain))


# Two cores shared with real processes: how long one example takes says nothing.
hypothesis_settings.register_profile("motcua", deadline=None)
hypothesis_settings.load_profile("motcua")
