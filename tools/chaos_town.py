"""Citizens of the local platform who write all the time, and a platform that misbehaves as real ones do."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Any

import httpx

from tools.emulated import Sample

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "timeout_after", "where": "cs", "probability": 0.005, "seconds": 12},
    {"kind": "timeout_before", "where": "cs", "probability": 0.005, "seconds": 12},
    {"kind": "http_500", "where": "cs", "probability": 0.01},
    {"kind": "html_502", "where": "cs", "probability": 0.005},
    {"kind": "reset", "where": "cs", "probability": 0.005},
    {"kind": "slow", "where": "cs", "probability": 0.02, "seconds": 1},
    {"kind": "token_expired", "where": "cs", "count": 3},
    {"kind": "lost_refresh", "where": "*", "count": 1},
    {"kind": "webhook_duplicate", "where": "*", "probability": 0.05},
    {"kind": "webhook_twin", "where": "*", "probability": 0.02},
    {"kind": "webhook_reorder", "where": "*", "probability": 0.05},
)
OPTIONS = {"ladder_scale": 0.02, "retry_on": "any", "bytes": "random"}
"""The ladder of retries takes two minutes instead of two hours; bodies come in all spellings of JSON."""
TEXTS = (
    "đăng ký tạm trú cần giấy tờ gì", "le phi bao nhieu", "con tôi 10 tuổi làm căn cước được không",
    "mất cccd làm lại ở đâu ạ",
    "làm online được k", "bao lâu thì có thẻ", "đi làm xa 6 tháng có phải khai tạm vắng không", "mẫu nào vậy",
    "có bị phạt không",
    "xin giấy xác nhận cư trú ct07", "tach ho khau can gi", "cảm ơn ad", "cho em gặp cán bộ", "hộ chiếu làm ở đâu",
    "alo",
    "khách ngủ lại qua đêm có phải báo không", "vneid quên mật khẩu", "không phải, ý tôi là tạm vắng",
    "nhập khẩu cho con mới sinh",
    "hàng xóm hát karaoke tới khuya",
)  # fmt: skip
MOST_AT_ONCE = 20
"""Calls to the control API in flight."""


@dataclass(frozen=True)
class Sent:
    """A message that the platform took from a citizen."""

    user_id: str
    message_id: str


class Town:
    """The citizens of one run."""

    def __init__(self, control: httpx.AsyncClient, dice: random.Random) -> None:
        self._control, self._dice = control, dice
        self.citizens: list[str] = []
        self._seats = asyncio.Semaphore(MOST_AT_ONCE)

    def settle(self, accounts: int, citizens: int) -> tuple[Sample, ...]:
        """Describe the accounts and take their citizens over; every citizen belongs to one of them."""
        ids = [str(4_700_000_000_000_000_001 + 2 * number) for number in range(accounts)]
        people: list[dict[str, str]] = [{} for _ in ids]
        for number in range(citizens):
            people[number % accounts][str(3_700_000_000_000_000_001 + 2 * number)] = f"Công dân {number + 1}"
        self.citizens = [user_id for own in people for user_id in own]
        return tuple(
            Sample(oa_id, "don_vi_mau", f"Đơn vị thử {number + 1}", people[number]) for number, oa_id in enumerate(ids)
        )

    async def misbehave(self) -> None:
        """Switch every fault on."""
        (await self._control.patch("/options", json=OPTIONS)).raise_for_status()
        for fault in FAULTS:
            (await self._control.post("/faults", json=fault)).raise_for_status()

    async def behave(self) -> None:
        """Switch every fault off; what is under way stays under way."""
        (await self._control.delete("/faults")).raise_for_status()

    async def write(self, messages: int, rate: float) -> list[Sent]:
        """Send so many messages at `rate` a second, each by the citizen whose turn it is in a shuffled round."""
        loop, tasks = asyncio.get_running_loop(), []
        waiting: list[str] = []
        last: dict[str, asyncio.Task[Sent]] = {}
        started = loop.time()
        for number in range(messages):
            if not waiting:
                waiting = self._dice.sample(self.citizens, len(self.citizens))
            citizen = waiting.pop()
            await asyncio.sleep(max(0.0, started + number / rate - loop.time()))
            task = asyncio.create_task(self._say(citizen, self._dice.choice(TEXTS), last.get(citizen)))
            last[citizen] = task
            tasks.append(task)
        return list(await asyncio.gather(*tasks))

    async def _say(self, citizen: str, text: str, before: asyncio.Task[Sent] | None) -> Sent:
        if before is not None:
            await before
        async with self._seats:
            answer = await self._control.post(f"/users/{citizen}/acts", json={"act": "text", "text": text})
        return Sent(citizen, str(answer.raise_for_status().json()["message_id"]))

    async def deliver_now(self) -> None:
        """Do not wait for the ladder of retries."""
        await self._control.post("/flush", json={"seconds": 5})

    async def quiet(self) -> bool:
        """Whether no webhook waits."""
        webhooks = (await self._control.get("/statistics")).raise_for_status().json()["webhooks"]
        return not webhooks["pending"] and not webhooks["in_flight"]

    async def received(self, citizen: str) -> list[str]:
        """The ids of all that a citizen got from the account, oldest first."""
        answer = await self._control.get(f"/users/{citizen}/transcript", params={"limit": 500})
        messages = answer.raise_for_status().json()["messages"]
        return [str(message["id"]) for message in messages if message["from"] == "oa"]
