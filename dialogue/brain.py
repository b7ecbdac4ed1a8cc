"""The trained release in this process: understand a text, and let Rasa's rules and our actions react to it.

With `tracker.py` and `runner.py`, the only module of `dialogue` that touches Rasa. Actions run in the same process, and
their results, made by our own code, are not validated against Rasa's schema on every turn (tests do that).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.utils import common
from rasa.utils.endpoints import EndpointConfig
from rasa.utils.log_utils import configure_structlog
from rasa_sdk.executor import ActionExecutor

from components.classifier import TALK
from components.talk import Talk
from dialogue.runner import PlainRunner
from dialogue.tracker import OUTCOME, TurnTrackerStore
from storage.outgoing import Enclosed

logger = logging.getLogger(__name__)
RELEASE_DIGITS = 12
FILE = "custom"
"""How Rasa calls what is neither text nor buttons; the only such thing that our actions say is a file."""


@dataclass(frozen=True)
class Reaction:
    """What came of a message: replies as `(text, buttons)`, the files after them, the outcome, the slots to keep."""

    replies: list[tuple[str, list[dict[str, str]]]]
    outcome: dict[str, Any]
    slots: dict[str, Any]
    files: list[Enclosed] = field(default_factory=list)


class LocalActions(EndpointConfig):  # type: ignore[misc]
    """An action endpoint that runs the actions in this process instead of calling a server."""

    def __init__(self) -> None:
        super().__init__(url="local://actions")
        self.executor = ActionExecutor()
        self.executor.register_package("actions")

    async def request(self, *_: Any, json: dict[str, Any] | None = None, **__: Any) -> Any:
        return await self.executor.run(json)


class Brain:
    """One loaded release. `release` names it: the digest of its archive."""

    def __init__(self, agent: Agent, store: TurnTrackerStore, release: str) -> None:
        self.agent, self.store, self.release = agent, store, release

    async def understand(self, text: str, talk: Talk | None = None) -> dict[str, Any]:
        """Rasa's parse data of a typed text. A leading slash is text, never an intent.

        Args:
            talk: what was said before; the cases and situations of its matter are looked for although nothing names it.
        """
        metadata = {TALK: asdict(talk)} if talk else {}
        message = UserMessage(text.lstrip("/ \u00a0\t\r\n") or ".", metadata=metadata)
        data: dict[str, Any] = await self.agent.processor.parse_message(message)
        return {**data, "text": text}

    async def react(
        self, conversation: str, text: str, parsed: dict[str, Any], slots: dict[str, Any] | None, told: dict[str, Any]
    ) -> Reaction:
        """Run rules and actions on an understood message.

        Args:
            told: what the pipeline tells the actions: `at` (ISO time of arrival), `offered` buttons, whether the
                citizen is `waiting` for an officer, the later `day` the message asks about, if any, and the `folded`
                text: lower case, no accents, abbreviations written out.

        Raises:
            RuntimeError: the turn ended without an outcome.
        """
        self.store.begin(conversation, {**(slots or {}), OUTCOME: None})
        channel = CollectingOutputChannel()
        message = UserMessage(text, channel, conversation, parse_data=parsed, metadata=told, input_channel="motcua")
        try:
            await self.agent.processor.handle_message(message)
        finally:
            kept = self.store.end(conversation)
        outcome = kept.pop(OUTCOME, None)
        if not outcome:
            raise RuntimeError(f"no action answered intent {parsed.get('intent', {}).get('name')}")
        replies = [(sent.get("text", ""), sent.get("buttons") or []) for sent in channel.messages if FILE not in sent]
        files = [Enclosed(**sent[FILE]) for sent in channel.messages if FILE in sent]
        return Reaction(replies, outcome, kept, files)


def archives(models: Path) -> list[Path]:
    """The trained archives, newest first.

    Raises:
        FileNotFoundError: nothing was trained yet.
    """
    found = sorted(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    if not found:
        raise FileNotFoundError(f"no trained model in {models}; run `make train`")
    return found


def newest_model(models: Path) -> Path:
    """The newest trained archive; raises as `archives` does."""
    return archives(models)[0]


def load_brain(archive: Path) -> Brain:
    """Load a trained archive; takes some seconds."""
    # Rasa logs what citizens write at its debug and info levels.
    configure_structlog(logging.WARNING)
    for name in ("rasa", "rasa_sdk"):
        logging.getLogger(name).setLevel(logging.WARNING)
    RemoteAction._validate_action_result = staticmethod(lambda *_: None)
    # Rasa walks all classes of events for every event an action returns; they are all there once it is imported.
    common.all_subclasses = cache(common.all_subclasses)
    agent = Agent.load(str(archive), action_endpoint=LocalActions())
    agent.processor.graph_runner = PlainRunner(agent.processor.graph_runner)
    # Every rule is one action (a test holds it), so asking the policies what comes after it always says: listen.
    agent.processor.should_predict_another_action = lambda _: False
    store = TurnTrackerStore(agent.domain)
    agent.tracker_store = store
    agent.processor.tracker_store = store
    release = hashlib.sha256(archive.read_bytes()).hexdigest()[:RELEASE_DIGITS]
    return Brain(agent, store, release)


async def warm_up(brain: Brain) -> None:
    """Take the first, slow parse before a citizen does."""
    await brain.understand("đăng ký tạm trú cần giấy tờ gì")
    await asyncio.sleep(0)
