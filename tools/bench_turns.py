"""Parsing and whole turns at concurrency 1, in this process, through the pipeline of the workers. Imports Rasa."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from dialogue.session import Session, open_session
from storage.database import opened_database
from storage.settings import Settings
from tools.bench_measure import Texts, spread


def measure_turns(settings: Settings, *, var: Path, models: Path, texts: Texts) -> dict[str, Any]:
    """Milliseconds to understand a text, and to take a whole turn with its commits, on an empty database."""
    own = replace(settings, var=var, models=models, database_url="")
    with opened_database(own) as url:
        return asyncio.run(_measure(own, url, texts))


async def _measure(settings: Settings, url: str, texts: Texts) -> dict[str, Any]:
    async with open_session(settings, url) as session:
        for text in texts.warm:
            await session.take(uuid.uuid4().hex, text)
        parses = [await _parse(session, text) for text in texts.parse]
        statuses: Counter[str] = Counter()
        turns = [await _turn(session, text, statuses) for text in texts.turn]
    return {**spread("parse", parses), **spread("turn", turns), "turn_statuses": dict(sorted(statuses.items()))}


async def _parse(session: Session, text: str) -> float:
    assert session.context.brain is not None
    started = time.perf_counter()
    await session.context.brain.understand(text)
    return time.perf_counter() - started


async def _turn(session: Session, text: str, statuses: Counter[str]) -> float:
    """A new citizen each time, so that no answer depends on the text before."""
    citizen = uuid.uuid4().hex
    started = time.perf_counter()
    turn = await session.take(citizen, text)
    seconds = time.perf_counter() - started
    statuses[str(turn.outcome.get("status"))] += 1
    return seconds
