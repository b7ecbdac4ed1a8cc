"""Pages for operators: add an Official Account, set its keys, and connect it by an administrator's consent.

The console lends what the pages stand on. Source: Zalo OA reference of 2026-11-22, §3.1–3.3.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from connectors.zalo import keys_form, setup
from connectors.zalo.accounts import DIGITS, KIND, channel_of, read_account
from connectors.zalo.grant import Failed, connect
from connectors.zalo.intake import DATABASE_SECONDS
from connectors.zalo.keys_form import BadKeys
from connectors.zalo.oauth import make_pkce
from connectors.zalo.transport import Endpoints
from connectors.zalo.webhook import PATH as WEBHOOK
from storage.audit import note
from storage.channels import Account
from storage.consents import Consent, begin_consent, end_consent
from storage.console import Fact, Form, Kind, Panel
from storage.intake import Intake
from storage.operators import Session
from storage.sealed import CantOpen, Seal

ADD, KEYS, CONNECT, CALLBACK = "/console/zalo/new", "/console/zalo/keys", "/console/zalo/connect", "/zalo/callback"
VERIFIER = "verifier"
NO_ACCOUNT = "Không có OA này. Thêm OA trước."
SEALED = "Không mở được khóa của OA vì khóa bí mật của hệ thống đã đổi. Mở trang của OA, bấm “Đặt lại khóa”."
OLD_STATE = (
    "Lần cấp quyền này không còn hiệu lực: đã quá 10 phút, đã dùng rồi, hoặc được mở từ trình duyệt khác."
    " Mở trang của OA rồi bấm “Kết nối” lần nữa."
)
OTHER_OA = (
    "Quản trị viên đã chọn một OA khác (mã {oa_id}), nên chưa kết nối. Bấm “Kết nối” lần nữa và chọn đúng OA"
    " trên trang của Zalo."
)
REFUSED = "Zalo không trả về mã: quản trị viên đã từ chối hoặc đóng trang. Bấm “Kết nối” lần nữa và chọn “Cho phép”."
CONNECTED = "Đã kết nối. OA gửi và nhận tin được ngay."
ADDED = "Đã thêm OA. Dán các địa chỉ bên dưới vào trang quản lý ứng dụng của Zalo, rồi bấm “Kết nối”."
KEYS_SET = "Đã lưu khóa mới."
NO_CODES = "Khi Zalo đưa mã của tệp zalo_verifier…html, đặt mã vào MOTCUA_SITE_CODES rồi khởi động lại."


class Console(Protocol):
    """What the pages stand on."""

    async def signed_in(self, request: Request) -> Session:
        """Who is logged in; raises where nobody is."""

    async def posted(self, request: Request) -> tuple[Session, Mapping[str, str]]:
        """Who is logged in, and the fields of a form of theirs; raises where it is none."""

    async def form_page(
        self, request: Request, session: Session, form: Form, *, problem: str = "", status: int = 200
    ) -> Response:
        """A page with a form, and what was wrong with it."""

    async def back_to(
        self, request: Request, session: Session, account_id: str | None, notice: str, *, good: bool = True
    ) -> Response:
        """To the page of an account, which says `notice`."""

    def address_of(self, request: Request) -> str:
        """Of this site."""

    async def units(self, request: Request) -> Mapping[str, str]:
        """Id to name."""


@dataclass(frozen=True)
class Pages:
    """The pages, for one platform."""

    console: Console
    endpoints: Endpoints
    codes: tuple[str, ...] = ()
    """By which Zalo sees that the domain is ours."""

    def kind(self) -> Kind:
        """What the console is told about this platform."""
        return Kind(KIND, "Zalo Official Account", ADD, self.panel)

    def panel(self, account: Account, site: str, set_at: datetime) -> Panel:
        """What the page of an account shows and offers."""
        oa_id = account.id.removeprefix(f"{KIND}:")
        return Panel(
            facts=(
                Fact("Mã OA", oa_id),
                Fact("Mã ứng dụng", account.app_id),
                Fact("Địa chỉ webhook", site + WEBHOOK, "Dán vào mục Webhook của ứng dụng."),
                Fact("Địa chỉ nhận mã", site + CALLBACK, "Dán vào mục Official Account, Thiết lập chung."),
                *(self._verifiers(site) or (Fact("Xác thực tên miền", "chưa có", NO_CODES),)),
            ),
            secrets=(Fact("App Secret", "••••••••"), Fact("OA Secret Key", "••••••••")),
            secrets_set=set_at,
            consent_at=f"{CONNECT}/{oa_id}",
            secrets_at=f"{KEYS}/{oa_id}",
        )

    def _verifiers(self, site: str) -> tuple[Fact, ...]:
        return tuple(
            Fact("Mã xác thực tên miền", code, f"Trang này tự trả lời tại {site}/zalo_verifier{code}.html.")
            for code in self.codes
        )

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route(ADD, self.show_add, methods=["GET"]),
            Route(ADD, self.add, methods=["POST"]),
            Route(f"{KEYS}/{{oa_id}}", self.show_keys, methods=["GET"]),
            Route(f"{KEYS}/{{oa_id}}", self.set_keys, methods=["POST"]),
            # Not a form: the policy of our pages lets forms lead to this site only, redirects included.
            Route(f"{CONNECT}/{{oa_id}}", self.ask_consent, methods=["GET"]),
            Route(CALLBACK, self.come_back, methods=["GET"]),
        ]

    async def show_add(self, request: Request) -> Response:
        """The form for a new account."""
        session = await self.console.signed_in(request)
        form = keys_form.adding(ADD, await self.console.units(request))
        return await self.console.form_page(request, session, form)

    async def add(self, request: Request) -> Response:
        """Take a new account in; a known one is not overwritten."""
        session, fields = await self.console.posted(request)
        intake, units = _intake(request), await self.console.units(request)
        try:
            keys = keys_form.read_new(fields, units)
            async with intake.pool.connection(timeout=DATABASE_SECONDS) as connection, connection.transaction():
                await keys_form.save_new(connection, Seal(intake.secret), keys, at=intake.now())
                await note(connection, session.operator, "account_added", channel_of(keys.oa_id), at=intake.now())
        except BadKeys as problem:
            form = keys_form.adding(ADD, units, fields)
            return await self.console.form_page(request, session, form, problem=str(problem), status=422)
        return await self.console.back_to(request, session, channel_of(keys.oa_id), ADDED)

    async def show_keys(self, request: Request) -> Response:
        """The form for other keys; the present ones are never shown."""
        session, oa_id = await self.console.signed_in(request), _oa_id(request)
        return await self.console.form_page(request, session, keys_form.changing(f"{KEYS}/{oa_id}"))

    async def set_keys(self, request: Request) -> Response:
        """Take other keys; an empty field keeps the one that is there."""
        session, fields = await self.console.posted(request)
        intake, oa_id = _intake(request), _oa_id(request)
        try:
            async with intake.pool.connection(timeout=DATABASE_SECONDS) as connection, connection.transaction():
                await keys_form.save_changed(connection, Seal(intake.secret), oa_id, fields, at=intake.now())
                await note(connection, session.operator, "secrets_changed", channel_of(oa_id), at=intake.now())
        except BadKeys as problem:
            form = keys_form.changing(f"{KEYS}/{oa_id}")
            return await self.console.form_page(request, session, form, problem=str(problem), status=422)
        return await self.console.back_to(request, session, channel_of(oa_id), KEYS_SET)

    async def ask_consent(self, request: Request) -> Response:
        """To the platform's page, on which an administrator of the account consents."""
        session = await self.console.signed_in(request)
        intake, oa_id = _intake(request), _oa_id(request)
        try:
            async with intake.pool.connection(timeout=DATABASE_SECONDS) as connection:
                account = await read_account(connection, Seal(intake.secret), oa_id)
        except CantOpen:
            return await self.console.back_to(request, session, channel_of(oa_id), SEALED, good=False)
        if account is None:
            return await self.console.back_to(request, session, None, NO_ACCOUNT, good=False)
        redirect = self.console.address_of(request) + CALLBACK
        consent = setup.begin(self.endpoints, account.app_id, redirect, make_pkce())
        sealed = Seal(intake.secret).close({VERIFIER: consent.verifier})
        async with intake.pool.connection(timeout=DATABASE_SECONDS) as connection:
            await begin_consent(
                connection, consent.state, Consent(account.id, sealed), session=session.key, at=intake.now()
            )
        return RedirectResponse(consent.address, status_code=303, headers={"Cache-Control": "no-store"})

    async def come_back(self, request: Request) -> Response:
        """The browser comes back from the platform: with a code, if it went well."""
        session, intake = await self.console.signed_in(request), _intake(request)
        state = request.query_params.get("state", "")
        async with intake.pool.connection(timeout=DATABASE_SECONDS) as connection:
            consent = await end_consent(connection, state, session=session.key, at=intake.now())
        if consent is None:
            return await self.console.back_to(request, session, None, OLD_STATE, good=False)
        account_id = consent.account_id
        try:
            await self._connect(request, consent)
        except Failed as failure:
            async with intake.pool.connection(timeout=DATABASE_SECONDS) as connection:
                await note(connection, session.operator, "connect_failed", account_id, at=intake.now())
            return await self.console.back_to(request, session, account_id, str(failure), good=False)
        async with intake.pool.connection(timeout=DATABASE_SECONDS) as connection:
            await note(connection, session.operator, "connected", account_id, at=intake.now())
        return await self.console.back_to(request, session, account_id, CONNECTED)

    async def _connect(self, request: Request, consent: Consent) -> None:
        """Check what came back and keep the tokens.

        Raises:
            Failed: with what the operator reads.
        """
        oa_id, code = request.query_params.get("oa_id", ""), request.query_params.get("code", "")
        if not code:
            raise Failed(REFUSED)
        if not secrets.compare_digest(channel_of(oa_id).encode(), consent.account_id.encode()):
            raise Failed(OTHER_OA.format(oa_id=oa_id if DIGITS.fullmatch(oa_id) else "không rõ"))
        intake = _intake(request)
        try:
            verifier = Seal(intake.secret).open(consent.sealed)[VERIFIER]
        except CantOpen:
            raise Failed(OLD_STATE) from None
        await connect(intake, self.endpoints, oa_id=oa_id, code=code, verifier=verifier)


def _oa_id(request: Request) -> str:
    """The account of an address; empty, which is nobody's, where it can't be one."""
    oa_id = str(request.path_params["oa_id"])
    return oa_id if DIGITS.fullmatch(oa_id) else ""


def _intake(request: Request) -> Intake:
    found = request.app.state.intake
    assert isinstance(found, Intake)
    return found
