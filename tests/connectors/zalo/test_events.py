import hashlib
import json
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zalo.events import Attachment, BadEvent, Info, read
from connectors.zalo.signature import HEADER, matches
from tests.connectors.zalo.samples import APP, MSG, OA, TIME, USER, body, from_account, from_citizen
from tests.connectors.zalo.test_fields import JSON

URL = "https://f1.zdn.vn/a.jpg"


def test_a_text_of_a_citizen() -> None:
    event = read(from_citizen("user_send_text", text="Xin chào", quote_msg_id="5be1aa2b3c4d5e6f7a8b"))
    assert (event.name, event.kind, event.app_id, event.timestamp) == ("user_send_text", "message", APP, TIME)
    assert event.at == datetime(2025, 11, 22, 8, 26, 40, tzinfo=timezone.utc)
    assert (event.oa, event.citizen(OA), event.msg_id, event.admin_id) == ((OA, USER), USER, MSG, None)
    assert (event.text, event.attachments, event.info, event.key) == ("Xin chào", (), None, f"user_send_text:{MSG}")


def test_the_probe_has_no_name() -> None:
    probe = read(b"{}")
    assert (probe.name, probe.kind, probe.oa, probe.at.year) == ("", "probe", (), 1970)
    assert read(b'{"hello": 1}').kind == "probe"


@pytest.mark.parametrize("name", [None, 5, [], "", "hai từ"])
def test_a_name_that_cannot_be_read_makes_no_probe(name) -> None:
    assert read(json.dumps({"event_name": name}).encode()).kind == "other"


@pytest.mark.parametrize(
    "suffix",
    ["text", "image", "gif", "link", "audio", "video", "sticker", "location", "file", "business_card", "hologram"],
)
def test_everything_a_citizen_sends_is_a_message(suffix) -> None:
    event = read(from_citizen(f"user_send_{suffix}", text="chú thích", attachments=[{"type": "image", "payload": {}}]))
    assert (event.kind, event.text, event.citizen(OA)) == ("message", "chú thích", USER)
    assert event.attachments[0].kind == ("contact" if suffix == "business_card" else "image")


@pytest.mark.parametrize("suffix", ["text", "image", "gif", "list", "file", "sticker", "template", "consent"])
def test_what_the_account_sent_is_an_echo(suffix) -> None:
    event = read(from_account(f"oa_send_{suffix}", text="Đã nhận"))
    assert (event.kind, event.citizen(OA), event.admin_id) == ("echo", USER, None)


def test_an_echo_of_a_person_names_the_person() -> None:
    assert read(from_account("oa_send_text", admin="5234567890123456784", text="a")).admin_id == "5234567890123456784"


def test_receipts_are_read_in_both_directions() -> None:
    received = read(from_account("user_received_message"))
    assert (received.kind, received.citizen(OA), received.msg_id) == ("receipt", USER, MSG)
    seen = body("user_seen_message", sender={"id": USER}, recipient={"id": OA}, message={"msg_ids": [MSG]})
    assert (read(seen).kind, read(seen).citizen(OA), read(seen).msg_id) == ("receipt", USER, None)
    assert read(seen).key == hashlib.sha256(seen).hexdigest()


@pytest.mark.parametrize("name", ["follow", "unfollow"])
def test_following_names_the_account_and_the_follower(name) -> None:
    event = read(body(name, oa_id=OA, follower={"id": USER}, source="oa_profile"))
    assert (event.kind, event.oa, event.citizen(OA)) == (name, (OA,), USER)


def test_opening_the_chat_names_the_citizen_alone() -> None:
    event = read(body("user_click_chatnow", oa_id=OA, user_id=USER))
    assert (event.kind, event.oa, event.citizen(OA)) == ("chat_opened", (OA,), USER)


def test_shared_details_are_read_in_both_shapes() -> None:
    people = {"sender": {"id": USER}, "recipient": {"id": OA}}
    new = {"name": "A", "phone": 84901234567, "full_address": {"user_city": "B"}}
    assert read(body("user_submit_info", **people, info=new)).info == Info("A", "84901234567", "B", None, None)
    old = read(body("user_submit_info", **people, info={"name": "A", "city": "B", "ward": "C"}))
    assert (old.kind, old.info) == ("info", Info("A", None, "C, B", None, None))


@pytest.mark.parametrize("name", ["user_reacted_message", "oa_reacted_message"])
def test_two_reactions_to_one_message_are_two_events(name) -> None:
    first, second = (read(from_citizen(name, react_icon=icon)) for icon in ("/-heart", "/-strong"))
    assert (first.kind, first.msg_id) == ("reaction", MSG) and first.key != second.key


def test_what_must_be_acted_on_is_told_apart() -> None:
    assert read(body("permission_revoked", oa_id=OA)).kind == "revoked"
    withdrawn = read(body("user_withdraw", oa_id=OA, user_id=USER))
    assert (withdrawn.kind, withdrawn.citizen(OA)) == ("withdrawn", USER)


@pytest.mark.parametrize(
    "name",
    [
        "anonymous_send_text",
        "anonymous_send_image",
        "user_send_group_text",
        "oa_send_group_text",
        "oa_send_anonymous_text",
        "create_group",
        "user_join_group",
        "user_out_group",
        "add_user_to_tag",
        "remove_user_from_tag",
        "remove_tag",
        "update_user_info",
        "user_feedback",
        "user_click_response_button",
        "event_journey_acknowledge",
        "change_template_status",
        "change_template_quality",
        "change_template_quota",
        "change_oa_daily_quota",
        "change_oa_template_tags",
        "widget_interaction_accepted",
        "widget_failed_to_sync_user_external_id",
        "extension_purchased",
        "shop_has_order",
        "user_reply_consent",
        "user_call_oa",
        "oa_call_user",
        "something_new",
    ],
)
def test_everything_else_is_other(name) -> None:
    assert read(from_citizen(name, text="a")).kind == "other"


