import pytest

from connectors.zalo.parts import Attachment, Info, read_attachments, read_info

URL = "https://f1.zdn.vn/a.jpg"


def one(kind: str, payload: object, suffix: str = "") -> Attachment:
    (found,) = read_attachments([{"type": kind, "payload": payload}], suffix or kind)
    return found


@pytest.mark.parametrize("kind", ["image", "gif", "audio", "video", "sticker", "link"])
def test_every_kind_keeps_its_address(kind) -> None:
    assert one(kind, {"thumbnail": "https://f1.zdn.vn/t.jpg", "url": URL, "id": "1"}) == Attachment(kind, URL)


def test_a_file_has_a_name_a_size_a_type_and_a_checksum() -> None:
    payload = {
        "url": URL,
        "size": "48213",
        "name": "đơn.pdf",
        "checksum": "5d41402abc4b2a76b9719d911017c592",
        "type": "pdf",
    }
    assert one("file", payload) == Attachment(
        "file", URL, "đơn.pdf", 48213, "pdf", checksum="5d41402abc4b2a76b9719d911017c592"
    )


def test_a_place_may_come_as_texts_or_numbers() -> None:
    place = Attachment("location", latitude=10.764612, longitude=106.656412)
    assert one("location", {"coordinates": {"latitude": "10.764612", "longitude": "106.656412"}}) == place
    assert one("location", {"coordinates": {"latitude": 10.764612, "longitude": 106.656412}}) == place


def test_a_business_card_comes_as_a_link_and_is_a_contact() -> None:
    payload = {"url": URL, "description": '{"phone":"84901234567"}'}
    assert one("link", payload, "business_card") == Attachment("contact", URL)


def test_a_type_that_is_missing_is_told_by_the_event() -> None:
    assert read_attachments([{"payload": {"url": URL}}], "image") == (Attachment("image", URL),)


def test_fields_of_wrong_types_are_nothing() -> None:
    payload = {"url": 5, "name": [], "size": "many", "type": {}, "coordinates": "here", "checksum": None}
    assert one("file", payload) == Attachment("file")
    assert one("image", None) == Attachment("image")


@pytest.mark.parametrize("value", [None, {}, "x", [None], [1], [[]], [{"type": ["image"]}], [{"type": "hologram"}]])
def test_what_is_no_attachment_is_none(value) -> None:
    assert read_attachments(value, "hologram") == ()


def test_details_in_the_shape_of_today() -> None:
    info = {
        "name": "Nguyễn Văn A", "phone": "84901234567", "user_dob": "30/10/1999", "gender": "Nam",
        "full_address": {"user_city": "TP. Hồ Chí Minh", "user_ward": "Phường 1", "user_address": "12 Đường Mẫu"},
    }  # fmt: skip
    assert read_info(info) == Info(
        "Nguyễn Văn A", "84901234567", "12 Đường Mẫu, Phường 1, TP. Hồ Chí Minh", "30/10/1999", "Nam"
    )


def test_details_in_the_older_shape() -> None:
    info = {"name": "A", "phone": "84901234567", "address": "12", "city": "Tỉnh Mẫu", "district": "H", "ward": "X"}
    assert read_info(info) == Info("A", "84901234567", "12, X, H, Tỉnh Mẫu", None, None)


@pytest.mark.parametrize("value", [None, [], "x", {}, {"name": 1.5, "full_address": []}, {"phone": ""}])
def test_no_details_are_none(value) -> None:
    assert read_info(value) is None
