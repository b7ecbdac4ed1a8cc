"""The whole turn pipeline in one process without the queue: for the terminal, for evaluation and for tests."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from actions import knowledge as actions_knowledge
from dialogue.brain import Brain, load_brain, newest_model
from dialogue.knowledge import LiveKnowledge
from dialogue.turn import Context, Turn, take_turn
from storage.database import make_pool
from storage.migrate import migrate
from storage.settings import Settings, local_now
from storage.turns import Incoming, accept, open_conversation

CHANNEL = "local"


class Session:
    """Takes messages of any number of citizens, one at a time."""

    def __init__(self, context: Context, unit: str) -> None:
        self.context, self.unit = context, unit

    async def take(self, citizen: str, text: str, *, button: str | None = None) -> Turn:
        """Accept a message and work its turn at once."""
        now = self.context.now()
        async with self.context.pool.connection() as connection:
            conversation = await open_conversation(connection, channel=CHANNEL, citizen=citizen, unit=self.unit, at=now)
            message = Incoming(conversation, uuid.uuid4().hex, text, button)
            accepted = await accept(connection, None, message, at=now)
        turn = await take_turn(accepted.turn_id, self.context)
        assert turn is not None
        return turn


@asynccontextmanager
async def open_session(
    settings: Settings, url: str, *, brain: Brain | None = None, now: Callable[[], datetime] = local_now
) -> AsyncIterator[Session]:
    """A session on the database `url`, which is migrated first, with the newest model unless one is given."""
    migrate(url)
    live = LiveKnowledge(settings.data, unit=settings.unit, as_of=settings.as_of)
    actions_knowledge.use(live.at)
    used = brain or load_brain(newest_model(settings.models))
    async with make_pool(url, size=2) as pool:
        await live.refresh(pool, now())
        yield Session(Context(pool, used, live.at, now), settings.unit)