def test_numbers_for_ids_stay_exact() -> None:
    people = b'"sender":{"id":3234567890123456782},"recipient":{"id":4234567890123456783}'
    raw = b'{"event_name":"user_send_text","timestamp":1763800000123,%s,"message":{"msg_id":9007199254740993}}' % people
    event = read(raw)
    assert (event.citizen(OA), event.msg_id, event.timestamp) == (USER, "9007199254740993", "1763800000123")
    assert event.at.microsecond == 123_000


def test_texts_are_composed_and_can_be_stored() -> None:
    event = read(from_citizen("user_send_text", text="ke\u0302\u0301t qua\u0309\u0000\ud800"))
    assert event.text == "kết quả"


def test_the_same_event_has_the_same_key_however_it_is_written() -> None:
    raw = from_citizen("user_send_text", text="chào")
    assert read(json.dumps(json.loads(raw), indent=1).encode()).key == read(raw).key


def test_attachments_come_with_the_event() -> None:
    place = {"type": "location", "payload": {"coordinates": {"latitude": "10.5", "longitude": "106.25"}}}
    event = read(from_citizen("user_send_location", attachments=[place, {"type": "image", "payload": {"url": URL}}]))
    assert event.attachments == (Attachment("location", latitude=10.5, longitude=106.25), Attachment("image", URL))


@pytest.mark.parametrize("value", [None, 1, "x", [], [[]], {"id": []}, {"id": None}, {"msg_id": {}, "text": []}])
def test_fields_of_wrong_types_are_nothing(value) -> None:
    fields = dict.fromkeys(("sender", "recipient", "message", "follower", "oa_id", "info"), value)
    event = read(body("user_send_text", **fields))
    assert (event.citizen(OA), event.msg_id, event.text) == (None, None, "")


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode) | JSON.map(lambda v: json.dumps(v).encode()))
def test_any_bytes_are_an_event_or_a_bad_event(raw) -> None:
    try:
        event = read(raw)
    except BadEvent:
        return
    assert isinstance(json.loads(raw), dict) and event.key


NAMES = st.sampled_from(["user_send_text", "user_send_image", "follow", "user_submit_info", "oa_send_text"])
KEYS = st.sampled_from(
    ["app_id", "timestamp", "sender", "recipient", "message", "follower", "oa_id", "user_id", "info"]
)


@given(NAMES, st.dictionaries(KEYS, JSON))
def test_any_field_of_any_type_is_read(name, fields) -> None:
    event = read(json.dumps({**fields, "event_name": name}).encode())
    assert event.name == name and event.at.tzinfo and "\x00" not in event.text
    assert event.citizen(OA) != OA


def test_a_bad_event_quotes_nothing() -> None:
    with pytest.raises(BadEvent) as raised:
        read(b'{"text": "0901234567')
    assert "0901" not in str(raised.value)


def test_what_a_citizen_says_is_not_shown_in_logs() -> None:
    people = {"sender": {"id": USER}, "recipient": {"id": OA}}
    info = body("user_submit_info", **people, info={"name": "Nguyễn Văn A", "phone": "84901234567"})
    for raw in (from_citizen("user_send_text", text="Nguyễn Văn A"), info):
        assert "Nguyễn" not in repr(read(raw)) and "8490" not in f"{read(raw)} {read(raw).info}"


ACTS = {
    "follow": "follow", "unfollow": "unfollow", "text": "message", "image": "message", "gif": "message",
    "file": "message", "audio": "message", "video": "message", "sticker": "message", "location": "message",
    "link": "message", "business_card": "message", "submit_info": "info", "react": "reaction", "withdraw": "withdrawn",
}  # fmt: skip
NEEDED = {
    "text": {"text": "Xin chào"}, "location": {"latitude": 10.5, "longitude": 106.25}, "submit_info": {"name": "A"},
    "link": {"url": "https://example.vn"}, "business_card": {"phone": "84901234567"},
}  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bytes": "random", "omit_optional": True, "coordinates": "number"},
        {"submit_info": "old", "seen_sender": "user"},
    ],
    ids=["plain", "varied", "older"],
)
def test_every_event_of_the_emulator_is_read_and_its_signature_matches(village, options) -> None:
    village.reset()
    village.options(**options)
    user = village.citizen()
    village.send(user)
    for act in ACTS:
        village.act(user, act, **NEEDED.get(act, {}))
    village.flush()
    got = [(event, each) for each in village.hook.got if (event := read(each.body)).kind != "probe"]
    assert {event.kind for event, _ in got} == {*ACTS.values(), "echo", "receipt"}
    for event, each in got:
        assert matches(
            each.headers[HEADER.lower()], village.app["app_id"], each.body, event.timestamp, village.oa["secret"]
        )
        assert (event.app_id, event.citizen(village.oa["oa_id"])) == (village.app["app_id"], user), event.name
        assert village.oa["oa_id"] in event.oa and abs(event.at.timestamp() - village.now) < 3600
    kinds = {attachment.kind for event, _ in got for attachment in event.attachments}
    assert kinds == {"image", "gif", "file", "audio", "video", "sticker", "location", "link", "contact"}
    assert (10.5, 106.25) in {(one.latitude, one.longitude) for event, _ in got for one in event.attachments}
