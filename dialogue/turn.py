"""One turn, as a readable list of steps: what a citizen wrote goes in, replies and a named status come out.

`STEPS` is the pipeline; each step may end the turn by setting a status. Replies, status, tracker, reports and "done"
are written in one transaction, so a worker that dies in between has done nothing.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

import procrastinate
from psycopg import Error as DatabaseError
from psycopg import InterfaceError, OperationalError

from actions.knowledge import Knowledge
from actions.payload import OFFICER_BUTTON, of_safe, to_parse
from actions.turn import REPORTS
from components.talk import Talk
from components.text import fold
from dialogue import attachments, bubbles, open_report, visit
from dialogue.alarm import calmed, plainly_another
from dialogue.context import TOPIC, in_context, talk_before
from dialogue.danger import danger, kind_of_report
from dialogue.hearing import (
    typed_button,
    typed_earlier,
    typed_name,
    undenied,
    understood,
    unreadable,
    with_told_days,
)
from handoff import store
from handoff.ownership import owner_now
from procedures.moments import asked_day
from storage.database import Connection, Pool, Row
from storage.outgoing import Enclosed
from storage.queue import defer_delivery
from storage.turns import Conversation, finish_turn, is_delivered, offered_buttons, read_turn, write_replies

logger = logging.getLogger(__name__)
LOST = (OperationalError, InterfaceError)
"""Errors of a database that is away; any other means that the same thing would be refused again."""
LAST_RESORT = "Việc khẩn cấp xin gọi 113 (Công an), 114 (cháy, cứu nạn), 115 (cấp cứu). Cán bộ sẽ xem tin của anh/chị."
VISITED = frozenset({"answered", "needs_case", "clarified", "small_talk", "out_of_scope"})
"""Statuses of answers after which it may matter when the desk is open."""
Buttons = list[dict[str, str]]


class Understands(Protocol):
    """What a turn needs of `dialogue.brain.Brain`."""

    release: str

    async def understand(self, text: str, talk: Talk | None = None) -> dict[str, Any]: ...

    async def react(
        self, conversation: str, text: str, parsed: dict[str, Any], slots: dict[str, Any] | None, told: dict[str, Any]
    ) -> Any: ...


@dataclass(frozen=True)
class Context:
    """What every turn of a worker shares.

    `brain` is None when no model could be loaded; `queue` takes what couriers do, and is None where there are none.
    """

    pool: Pool
    brain: Understands | None
    knowledge: Callable[[datetime], Knowledge]
    now: Callable[[], datetime]
    queue: procrastinate.App | None = None


@dataclass
class Turn:
    """One message on its way to an answer."""

    row: Row
    conversation: Conversation
    at: datetime
    connection: Connection
    offered: Buttons = field(default_factory=list)
    parsed: dict[str, Any] | None = None
    slots: dict[str, Any] | None = None
    replies: list[tuple[str, Buttons]] = field(default_factory=list)
    files: list[Enclosed] = field(default_factory=list)
    """Sent after the replies."""
    outcome: dict[str, Any] = field(default_factory=dict)
    report: str | None = None
    officer: str | None = None
    kinds: frozenset[str] = frozenset()
    """Of the attachments."""
    filing: bool = False
    """Whether the conversation has an open report, which keeps attachments; only looked up when there are any."""

    @property
    def text(self) -> str:
        return str(self.row["text"])

    @property
    def said(self) -> tuple[str, ...]:
        """The citizen's last messages before this one, newest last."""
        return tuple(reversed(self.row.get("said") or ()))

    @cached_property
    def before(self) -> dict[str, Any]:
        """The slots that the turn begins with."""
        text = self.text if self.row["button"] is None else ""
        return open_report.settled(self.conversation.tracker, self.row["sent_at"], text)

    @property
    def ended(self) -> bool:
        return "status" in self.outcome

    def end(self, status: str, kind: str, **values: Any) -> None:
        self.outcome = {**values, "status": status, "kind": kind}

    def say(self, text: str, buttons: Buttons | None = None) -> None:
        self.replies.append((text, buttons or []))


