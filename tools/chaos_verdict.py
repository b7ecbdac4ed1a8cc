"""What became of every message: what the platform delivered against what the database says."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.chaos_town import Sent, Town
from tools.installation_rows import Rows

ALLOWED_DOUBLES = 0.001
"""Share of replies that may come twice: after a call without an answer nobody can know (the platform takes no key)."""
ARRIVED = "SELECT count(*) AS count FROM turn WHERE button IS NULL"
CONSENT_NEEDED = "SELECT 1 FROM channel_account WHERE state = 'consent_needed'"
TURNS = """
SELECT t.message_id, t.status, c.citizen, t.sent_at, t.done_at,
       count(o.id) AS replies, count(d.outbox_id) FILTER (WHERE d.state = 'sent') AS delivered,
       count(DISTINCT o.position) AS positions
  FROM turn t JOIN conversation c ON c.id = t.conversation_id
  LEFT JOIN outbox o ON o.turn_id = t.id LEFT JOIN delivery d ON d.outbox_id = o.id
 GROUP BY t.id, c.citizen
"""
PIECES = """
SELECT c.citizen, d.outbox_id, d.pieces_sent, d.platform_ids, d.maybe_doubled
  FROM delivery d JOIN conversation c ON c.id = d.conversation_id ORDER BY c.citizen, d.outbox_id
"""


@dataclass(frozen=True)
class Verdict:
    """The outcome of a run. `replies` counts what was sent, `inverted` turns answered before one sent earlier."""

    messages: int
    lost: int
    turns_doubled: int
    replies_doubled: int
    out_of_order: int
    replies: int = 0
    inverted: int = 0
    failed: int = 0
    kills: int = 0
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        doubles = self.replies_doubled <= ALLOWED_DOUBLES * max(self.replies, 1)
        return not (self.lost or self.turns_doubled or self.out_of_order) and doubles

    def figures(self) -> dict[str, Any]:
        """What the last line says."""
        names = ("messages", "lost", "turns_doubled", "replies_doubled", "out_of_order", "kills", "seconds")
        return {name: getattr(self, name) for name in names}

    def remarks(self) -> list[str]:
        """What else is worth knowing."""
        return [
            f"• {self.replies} replies delivered",
            f"• {self.inverted} turns answered before one that was sent earlier (its webhook came later)",
            f"• {self.failed} turns ended as failed",
        ]


async def settled(rows: Rows, messages: int) -> bool:
    """Whether as many turns are there as messages were sent, and nothing waits."""
    # In this order: a message that comes in between waits.
    arrived = (await rows.read(ARRIVED))[0]["count"]
    return arrived >= messages and not await rows.waiting()


async def consent_needed(rows: Rows) -> bool:
    """Whether an account waits for its administrator."""
    return bool(await rows.read(CONSENT_NEEDED))


async def verdict(town: Town, rows: Rows, sent: Sequence[Sent]) -> Verdict:
    """Compare what citizens sent and got with what is recorded."""
    turns = await rows.read(TURNS)
    pieces = await rows.read(PIECES)
    received = {citizen: await town.received(citizen) for citizen in town.citizens}
    return judge(sent, turns, pieces, received)


def judge(
    sent: Sequence[Sent],
    turns: Sequence[Mapping[str, Any]],
    pieces: Sequence[Mapping[str, Any]],
    received: Mapping[str, Sequence[str]],
) -> Verdict:
    """The verdict, from rows of `TURNS` and `PIECES` and the ids each citizen received."""
    counts = Counter((turn["citizen"], turn["message_id"]) for turn in turns)
    whole = {
        (turn["citizen"], turn["message_id"])
        for turn in turns
        if turn["done_at"] and turn["replies"] == turn["delivered"] == turn["positions"]
    }
    expected: Counter[str] = Counter()
    place: dict[str, tuple[int, int]] = {}
    for piece in pieces:
        expected[piece["citizen"]] += int(piece["pieces_sent"])
        place.update({ident: (piece["outbox_id"], part) for part, ident in enumerate(piece["platform_ids"])})
    got = {citizen: [ident for ident in ids if ident in place] for citizen, ids in received.items()}
    never_came = len(place.keys() - {ident for ids in received.values() for ident in ids})
    return Verdict(
        messages=len(sent),
        lost=sum((one.user_id, one.message_id) not in whole for one in sent) + never_came,
        turns_doubled=sum(count - 1 for count in counts.values())
        + sum(turn["replies"] != turn["positions"] for turn in turns),
        replies_doubled=sum(max(0, len(ids) - expected[citizen]) for citizen, ids in received.items()),
        out_of_order=sum(_descents([place[ident] for ident in ids]) for ids in got.values()),
        replies=sum(expected.values()),
        inverted=_inverted(turns),
        failed=sum(turn["status"] == "failed" for turn in turns),
    )


def _descents(places: Sequence[tuple[int, int]]) -> int:
    return sum(later < earlier for earlier, later in itertools.pairwise(places))


def _inverted(turns: Sequence[Mapping[str, Any]]) -> int:
    """Turns of a citizen that were answered before one that was sent earlier."""
    of: dict[str, list[Mapping[str, Any]]] = {}
    for turn in turns:
        if turn["done_at"]:
            of.setdefault(turn["citizen"], []).append(turn)
    total = 0
    for own in of.values():
        answered = [turn["sent_at"] for turn in sorted(own, key=lambda turn: turn["done_at"])]
        total += sum(later < earlier for earlier, later in itertools.pairwise(answered))
    return total
