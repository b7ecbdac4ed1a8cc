import asyncio
import socket

import httpx
import pytest

from connectors.zalo.errors import AnswerUnknown, Unreachable, ZaloError
from connectors.zalo.transport import call, data_of, make_http
from tests.connectors.zalo.listening import Answer, breaks_off, hangs, listening, says


async def ask(answer: Answer) -> object:
    async with listening(answer) as server, make_http() as http:
        return data_of(await call(http, "GET", server.url))


async def test_a_success_is_its_data() -> None:
    assert await ask(says({"error": 0, "message": "Success", "data": {"id": 3234567890123456782}})) == {
        "id": "3234567890123456782"
    }


async def test_a_success_may_hold_nothing_and_data_may_come_without_a_code() -> None:
    assert await ask(says({"error": 0, "message": "Success"})) is None
    assert await ask(says({"data": []})) == []


@pytest.mark.parametrize("code", [-216, "-216"])
async def test_a_refusal_comes_with_status_200(code) -> None:
    with pytest.raises(ZaloError) as raised:
        await ask(says({"error": code, "message": "Access token is invalid"}))
    error = raised.value
    assert (error.code, error.message, error.retry_class) == (-216, "Access token is invalid", "refresh")


@pytest.mark.parametrize(("status", "wanted"), [(429, "wait_minute"), (401, "refresh"), (404, "alarm"), (302, "alarm")])
@pytest.mark.parametrize("body", [b"<html>", {"message": "no"}, {"error": 0}])
async def test_a_status_that_is_no_success_is_a_refusal(status, wanted, body) -> None:
    with pytest.raises(ZaloError) as raised:
        await ask(says(body, status=status))
    assert (raised.value.code, raised.value.retry_class) == (status, wanted)


async def test_a_code_says_more_than_a_status() -> None:
    with pytest.raises(ZaloError) as raised:
        await ask(says({"error": -230}, status=400))
    assert raised.value.code == -230


@pytest.mark.parametrize("status", [500, 502, 503, 408])
async def test_after_a_server_error_nobody_knows(status) -> None:
    with pytest.raises(AnswerUnknown):
        await ask(says(b"<html>Bad gateway</html>", status=status))


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", {}, {"error": "none"}, b"[" * 100_000])
async def test_a_success_that_cannot_be_read_is_an_unknown_answer(body) -> None:
    with pytest.raises(AnswerUnknown):
        await ask(says(body))


async def test_a_dropped_connection_is_an_unknown_answer() -> None:
    with pytest.raises(AnswerUnknown):
        await ask(breaks_off)


async def test_half_an_answer_is_an_unknown_answer() -> None:
    with pytest.raises(AnswerUnknown):
        await ask(says(b'{"error"', headers={"Content-Length": "20"}))


async def test_a_slow_answer_is_an_unknown_answer(monkeypatch) -> None:
    monkeypatch.setattr("connectors.zalo.transport.SECONDS", 0.2)
    with pytest.raises(AnswerUnknown):
        await ask(hangs)


async def test_an_answer_in_drops_is_an_unknown_answer(monkeypatch) -> None:
    async def drops(_: object, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not writer.transport.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.02)

    monkeypatch.setattr("connectors.zalo.transport.SECONDS", 0.3)
    with pytest.raises(AnswerUnknown):
        await ask(drops)


async def test_where_nobody_listens_nothing_was_taken() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with make_http() as http:
            with pytest.raises(Unreachable):
                await call(http, "GET", f"http://127.0.0.1:{unused.getsockname()[1]}")
            with pytest.raises(Unreachable):
                await call(http, "GET", "openapi.zalo.me/no-scheme")


async def test_the_log_holds_no_addresses(caplog) -> None:
    caplog.set_level("DEBUG")
    caplog.set_level("NOTSET", logger="httpx")
    async with listening(says({"error": 0})) as server, make_http() as http:
        assert isinstance(http, httpx.AsyncClient)
        await call(http, "GET", server.url + "/v3.0/oa/user/detail?data=3234567890123456782")
    assert "3234567890123456782" not in caplog.text
