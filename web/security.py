"""Who sent this, and may they: the citizen's cookie, form tokens and button tokens, all signed with one secret.

A citizen is a random id in a cookie; nothing else about the visitor is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from storage.settings import Settings
from web.refused import OLD_BUTTON, STALE, Refused

Clock = Callable[[], datetime]
COOKIE_DAYS = 30
BUTTON_LIFE = timedelta(hours=24)
CLOCK_SKEW = timedelta(minutes=5)


class Keys:
    """Signs and checks what leaves for the browser and comes back."""

    def __init__(self, secret: str, now: Clock) -> None:
        self._now = now
        self._citizens = _serializer(secret, "citizen")
        self._csrf = _serializer(secret, "csrf")
        self._buttons = _serializer(secret, "button")

    def cookie(self, citizen: str) -> str:
        """The signed cookie value of a citizen."""
        return _text(self._citizens.dumps(citizen))

    def citizen(self, cookie: str) -> str | None:
        """The citizen of a cookie value; None when it was not signed here."""
        try:
            return str(self._citizens.loads(cookie))
        except BadData:
            return None

    def csrf(self, citizen: str) -> str:
        """The token that every POST of this citizen must carry."""
        return _text(self._csrf.dumps(citizen))

    def csrf_matches(self, citizen: str, token: str) -> bool:
        """Whether `token` was made for this citizen."""
        try:
            return bool(self._csrf.loads(token) == citizen)
        except BadData:
            return False

    def button(self, outbox_id: int, index: int, conversation: UUID) -> str:
        """An opaque token for a button; the payload itself never leaves the server."""
        issued = int(self._now().timestamp())
        return _text(self._buttons.dumps([outbox_id, index, conversation.hex, issued]))

    def pressed(self, token: str, conversation: UUID) -> tuple[int, int]:
        """Outbox id and index of a button of this conversation.

        Raises:
            Refused: forged, of another conversation, or older than `BUTTON_LIFE`.
        """
        try:
            outbox_id, index, owner, issued = self._buttons.loads(token)
        except (BadData, ValueError, TypeError):
            raise Refused(400, OLD_BUTTON) from None
        age = self._now().timestamp() - issued
        fresh = -CLOCK_SKEW.total_seconds() <= age <= BUTTON_LIFE.total_seconds()
        if owner != conversation.hex or not fresh:
            raise Refused(400, OLD_BUTTON)
        return int(outbox_id), int(index)


def _serializer(secret: str, salt: str) -> URLSafeSerializer:
    options = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(secret, salt=f"motcua.{salt}", signer_kwargs=options)


def _text(token: str | bytes) -> str:
    return token if isinstance(token, str) else token.decode("ascii")


def cookie_name(settings: Settings) -> str:
    """The browser itself guards the `__Host-` prefix, but only over HTTPS."""
    return "__Host-motcua" if settings.secure_cookies else "motcua"


def citizen_of(request: Request, keys: Keys, settings: Settings) -> str | None:
    """The citizen who sent a request; None without a cookie that was signed here."""
    return keys.citizen(request.cookies.get(cookie_name(settings), ""))


def remember(response: Response, citizen: str, keys: Keys, settings: Settings) -> None:
    """Set the citizen's cookie, `COOKIE_DAYS` from now."""
    response.set_cookie(
        cookie_name(settings),
        keys.cookie(citizen),
        max_age=COOKIE_DAYS * 24 * 3600,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )


def check_sender(request: Request, token: str, keys: Keys, settings: Settings, *, draft: str = "") -> str:
    """The citizen of a POST whose form token and origin are right.

    Raises:
        Refused: no cookie, a token of somebody else, or a page of another site.
    """
    citizen = citizen_of(request, keys, settings)
    if citizen is None or not keys.csrf_matches(citizen, token) or not same_origin(request):
        raise Refused(403, STALE, draft=draft)
    return citizen


def same_origin(request: Request) -> bool:
    """Whether a POST comes from a page of this site, as far as its browser says."""
    origin = request.headers.get("origin")
    if origin is None:
        return True
    # A proxy may replace Host; a browser lets no foreign page set the forwarded one.
    hosts = {request.headers.get("host"), request.headers.get("x-forwarded-host")}
    return urlsplit(origin).netloc in hosts - {None, ""}
