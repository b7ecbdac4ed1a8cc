import json
import uuid
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from web.incoming import BODY_BYTES, FORM, JSON, TEXT_CHARACTERS, Posted, read_posted
from web.refused import Refused

ID = "7d3c1c3e-51f0-4a57-9a36-5be2b0a6f001"


async def read(body: bytes, content_type: str = JSON, **headers: str) -> Posted:
    pairs = [(b"content-type", content_type.encode())]
    pairs += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return await read_posted(Request({"type": "http", "method": "POST", "headers": pairs}, receive))


def message(**fields: object) -> bytes:
    return json.dumps({"message_id": ID, **fields}).encode()


async def test_json_of_a_script() -> None:
    posted = await read(message(text=" Lệ phí?\r\nbao nhiêu "), x_csrf_token="t")
    assert posted == Posted(ID, "Lệ phí?\nbao nhiêu", "", "t", by_script=True)


async def test_a_form_of_a_page() -> None:
    posted = await read(
        urlencode({"message_id": ID, "text": "Lệ phí?", "csrf": "t"}).encode(), f"{FORM}; charset=utf-8"
    )
    assert (posted.text, posted.csrf, posted.by_script) == ("Lệ phí?", "t", False)


async def test_a_form_sent_twice_is_one_message_and_a_changed_one_is_another() -> None:
    def form(text: str) -> bytes:
        return urlencode({"message_id": ID, "text": text}).encode()

    first, again, changed = [await read(form(text), FORM) for text in ("a", "a", "b")]
    assert first.message_id == again.message_id != changed.message_id
    assert uuid.UUID(changed.message_id)


async def test_what_the_database_cannot_store_is_left_out() -> None:
    body = b'{"message_id": "%s", "text": "a\\u0000b\\ud800c\\u0007"}' % ID.encode()
    assert (await read(body)).text == "abc"


async def test_a_typed_command_is_only_text() -> None:
    posted = await read(message(text='/ask_fee{"procedure": "x"}'))
    assert posted.button == "" and posted.text.startswith("/ask_fee")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (message(text="a"), "text/plain", 415),
        (message(text="a"), "multipart/form-data", 415),
        (message(text="a" * BODY_BYTES), JSON, 413),
        (message(text="a" * (TEXT_CHARACTERS + 1)), JSON, 422),
        (message(text=" \n "), JSON, 422),
        (message(), JSON, 422),
        (message(text=["a"]), JSON, 400),
        (b"[1]", JSON, 400),
        (b"{", JSON, 400),
        (b"[" * 5000, JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"\xff", FORM, 400),
        (b"text=%ff", FORM, 400),
        (b"&".join([b"a=b"] * 50), FORM, 400),
        (b'{"text": "a"}', JSON, 400),
        (b'{"text": "a", "message_id": "1"}', JSON, 400),
    ],
)
async def test_what_is_not_a_message_is_refused(body: bytes, content_type: str, status: int) -> None:
    with pytest.raises(Refused) as caught:
        await read(body, content_type)
    assert caught.value.status == status
    assert caught.value.message


async def test_a_text_of_the_greatest_length_is_a_message() -> None:
    assert len((await read(message(text="ạ" * TEXT_CHARACTERS))).text) == TEXT_CHARACTERS


async def test_a_refusal_says_nothing_of_the_text() -> None:
    with pytest.raises(Refused) as caught:
        await read(message(text="bí mật " * 400))
    assert "bí mật" not in str(caught.value) and "bí mật" not in repr(caught.value)
