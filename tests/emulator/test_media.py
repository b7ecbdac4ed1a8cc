"""What a simulated user sends beside texts, through the control API."""

import base64
import hashlib
import json
from typing import Any

import pytest

from tests.emulator.serving import Town


def event_of(town: Town, name: str) -> dict[str, Any]:
    assert town.flush()["done"]
    return town.hook.events(name)[-1]


def payload_of(town: Town, kind: str) -> dict[str, Any]:
    (attachment,) = event_of(town, f"user_send_{kind}")["message"]["attachments"]
    return attachment["payload"]


@pytest.mark.parametrize("kind", ["image", "gif", "audio", "video", "file"])
def test_media_arrive_with_an_address_that_serves_them(town: Town, kind) -> None:
    content = b"noi dung cua tep"
    user = town.citizen()
    town.act(user, kind, content=base64.b64encode(content).decode(), name=f"tep.{kind}")
    payload = payload_of(town, kind)
    assert town.http.get(payload["url"]).content == content
    assert ("thumbnail" in payload) is (kind in ("image", "gif", "video"))


def test_a_file_has_size_name_type_and_checksum_as_texts(town: Town) -> None:
    town.act(town.citizen(), "file", content=base64.b64encode(b"abc").decode(), name="don.pdf")
    payload = payload_of(town, "file")
    assert (payload["size"], payload["name"], payload["type"]) == ("3", "don.pdf", "pdf")
    assert payload["checksum"] == hashlib.md5(b"abc").hexdigest()


def test_media_may_have_a_caption_and_another_address(town: Town) -> None:
    town.act(town.citizen(), "image", text="Ảnh hiện trường", url="https://photo.zdn.vn/a.jpg")
    message = event_of(town, "user_send_image")["message"]
    assert message["text"] == "Ảnh hiện trường"
    assert message["attachments"][0]["payload"]["url"] == "https://photo.zdn.vn/a.jpg"


@pytest.mark.parametrize(("form", "latitude"), [("string", "10.764612"), ("number", 10.764612)])
def test_coordinates_come_as_texts_or_numbers(town: Town, form, latitude) -> None:
    town.options(coordinates=form)
    town.act(town.citizen(), "location", latitude=10.764612, longitude=106.656412)
    event = event_of(town, "user_send_location")
    assert event["message"]["text"] == ""
    assert event["message"]["attachments"][0]["payload"]["coordinates"]["latitude"] == latitude


def test_stickers_links_and_cards_have_their_shapes(town: Town) -> None:
    user = town.citizen()
    town.act(user, "sticker")
    town.act(user, "link", url="https://example.vn")
    town.act(user, "business_card", phone="84901234567")
    assert payload_of(town, "sticker")["id"] == "17350"
    assert payload_of(town, "link")["url"] == "https://example.vn"
    assert json.loads(payload_of(town, "business_card")["description"])["phone"] == "84901234567"
    assert town.hook.events("user_send_business_card")[0]["message"]["attachments"][0]["type"] == "link"
