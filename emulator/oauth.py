"""OAuth v4 for OAs: consent, and tokens that rotate."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from emulator import faults
from emulator.clock import DAY, HOUR, MINUTE
from emulator.drop import Drop
from emulator.errors import ApiError
from emulator.ids import token
from emulator.layer import platform_of
from emulator.platform import Platform
from emulator.records import App, Code, Grant, Oa

CODE_MS = 10 * MINUTE
ACCESS_MS = 25 * HOUR
REFRESH_MS = 90 * DAY
"""not documented: how long "3 months" are."""
NAMES = {
    -14002: "Invalid app id",
    -14003: "Invalid redirect uri",
    -14004: "Invalid secret key",
    -14005: "Invalid authorized code",
    -14014: "Invalid refresh token",
    -14018: "Invalid grant type",
}
FORM = "application/x-www-form-urlencoded"


class OauthError(Exception):
    """A refusal of the OAuth host."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code)
        self.code, self.reason = code, reason

    def body(self, *, name_only: bool) -> dict[str, Any]:
        """The five fields; without the number when `name_only`."""
        name = NAMES[self.code]
        reason = self.reason or name
        body = {"error": self.code, "error_name": name, "error_reason": reason, "error_description": reason}
        body["ref_doc"] = "https://developers.zalo.me/docs/api/official-account-api"
        if name_only:
            del body["error"]
        return body


async def permission(request: Request) -> Response:
    """Consent without asking anybody: redirects back with a code.

    The OA is `oa_id` of the query, else the first one of the app. The real page lets the admin choose.
    """
    platform, query = platform_of(request), request.query_params
    try:
        app = platform.apps.get(query.get("app_id", ""))
        if app is None:
            raise OauthError(-14002)
        # not documented: how addresses are compared (here: equal to the registered one).
        if query.get("redirect_uri", "") != app.redirect_uri or not app.redirect_uri:
            raise OauthError(-14003)
        oa = next((oa for oa in platform.oas.values() if oa.app_id == app.app_id and _chosen(oa, query)), None)
        if oa is None:
            raise OauthError(-14002, "The app has no OA")
    except OauthError as refusal:
        return _refuse(platform, refusal)
    challenge = query.get("code_challenge", "") or app.code_challenge
    back = {"code": issue_code(platform, app, oa, challenge), "oa_id": oa.oa_id}
    if "state" in query:
        back["state"] = query["state"]
    joint = "&" if "?" in app.redirect_uri else "?"
    return RedirectResponse(app.redirect_uri + joint + urlencode(back), status_code=302)


def _chosen(oa: Oa, query: Mapping[str, str]) -> bool:
    return query.get("oa_id", oa.oa_id) == oa.oa_id


def issue_code(platform: Platform, app: App, oa: Oa, challenge: str) -> str:
    """A code for one use within 10 minutes."""
    code = token()
    platform.codes[code] = Code(app.app_id, oa.oa_id, app.redirect_uri, challenge, platform.clock.now() + CODE_MS)
    platform.changes += 1
    return code


async def access_token(request: Request) -> Response:
    """Both grants of the token endpoint."""
    platform = platform_of(request)
    try:
        broken = await faults.before(platform, "oauth", request)
    except ApiError as refusal:
        return JSONResponse(refusal.body())
    if broken is not None:
        return broken
    try:
        form = await _form(request)
        app = _app(platform, request, form)
        grant = _granted(platform, app, form)
    except OauthError as refusal:
        platform.counts[f"refused_oauth_{refusal.code}"] += 1
        return _refuse(platform, refusal)
    lost = faults.strikes(platform, "lost_refresh") if form.get("grant_type") == "refresh_token" else None
    if lost is not None:
        return Drop(lost.seconds)
    return faults.after(platform, "oauth") or JSONResponse(answer(grant))


def answer(grant: Grant) -> dict[str, str]:
    """The answer with a new pair; `expires_in` is a string, in seconds."""
    return {
        "access_token": grant.access_token,
        "refresh_token": grant.refresh_token,
        "expires_in": str(ACCESS_MS // 1000),
        "refresh_token_expires_in": str(REFRESH_MS // 1000),
    }


async def _form(request: Request) -> dict[str, str]:
    # not documented: the error for a body that is no form.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise OauthError(-14002, "The body must be a form")
    return {key: str(value) for key, value in (await request.form()).items()}


def _app(platform: Platform, request: Request, form: Mapping[str, str]) -> App:
    app = platform.apps.get(form.get("app_id", ""))
    if app is None:
        raise OauthError(-14002)
    if not hmac.compare_digest(request.headers.get("secret_key", "").encode(), app.secret.encode()):
        raise OauthError(-14004)
    return app


def _granted(platform: Platform, app: App, form: Mapping[str, str]) -> Grant:
    kind = form.get("grant_type", "")
    if kind == "authorization_code":
        return _by_code(platform, app, form)
    if kind == "refresh_token":
        return _by_refresh(platform, app, form.get("refresh_token", ""))
    raise OauthError(-14018)


def _by_code(platform: Platform, app: App, form: Mapping[str, str]) -> Grant:
    # Spent by the first look: a code that came with a wrong verifier is gone too.
    code = platform.codes.pop(form.get("code", ""), None)
    if code is None or code.app_id != app.app_id or platform.clock.now() >= code.until:
        raise OauthError(-14005)
    verifier = form.get("code_verifier", "")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    # not documented: whether PKCE may be left out, and the code for a wrong verifier.
    if challenge != code.challenge:
        raise OauthError(-14005, "Invalid code verifier")
    return issue(platform, app.app_id, code.oa_id)


def _by_refresh(platform: Platform, app: App, refresh: str) -> Grant:
    grant = next((g for g in platform.grants.values() if g.refresh_token == refresh and g.app_id == app.app_id), None)
    if grant is None or platform.clock.now() >= grant.refresh_until:
        raise OauthError(-14014)
    return issue(platform, app.app_id, grant.oa_id)


def issue(platform: Platform, app_id: str, oa_id: str) -> Grant:
    """A new pair. The pair before it is invalid from now on."""
    revoke(platform, app_id, oa_id)
    now = platform.clock.now()
    grant = Grant(app_id, oa_id, token(), now + ACCESS_MS, token(), now + REFRESH_MS)
    platform.grants[grant.access_token] = grant
    platform.changes += 1
    platform.counts["tokens_issued"] += 1
    return grant


def revoke(platform: Platform, app_id: str, oa_id: str) -> bool:
    """End the grant of an app with an OA; whether there was one."""
    old = [key for key, grant in platform.grants.items() if (grant.app_id, grant.oa_id) == (app_id, oa_id)]
    for key in old:
        del platform.grants[key]
    return bool(old)


def _refuse(platform: Platform, refusal: OauthError) -> Response:
    return JSONResponse(refusal.body(name_only=platform.options.error_name_only))
