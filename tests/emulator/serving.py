"""A real platform in a thread, a clock that tests set, and a webhook that records what it gets."""

import asyncio
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from emulator.app import make_app
from emulator.clock import Clock
from emulator.platform import Platform

NOON = 1_795_582_800.0
"""2026-11-25 12:00 in Viet Nam, in seconds."""
VERIFIER = "A" * 43
CHALLENGE = "DwBzhbb51LfusnSGBa_hqYSgo7-j8BTQnip4TOnlzRo"


class Running:
    """An application under uvicorn in a thread."""

    def __init__(self, app: Starlette) -> None:
        # Without the protocol asyncio leaves Nagle's algorithm on, and every answer takes 40 ms.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind(("127.0.0.1", 0))
        self.app = app
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(app, access_log=False, log_level="warning", ws="none", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, args=(listening,), daemon=True)
        self.thread.start()
        until(lambda: self.server.started, "the server starts")

    def _run(self, listening: socket.socket) -> None:
        self.loop.run_until_complete(self.server.serve(sockets=[listening]))

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=20)


def until(check: Any, what: str, seconds: float = 10) -> Any:
    """The first true value of `check`."""
    end = time.monotonic() + seconds
    while not (value := check()):
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.01)
    return value


@dataclass(frozen=True)
class Got:
    """One request to the webhook."""

    method: str
    body: bytes
    headers: dict[str, str]

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Hook:
    """A webhook; `answers` are the next statuses (a number of seconds: late), then 200."""

    got: list[Got] = field(default_factory=list)
    answers: list[int | float] = field(default_factory=list)
    running: Running | None = None

    async def receive(self, request: Request) -> Response:
        self.got.append(Got(request.method, await request.body(), dict(request.headers)))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            answer = 200
        return Response(status_code=answer)

    @property
    def url(self) -> str:
        return f"{self.running.url}/hook"

    def start(self) -> "Hook":
        self.running = Running(Starlette(routes=[Route("/hook", self.receive, methods=["GET", "POST"])]))
        return self

    def events(self, name: str | None = None) -> list[dict[str, Any]]:
        return [got.event for got in self.got if name in (None, got.event.get("event_name"))]


class Town:
    """A platform with one app and one OA with a webhook, and the calls that tests make."""

    def __init__(self, hook: Hook, *, state: Path | None = None) -> None:
        self.hook, self.now = hook, NOON
        self.running = Running(make_app(Clock(base=lambda: self.now), state=state))
        self.http = httpx.Client(base_url=self.running.url, timeout=10, trust_env=False)

    @property
    def platform(self) -> Platform:
        return self.running.app.state.platform

    def found(self) -> None:
        """Make the app, the OA and a grant."""
        self.app = self.control("apps", redirect_uri="https://example.vn/back", code_challenge=CHALLENGE)
        self.oa = self.control("oas", app_id=self.app["app_id"], name="Công an phường Mẫu")
        self.control(f"apps/{self.app['app_id']}/webhook", url=self.hook.url)
        self.token = self.grant()["access_token"]

    def grant(self) -> dict[str, str]:
        return self.control(f"oas/{self.oa['oa_id']}/grant")

    def stop(self) -> None:
        self.http.close()
        self.running.stop()

    def control(self, path: str, method: str = "POST", status: int = 200, **body: Any) -> Any:
        answer = self.http.request(method, f"/control/{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def look(self, path: str) -> Any:
        answer = self.http.get(f"/control/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def citizen(self, **values: Any) -> str:
        """A user who has just written."""
        user_id = self.control("users", oa_id=self.oa["oa_id"], name="Nguyễn Văn A", **values)["user_id"]
        self.act(user_id, "text", text="Xin chào")
        return user_id

    def act(self, user_id: str, act: str, status: int = 200, **values: Any) -> Any:
        return self.control(f"users/{user_id}/acts", status=status, act=act, **values)

    def flush(self) -> dict[str, Any]:
        return self.control("flush")

    def options(self, **values: Any) -> None:
        self.control("options", "PATCH", **values)

    def fault(self, kind: str, **values: Any) -> None:
        self.control("faults", kind=kind, **values)

    def advance(self, seconds: float) -> None:
        self.control("clock", advance=seconds)

    def call(self, path: str, body: Any = None, *, token: str | None = None, **more: Any) -> httpx.Response:
        headers = {"access_token": self.token if token is None else token, **more.pop("headers", {})}
        if body is not None:
            return self.http.post(path, json=body, headers=headers, **more)
        return self.http.get(path, headers=headers, **more)

    def read(self, path: str, **data: Any) -> Any:
        return self.call(f"/openapi{path}", params={"data": json.dumps(data)}).json()

    def send(self, user_id: str, text: str = "Chào anh chị", **message: Any) -> dict[str, Any]:
        body = {"recipient": {"user_id": user_id}, "message": {"text": text, **message}}
        return self.call("/openapi/v3.0/oa/message/cs", body).json()

    def transcript(self, user_id: str) -> list[dict[str, Any]]:
        return self.look(f"users/{user_id}/transcript")["messages"]

    def reset(self) -> None:
        """Everything that a test may have changed, as it was."""
        self.control("faults", "DELETE")
        self.control(f"apps/{self.app['app_id']}", "PATCH", subscribed=True, events_off=[], disabled=False)
        self.platform.options.__init__()
        self.platform.deliveries.clear()
        self.hook.answers.clear()
        self.token = self.grant()["access_token"]
        self.hook.got.clear()


def buttons(*listed: tuple[str, str, Any]) -> dict[str, Any]:
    """An attachment with buttons `(title, type, payload)`."""
    made = [{"title": title, "type": kind, "payload": payload} for title, kind, payload in listed]
    return {"type": "template", "payload": {"buttons": made}}