Step = Callable[[Turn, Context], Awaitable[None]]


async def check_danger(turn: Turn, context: Context) -> None:
    """Danger to life first: numbers to call in the first reply, the report filed at once, no model needed.

    A loaded model may only say that a text is plainly another matter, or goes on about a procedure (ADR 8).
    """
    found = danger(turn.text) if turn.row["button"] is None else None
    topic = open_report.open_report(turn.conversation.tracker, turn.row["sent_at"])
    if found is None or open_report.is_over(topic, turn.text) or await _plainly_another(turn, found.kind, context):
        return
    turn.report = kind_of_report(found.kind)
    turn.slots = open_report.filed(turn.conversation.tracker, turn.report, turn.row["sent_at"])
    turn.say(*_danger_reply(turn, context, found.kind, turn.report))
    turn.end("danger", turn.report, confidence=1.0)


async def _plainly_another(turn: Turn, kind: str, context: Context) -> bool:
    """Whether the model is sure that words of danger stand in another matter. When in any doubt, or trouble: no."""
    try:
        slots = turn.before
        talk = talk_before(slots, turn.said) if slots.get(TOPIC) not in store.URGENT_KINDS else None
        parsed = await context.brain.understand(turn.text, talk) if context.brain else {}
    except Exception:
        logger.exception("the model could not look at a text with words of danger")
        return False
    return plainly_another(parsed, kind)


def _danger_reply(turn: Turn, context: Context, kind: str, report: str) -> tuple[str, Buttons]:
    """Help first, then that the duty desk has it, then the next question; buttons to say that it is over."""
    try:
        replies = context.knowledge(turn.at).catalog.replies
        known = replies.get(f"danger_{kind}") or replies["danger_general"]
        filed = replies["danger_reported"].text.replace("{time}", f"{turn.at:%H:%M}")
        offered = {"safe": of_safe(replies["button_safe"].text, report), "officer": OFFICER_BUTTON}
        buttons = [offered[name] for name in known.buttons if name in offered]
        return "\n".join(part for part in (known.text, filed, known.ask) if part), buttons
    except (KeyError, RuntimeError):
        logger.exception("danger reply missing from the knowledge")
        return LAST_RESORT, []


async def check_double(turn: Turn, context: Context) -> None:
    """A button tapped twice is one wish; a browser sends it once."""
    if turn.row["repeated"] and is_delivered(turn.conversation.channel):
        turn.end("ignored", "smalltalk")


async def check_owner(turn: Turn, context: Context) -> None:
    """An officer has the conversation: the message is stored and the bot says nothing."""
    if owner_now(turn.conversation.owner, turn.conversation.owner_until, turn.at) != "bot":
        turn.end("with_officer", "handoff")


async def check_attachments(turn: Turn, context: Context) -> None:
    """A picture, a recording or a place without a word: say what becomes of it. Words with it are read as ever."""
    if not turn.kinds or turn.text.strip() or turn.row["button"] is not None:
        return
    name = attachments.reply_to(turn.kinds, kept=turn.filing)
    if name is None:
        turn.end("ignored", "smalltalk")
        return
    reply = context.knowledge(turn.at).catalog.replies[name]
    buttons = [OFFICER_BUTTON] if "officer" in reply.buttons else []
    turn.say(reply.text.replace("{time}", f"{turn.at:%H:%M}"), buttons)
    turn.end("small_talk", "ambiguous")


async def mention_attachments(turn: Turn, context: Context) -> None:
    """Add to an answer that what came with the question was not looked at."""
    if turn.kinds & attachments.UNKEPT and turn.text.strip() and turn.replies and not (turn.filing or turn.report):
        line = context.knowledge(turn.at).catalog.replies["attachment_beside"].text
        text, buttons = turn.replies[-1]
        turn.replies[-1] = (f"{text}\n{line}", buttons)


