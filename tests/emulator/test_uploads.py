"""Uploads, and what becomes of them."""

from typing import Any

import httpx
import pytest

from emulator.uploads import MB
from tests.emulator.serving import Town

DAY = 24 * 3600


def upload(town: Town, kind: str, name: str, content: bytes = b"x", *, version: str = "v2.0") -> httpx.Response:
    path, headers = f"/openapi/{version}/oa/upload/{kind}", {"access_token": town.token}
    return town.http.post(path, files={"file": (name, content)}, headers=headers)


def image(key: str) -> dict[str, Any]:
    element = {"media_type": "image", "attachment_id": key}
    return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}


@pytest.mark.parametrize(
    ("kind", "name", "key"),
    [("image", "a.png", "attachment_id"), ("gif", "a.gif", "attachment_id"), ("file", "a.PDF", "token")],
)
def test_each_kind_returns_its_own_key(town: Town, kind, name, key) -> None:
    got = upload(town, kind, name).json()
    assert got["error"] == 0 and set(got["data"]) == {key}


def test_there_is_no_upload_in_v3(town: Town) -> None:
    assert upload(town, "image", "a.png", version="v3.0").status_code == 404


@pytest.mark.parametrize(
    ("kind", "name", "size", "code"),
    [
        ("image", "a.jpg", MB, 0),
        ("image", "a.jpg", MB + 1, -210),
        ("gif", "a.gif", 5 * MB, 0),
        ("gif", "a.gif", 5 * MB + 1, -210),
        ("file", "a.docx", 5 * MB, 0),
        ("file", "a.docx", 5 * MB + 1, -210),
        ("image", "a.pdf", 1, -201),
        ("file", "a.exe", 1, -201),
        ("file", "a.pdf", 0, -201),
        ("file", "a" * 197 + ".pdf", 1, -201),
    ],
)
def test_types_and_sizes_have_limits(town: Town, kind, name, size, code) -> None:
    assert upload(town, kind, name, bytes(size)).json()["error"] == code


def test_a_name_without_extension_gets_no_error_and_no_id(town: Town) -> None:
    assert upload(town, "image", "anh").json() == {"data": {}, "error": 0, "message": "Success"}


def test_the_field_is_called_file(town: Town) -> None:
    headers = {"access_token": town.token}
    got = town.http.post("/openapi/v2.0/oa/upload/image", files={"image": ("a.png", b"x")}, headers=headers)
    assert got.json()["error"] == -201


def test_an_uploaded_picture_and_file_can_be_sent_and_fetched(town: Town) -> None:
    user = town.citizen()
    key = upload(town, "image", "a.png", b"hinh").json()["data"]["attachment_id"]
    token = upload(town, "file", "don.pdf", b"%PDF").json()["data"]["token"]
    assert town.send(user, "", attachment=image(key))["error"] == 0
    assert town.send(user, "", attachment={"type": "file", "payload": {"token": token}})["error"] == 0
    picture, file = (message["attachments"][0]["payload"] for message in town.transcript(user)[-2:])
    assert town.http.get(picture["url"]).content == b"hinh" and town.http.get(file["url"]).content == b"%PDF"
    assert (file["name"], file["size"], file["type"]) == ("don.pdf", "4", "pdf")


def test_an_upload_of_another_kind_or_app_is_unknown(town: Town) -> None:
    user = town.citizen()
    token = upload(town, "file", "don.pdf").json()["data"]["token"]
    assert town.send(user, "", attachment=image(token))["error"] == -201
    key = upload(town, "image", "a.png").json()["data"]["attachment_id"]
    town.platform.assets[key].app_id = "1"
    assert town.send(user, "", attachment=image(key))["error"] == -201


@pytest.mark.parametrize(("seconds", "code"), [(7 * DAY, 0), (7 * DAY + 0.001, -100)])
def test_an_upload_lives_seven_days(town: Town, seconds, code) -> None:
    user = town.citizen()
    key = upload(town, "image", "a.png").json()["data"]["attachment_id"]
    town.advance(seconds)
    town.token = town.grant()["access_token"]
    town.act(user, "text", text="còn đây")
    assert town.send(user, "", attachment=image(key))["error"] == code


def test_uploads_of_a_month_have_a_limit(town: Town) -> None:
    town.advance(31 * DAY)
    town.token = town.grant()["access_token"]
    town.options(upload_limit=2)
    assert [upload(town, "image", "a.png").json()["error"] for _ in range(3)] == [0, 0, -210]
    town.advance(31 * DAY)
    town.token = town.grant()["access_token"]
    assert upload(town, "image", "a.png").json()["error"] == 0
