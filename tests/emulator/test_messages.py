"""Validation of consultation messages, through HTTP."""

from typing import Any

import pytest

from emulator.errors import ApiError
from emulator.messages import check_public
from tests.emulator.serving import Town, buttons

INFO = {"title": "Chia sẻ", "subtitle": "Để tra cứu", "image_url": "https://example.gov.vn/z.png"}


def send(town: Town, **message: Any) -> int:
    body = {"recipient": {"user_id": town.citizen()}, "message": message}
    return town.call("/openapi/v3.0/oa/message/cs", body).json()["error"]


def template(**payload: Any) -> dict[str, Any]:
    return {"type": "template", "payload": payload}


def media(**element: Any) -> dict[str, Any]:
    return template(template_type="media", elements=[element])


def info(**changes: Any) -> dict[str, Any]:
    return template(template_type="request_user_info", elements=[{**INFO, **changes}])


@pytest.mark.parametrize(
    ("text", "code"),
    [("ệ" * 2000, 0), ("ệ" * 2001, -210), ("", -201), ("  ", -201), (5, -201), (None, -201)],
    ids=["longest", "too long", "empty", "blank", "number", "null"],
)
def test_a_text_has_1_to_2000_characters(town: Town, text, code) -> None:
    assert send(town, text=text) == code


@pytest.mark.parametrize(
    ("attachment", "code"),
    [
        (media(media_type="image", url="https://example.gov.vn/a.png"), 0),
        (media(media_type="image", url="https://example.gov.vn/a.png", attachment_id="x"), -201),
        (media(media_type="image"), -201),
        (media(media_type="image", url="http://127.0.0.1/a.png"), -201),
        (media(media_type="image", attachment_id="nobody"), -201),
        (media(media_type="gif", url="https://example.gov.vn/a.gif", width=200, height=200), 0),
        (media(media_type="gif", url="https://example.gov.vn/a.gif", width="200"), -201),
        (media(media_type="sticker", attachment_id="bfe458bf64fa8da4d4eb"), 0),
        (media(media_type="sticker", url="https://example.gov.vn/a.png"), -201),
        (media(media_type="film", attachment_id="x"), -201),
        (template(template_type="media", elements=[{}, {}]), -201),
        (template(template_type="list", elements=[]), -233),
        ({"type": "image", "payload": {"attachment_id": "x"}}, -201),
        ({"type": "voice", "payload": {}}, -233),
        ({"type": "file", "payload": {"token": "nobody"}}, -201),
        ({"type": "file", "payload": {}}, -201),
        ({"type": "template"}, -201),
        ([media(media_type="sticker", attachment_id="1")] * 2, -233),
        ("ảnh", -201),
        (info(), 0),
        (info(title="t" * 100, subtitle="s" * 500), 0),
        (info(title="t" * 101), -210),
        (info(subtitle="s" * 501), -210),
        (info(image_url="https://localhost/z.png"), -201),
        (info(image_url=""), -201),
        (template(template_type="request_user_info", elements=[INFO, INFO]), -201),
    ],
)
def test_an_attachment_has_one_of_the_known_shapes(town: Town, attachment, code) -> None:
    assert send(town, attachment=attachment) == code


def test_buttons_have_a_text_and_no_template_type(town: Town) -> None:
    good = buttons(("Lệ phí", "oa.query.show", "#b:1"))
    assert send(town, text="Anh chị cần gì?", attachment=good) == 0
    assert send(town, attachment=good) == -201
    wrong = {"type": "template", "payload": {"template_type": "buttons", **good["payload"]}}
    assert send(town, text="Anh chị cần gì?", attachment=wrong) == -201


def test_a_sticker_and_a_file_have_no_text(town: Town) -> None:
    assert send(town, text="a", attachment=media(media_type="sticker", attachment_id="1")) == -201
    assert send(town, text="a", attachment={"type": "file", "payload": {"token": "x"}}) == -201


def test_a_quoted_message_must_be_in_that_chat(town: Town) -> None:
    mine, other = town.citizen(), town.citizen()
    quoted = town.transcript(mine)[0]["id"]
    assert town.send(mine, quote_message_id=quoted)["error"] == 0
    assert town.send(other, quote_message_id=quoted)["error"] == -201


@pytest.mark.parametrize("message", [None, {}, "chào", []])
def test_a_body_without_a_message_is_refused(town: Town, message) -> None:
    body = {"recipient": {"user_id": town.citizen()}, "message": message}
    assert town.call("/openapi/v3.0/oa/message/cs", body).json()["error"] == -201


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/a", "https://[::1]/a", "https://printer.local/a", "https://[x/a", "ftp://example.vn/a"]
)
def test_an_address_that_only_a_neighbour_reaches_is_not_public(url) -> None:
    with pytest.raises(ApiError):
        check_public(url, "url")