async def mention_hours(turn: Turn, context: Context) -> None:
    """Add when the desk is open, for who asks or is about to come while it is closed."""
    typed = turn.replies and turn.row["button"] is None and not turn.report
    if not typed or turn.outcome.get("status") not in VISITED:
        return
    known = context.knowledge(turn.at)
    if line := visit.note(known.unit, known.catalog.replies, fold(turn.text), turn.at):
        text, buttons = turn.replies[-1]
        turn.replies[-1] = (f"{line}\n{text}", buttons)


async def check_form(turn: Turn, context: Context) -> None:
    """Nothing to read, or too much of it."""
    if turn.row["button"] is not None:
        return
    if name := unreadable(turn.text):
        turn.say(context.knowledge(turn.at).catalog.replies[name].text)
        turn.end("small_talk", "ambiguous")


async def read_button(turn: Turn, context: Context) -> None:
    """A pressed button says exactly what is meant; so does its label or number typed by hand."""
    turn.offered, before = await offered_buttons(turn.connection, turn.conversation.id)
    payload = turn.row["button"] or typed_button(turn.text, turn.offered) or typed_earlier(turn.text, before)
    if payload is None:
        payload = typed_name(turn.text, context.knowledge(turn.at).catalog, turn.before)
    if payload:
        turn.parsed = to_parse(payload, turn.text)


async def understand(turn: Turn, context: Context) -> None:
    """What the message means, as Rasa's parse data."""
    if context.brain is None:
        turn.say(context.knowledge(turn.at).catalog.replies["offline"].text, [OFFICER_BUTTON])
        turn.officer = "no_model"
        turn.end("failed", "ambiguous")
    elif turn.parsed is None:
        turn.parsed = await _read(turn, context.brain)


async def _read(turn: Turn, brain: Understands) -> dict[str, Any]:
    """The message, together with the bubbles just before it where only all of them say what is meant."""
    slots = turn.before
    topic = open_report.open_report(slots, turn.row["sent_at"])
    about = REPORTS[topic] if topic else None
    talk = talk_before(slots, turn.said, about)
    parsed = calmed(await understood(turn.text, brain, talk), turn.text, slots)
    if topic and (more := open_report.added(parsed, topic, turn.text, slots)) is not parsed:
        return more
    whole = None if bubbles.places(parsed) else bubbles.with_earlier(slots, turn.text, turn.row["sent_at"])
    together = await understood(whole, brain, talk) if whole else parsed
    least = 0.0 if bubbles.is_bubble(slots, turn.row["sent_at"]) else bubbles.SURE_OF_STORY
    read = {**together, "text": turn.text} if bubbles.places(together, least) else undenied(parsed, turn.text)
    folded = fold(turn.text)
    return in_context(with_told_days(read, folded, turn.at.date()), slots, folded)


async def act(turn: Turn, context: Context) -> None:
    """Rules choose an action; it answers, asks back, or hands over."""
    assert context.brain is not None and turn.parsed is not None
    waiting = await store.is_waiting(turn.connection, conversation_id=turn.conversation.id)
    later = asked_day(fold(turn.text), context.knowledge(turn.at).on) if turn.row["button"] is None else None
    told = {
        "at": turn.at.isoformat(),
        "offered": turn.offered,
        "waiting": waiting,
        "day": str(later) if later else None,
        "folded": fold(turn.text),
    }
    reaction = await context.brain.react(str(turn.conversation.id), turn.text, turn.parsed, turn.before, told)
    turn.replies += reaction.replies
    turn.files += reaction.files
    status = str(reaction.outcome["status"]) if bubbles.is_vague(turn.parsed) else ""
    turn.slots = bubbles.keep(reaction.slots, status, turn.text, turn.row["sent_at"])
    turn.report, turn.officer = reaction.outcome.get("report"), reaction.outcome.get("officer")
    if turn.report:
        turn.slots = open_report.filed(turn.slots, turn.report, turn.row["sent_at"])
    turn.outcome = reaction.outcome


