"""Is this the password? Asked seldom enough, and answered in the same time whatever is wrong."""

from __future__ import annotations

import anyio
from starlette.requests import Request

from storage import operators
from storage.audit import What, note
from storage.operators import Operator, read_operator
from storage.passwords import hash_password, password_matches
from web.site import DATABASE_SECONDS, site_of

HASHES_AT_ONCE = 2
"""Each takes 64 MB for as long as it runs."""
TOO_OFTEN = "Đã sai quá 5 lần trong 15 phút. Chờ 15 phút rồi thử lại."


def address_of(request: Request) -> str:
    """Where a request comes from, as far as the server knows."""
    return request.client.host if request.client else ""


async def may_try(request: Request, name: str) -> bool:
    """Whether a password of this name may be looked at now; counted before that."""
    site = site_of(request)
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        attempt = await operators.begin_attempt(connection, name, address_of(request), at=site.now())
        await connection.commit()
        return await operators.may_try(connection, attempt, at=site.now())


async def operator_with(request: Request, name: str, password: str) -> Operator | None:
    """The operator whose password it is, unless disabled."""
    async with site_of(request).pool.connection(timeout=DATABASE_SECONDS) as connection:
        operator = await read_operator(connection, name)
    usable = operator if operator is not None and not operator.disabled else None
    hashed = usable.password_hash if usable else None
    right = await anyio.to_thread.run_sync(password_matches, hashed, password, limiter=request.app.state.hashing)
    return usable if right else None


async def note_failure(request: Request, name: str, what: What) -> None:
    """Write it down, without a name that nobody has: somebody's password may stand there."""
    site = site_of(request)
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        known = await read_operator(connection, name)
        await note(connection, name if known else "", what, address_of(request), at=site.now())


async def hash_of(request: Request, password: str) -> str:
    """The hash of a new password."""
    return await anyio.to_thread.run_sync(hash_password, password, limiter=request.app.state.hashing)
