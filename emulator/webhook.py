"""Delivers events to webhooks: two seconds for an answer, then the ladder, then the app is unsubscribed.

Deliveries go through aiohttp: one httpx client shared by 32 tasks took 20 times its processor time for each request,
which would have been the limit of the whole emulator.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import Counter, deque

import aiohttp
import anyio

from emulator.faults import strikes
from emulator.ids import message_id
from emulator.platform import Platform
from emulator.records import App, Delivery
from emulator.render import mac

LADDER = (30.0, 300.0, 900.0, 1800.0, 3600.0)
"""Seconds before each further attempt. not documented: they count from the failure before, not from the first one."""
SIGNATURE = "X-ZEvent-Signature"
LONGEST_SLEEP = 3600.0
KEEP_SECONDS = 2.0
"""Idle connections are closed before a server with uvicorn's 5 seconds would close them under our hands."""
WRONG_SECRET = "not-the-secret-of-this-oa"  # noqa: S105
RECEIPTS = {"user_received_message": "received", "user_seen_message": "seen"}


class Sender:
    """One a platform. `run` works until cancelled."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.flying = 0
        """Deliveries that are being attempted or are just about to be."""
        self._waiting: list[tuple[int, int]] = []
        self._ready: asyncio.Queue[Delivery] = asyncio.Queue()
        self._busy: Counter[str] = Counter()
        self._parked: dict[str, deque[Delivery]] = {}
        self._bell = asyncio.Event()
        self._progress = asyncio.Event()
        platform.on_delivery = self._schedule
        platform.clock.watchers.append(self.ring)
        for delivery in platform.deliveries.values():
            heapq.heappush(self._waiting, (delivery.due, delivery.number))

    def ring(self) -> None:
        """Look at the clock and the options again."""
        self._bell.set()

    def _schedule(self, delivery: Delivery) -> None:
        fault = strikes(self.platform, "webhook_reorder") if self.platform.faults else None
        if fault is not None:
            delivery.due += int(self.platform.chance.random() * fault.seconds * 1000)
        heapq.heappush(self._waiting, (delivery.due, delivery.number))
        self._bell.set()

    async def run(self) -> None:
        """Deliver what is due, whenever it is."""
        workers = self.platform.options.workers
        connector = aiohttp.TCPConnector(limit=2 * workers, keepalive_timeout=KEEP_SECONDS)
        # No limit of its own: `webhook_seconds` can change while it runs.
        forever, no_cookies = aiohttp.ClientTimeout(total=None), aiohttp.DummyCookieJar()
        async with (
            aiohttp.ClientSession(connector=connector, timeout=forever, cookie_jar=no_cookies) as client,
            anyio.create_task_group() as tasks,
        ):
            for _ in range(workers):
                tasks.start_soon(self._work, client)
            while True:
                self._bell.clear()
                wait = self._start_due()
                with anyio.move_on_after(wait):
                    await self._bell.wait()

    def _start_due(self) -> float:
        """Start what is due; returns the seconds until something else will be."""
        if self.platform.options.hold_webhooks:
            return LONGEST_SLEEP
        now = self.platform.clock.now()
        while self._waiting and self._waiting[0][0] <= now:
            self._start(heapq.heappop(self._waiting)[1])
        if not self._waiting:
            return LONGEST_SLEEP
        return min(LONGEST_SLEEP, max(0.001, (self._waiting[0][0] - now) / 1000))

    def _start(self, number: int) -> None:
        delivery = self.platform.deliveries.get(number)
        if delivery is None:
            return
        if delivery.user_id and self._busy[delivery.user_id] >= self.platform.options.per_user:
            self._parked.setdefault(delivery.user_id, deque()).append(delivery)
            return
        self._busy[delivery.user_id] += 1
        self.flying += 1
        self._ready.put_nowait(delivery)

    async def _work(self, client: aiohttp.ClientSession) -> None:
        while True:
            delivery = await self._ready.get()
            try:
                await self._attempt(client, delivery)
            finally:
                self._landed(delivery.user_id)

    def _landed(self, user_id: str) -> None:
        self.flying -= 1
        self._busy[user_id] -= 1
        parked = self._parked.get(user_id, deque())
        # What was given up while it was parked starts nothing, and nobody would come for those behind it.
        while parked and self._busy[user_id] < self.platform.options.per_user:
            self._start(parked.popleft().number)
        if not parked:
            self._parked.pop(user_id, None)
        if not self._busy[user_id]:
            del self._busy[user_id]
        self._progress.set()

    async def flush(self, seconds: float) -> bool:
        """Attempt everything that waits once, at once, and what comes of it; whether all was attempted in time."""
        tried: set[int] = set()
        with anyio.move_on_after(seconds):
            while True:
                fresh = sorted(entry for entry in self._waiting if entry[1] not in tried)
                if not fresh and not self.flying and not self._parked:
                    return True
                # What failed in this flush stays on its ladder.
                self._waiting = sorted(entry for entry in self._waiting if entry[1] in tried)
                tried |= {number for _, number in fresh}
                self._progress.clear()
                for _, number in fresh:
                    self._start(number)
                if self.flying:
                    await self._progress.wait()
        return False

    async def _attempt(self, client: aiohttp.ClientSession, delivery: Delivery) -> None:
        platform = self.platform
        app, oa = platform.apps.get(delivery.app_id), platform.oas.get(delivery.oa_id)
        if app is None or oa is None or not app.subscribed:
            self._give_up(delivery)
            return
        _mark_read(platform, delivery)
        body = delivery.body.encode()
        signature = mac(app.app_id, body, delivery.timestamp, oa.secret)
        if platform.faults:
            await self._mischief(client, app, delivery, oa.secret)
        result = await self._post(client, app, delivery, body, signature)
        self._judge(app, delivery, result)

    def _judge(self, app: App, delivery: Delivery, result: str) -> None:
        platform, options = self.platform, self.platform.options
        if result == "200":
            platform.deliveries.pop(delivery.number, None)
            platform.counts["webhooks_delivered"] += 1
            _mark_sent(platform, delivery, "delivered")
            return
        platform.counts["webhooks_failed_attempts"] += 1
        again = options.retry_on == "any" or result == "connection"
        if again and delivery.attempt < len(LADDER):
            wait = LADDER[delivery.attempt] * options.ladder_scale
            delivery.attempt += 1
            delivery.due = platform.clock.now() + int(wait * 1000)
            heapq.heappush(self._waiting, (delivery.due, delivery.number))
            self._bell.set()
            return
        self._give_up(delivery)
        app.notices.append(f"webhook not working: {delivery.event_name} {result}")
        if again:
            self._unsubscribe(app)

    def _unsubscribe(self, app: App) -> None:
        app.subscribed = False
        # not documented: what becomes of the other events on their way (here: they are lost).
        for other in [each for each in self.platform.deliveries.values() if each.app_id == app.app_id]:
            self._give_up(other)

    def _give_up(self, delivery: Delivery) -> None:
        if self.platform.deliveries.pop(delivery.number, None) is not None:
            self.platform.counts["webhooks_failed"] += 1
            _mark_sent(self.platform, delivery, "failed")

    async def _mischief(self, client: aiohttp.ClientSession, app: App, delivery: Delivery, secret: str) -> None:
        """Extra requests beside the genuine one; their answers decide nothing."""
        platform, body = self.platform, delivery.body.encode()
        good = mac(app.app_id, body, delivery.timestamp, secret)
        if strikes(platform, "webhook_bad_mac"):
            await self._post(
                client, app, delivery, body, mac(app.app_id, body, delivery.timestamp, WRONG_SECRET), "bad_mac"
            )
        if strikes(platform, "webhook_tampered"):
            other = (
                body.replace(delivery.message_id.encode(), message_id().encode())
                if delivery.message_id
                else body + b" "
            )
            await self._post(client, app, delivery, other, good, "tampered")
        if strikes(platform, "webhook_duplicate"):
            await self._post(client, app, delivery, body, good, "duplicate")
        if strikes(platform, "webhook_twin"):
            async with anyio.create_task_group() as twins:
                for _ in range(2):
                    twins.start_soon(self._post, client, app, delivery, body, good, "twin")

    async def _post(
        self, client: aiohttp.ClientSession, app: App, delivery: Delivery, body: bytes, signature: str, why: str = ""
    ) -> str:
        """One attempt; returns the HTTP status, `slow` or `connection`."""
        headers = {"Content-Type": "application/json", SIGNATURE: signature, **delivery.headers}
        if delivery.attempt:
            headers["num_retry"] = str(delivery.attempt)
        began = time.monotonic()
        result = "slow"
        with anyio.move_on_after(self.platform.options.webhook_seconds):
            try:
                async with client.post(app.webhook_url, data=body, headers=headers, allow_redirects=False) as answer:
                    await answer.read()
                    result = str(answer.status)
            except (aiohttp.ClientError, OSError):
                result = "connection"
        took = round((time.monotonic() - began) * 1000)
        record = {"number": delivery.number, "event_name": delivery.event_name, "user_id": delivery.user_id}
        self.platform.attempts.append(
            {**record, "attempt": delivery.attempt, "result": result, "took_ms": took, "injected": why}
        )
        return result


def _mark_sent(platform: Platform, delivery: Delivery, status: str) -> None:
    """Show in the chat what became of a user's message."""
    user = platform.users.get(delivery.user_id)
    message = user.find(delivery.message_id) if user is not None and delivery.message_id else None
    if message is not None and message.src == 1:
        message.status = status
        platform.tell(delivery.user_id, message)


def _mark_read(platform: Platform, delivery: Delivery) -> None:
    """A receipt on its way: the phone has the message, or its owner has seen it."""
    status = RECEIPTS.get(delivery.event_name)
    user = platform.users.get(delivery.user_id) if status else None
    message = user.find(delivery.message_id) if user is not None else None
    if message is not None and status and message.status != "seen" and message.src == 0:
        message.status = status
        platform.tell(delivery.user_id, message)