STEPS: tuple[Step, ...] = (
    check_danger, check_double, check_owner, check_attachments, check_form, read_button, understand, act,
)  # fmt: skip


async def take_turn(turn_id: int, context: Context) -> Turn | None:
    """Work one accepted message; None when it was already done.

    Raises:
        psycopg.Error: the database went away; nothing was done, and the turn is to be tried again.
    """
    try:
        return await _take(turn_id, context, STEPS)
    except DatabaseError as error:
        if isinstance(error, LOST):
            raise
        # The database refused what we wrote, and would again: the transaction is gone, the message must not be.
        logger.error("the result of turn %d was refused with %s", turn_id, type(error).__name__)
        return await _take(turn_id, context, (refused,))


async def _take(turn_id: int, context: Context, steps: Sequence[Step]) -> Turn | None:
    """Run `steps` on a turn and record it, all in one transaction."""
    async with context.pool.connection() as connection, connection.transaction():
        found = await read_turn(connection, turn_id)
        if found is None:
            return None
        row, conversation = found
        turn = Turn(row, conversation, context.now(), connection, kinds=attachments.kinds_of(row))
        if turn.kinds:
            turn.filing = await store.has_open_report(connection, conversation_id=conversation.id)
        await _run(turn, context, steps)
        for last in (mention_hours, mention_attachments):
            await _run(turn, context, (last,))
        await _record(turn, context)
        return turn


async def refused(turn: Turn, context: Context) -> None:
    """The only step of a turn whose result could not be stored. Danger is still danger."""
    await check_danger(turn, context)
    if not turn.ended:
        _fail(turn, context)


async def _run(turn: Turn, context: Context, steps: Sequence[Step]) -> None:
    for step in steps:
        try:
            await step(turn, context)
        except DatabaseError:
            raise
        except Exception as error:
            # Type and place only: the error's own words could carry what the citizen wrote.
            place = "".join(traceback.format_tb(error.__traceback__))
            logger.error("step %s failed with %s\n%s", step.__name__, type(error).__name__, place)
            _fail(turn, context)
        if turn.ended:
            return


def _fail(turn: Turn, context: Context) -> None:
    """Our fault: say so, keep the message, and ask an officer to look."""
    try:
        text = context.knowledge(turn.at).catalog.replies["failed"].text
    except (KeyError, RuntimeError):
        text = LAST_RESORT
    turn.replies, turn.files = [(text, [OFFICER_BUTTON])], []
    turn.officer = "failed"
    turn.end("failed", "ambiguous")


async def _record(turn: Turn, context: Context) -> None:
    """Write everything in one round trip."""
    async with turn.connection.pipeline():
        await _write(turn, context)


async def _write(turn: Turn, context: Context) -> None:
    row, at, connection = turn.row, turn.at, turn.connection
    await write_replies(connection, row, turn.replies, turn.files, at=at)
    where = {"conversation_id": turn.conversation.id, "turn_id": row["id"]}
    if turn.report:
        await store.file_report(connection, **where, kind=turn.report, at=at)
    if turn.kinds:
        await attachments.settle(connection, context.queue, row, kept=turn.filing or bool(turn.report))
    if turn.officer:
        await store.request_officer(connection, **where, reason=turn.officer, at=at)
    release = context.brain.release if context.brain else None
    values = {name: turn.outcome.get(name) for name in ("status", "kind", "procedure", "question", "confidence")}
    values.update(case_id=turn.outcome.get("case"), release=release)
    await finish_turn(connection, row, values, turn.slots, at=at)
    if turn.replies and context.queue and is_delivered(turn.conversation.channel):
        await defer_delivery(connection, context.queue, turn.conversation.id)
