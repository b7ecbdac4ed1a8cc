import json
from datetime import date, datetime, timezone

from hypothesis import given

from connectors.zalo import answers
from connectors.zalo.fields import read_json
from connectors.zalo.parts import Attachment, Info
from tests.connectors.zalo.test_fields import JSON

AT = datetime(2025, 11, 22, 8, 26, 41, 234_000, tzinfo=timezone.utc)


def parsed(value: object) -> object:
    return read_json(json.dumps(value).encode())


def test_a_sent_message_has_an_id_a_time_and_a_quota() -> None:
    quota = {"quota_type": "sub_quota", "remain": "497", "total": "500", "owner_type": "OA"}
    sent = answers.read_sent(
        parsed({"message_id": "5be1aa2b3c4d5e6f7a8b", "sent_time": "1763800001234", "quota": quota})
    )
    assert sent == answers.Sent("5be1aa2b3c4d5e6f7a8b", AT, answers.Quota("sub_quota", 497, 500))


def test_a_reply_without_counts_an_older_answer_and_an_empty_one_are_read() -> None:
    reply = answers.read_sent(parsed({"message_id": "a", "quota": {"quota_type": "reply"}}))
    assert reply == answers.Sent("a", None, answers.Quota("reply", None, None))
    assert answers.read_sent(parsed({"message_id": "a", "recipient_id": "b"})) == answers.Sent("a", None, None)
    assert answers.read_sent(None) == answers.Sent(None, None, None)


def test_a_profile() -> None:
    user = answers.read_user(parsed({
        "user_id": "3234567890123456782", "display_name": "Nguyễn Văn A", "user_is_follower": True,
        "is_sensitive": False, "user_last_interaction_date": "22/11/2026",
        "shared_info": {"name": "A", "phone": 84901234567},
    }))  # fmt: skip
    assert user == answers.User(
        "3234567890123456782",
        "Nguyễn Văn A",
        True,
        False,
        date(2026, 11, 22),
        Info("A", "84901234567", None, None, None),
    )
    assert answers.read_user(parsed({"user_last_interaction_date": "2026-11-22"})).last_interaction is None


def test_the_account_under_both_names_of_its_id() -> None:
    for name in ("oa_id", "oaid"):
        account = answers.read_account(parsed({
            name: 4234567890123456783, "name": "Công an xã Mẫu", "is_verified": True, "oa_type": 4,
            "package_name": "Nâng cao", "package_valid_through_date": "31/12/2026",
        }))  # fmt: skip
        assert account == answers.Account("4234567890123456783", "Công an xã Mẫu", True, 4, "Nâng cao", "31/12/2026")


def test_the_window_of_a_citizen() -> None:
    window = answers.read_window(parsed({"last_interaction": "1763800001234", "cs_reply": {"remain": 8, "total": 8}}))
    assert window == answers.Window(AT, answers.Quota(None, 8, 8))
    assert answers.read_window(None) == answers.Window(None, None)


def test_a_history_keeps_ids_exact_and_knows_who_spoke() -> None:
    theirs = {
        "src": 1, "time": 1763800001234, "type": "photo", "message": "", "message_id": "m1",
        "url": "https://f1.zdn.vn/a.jpg", "from_id": 3234567890123456782, "to_id": 4234567890123456783,
    }  # fmt: skip
    ours = {"src": 0, "time": 1763800001234, "type": "text", "message": "Đã nhận", "message_id": "m0",
            "from_id": 4234567890123456783, "to_id": 3234567890123456782}  # fmt: skip
    first, second = answers.read_history(parsed([theirs, ours]))
    assert (first.by_citizen, first.citizen, first.at, first.kind) == (True, "3234567890123456782", AT, "image")
    assert first.attachment == Attachment("image", "https://f1.zdn.vn/a.jpg")
    assert (second.by_citizen, second.citizen, second.text, second.kind) == (
        False,
        "3234567890123456782",
        "Đã nhận",
        "text",
    )
    assert second.attachment is None


def test_kinds_of_a_history_have_their_own_spelling() -> None:
    kinds = ["voice", "photo", "GIF", "link", "links", "sticker", "location", "text", "hologram"]
    read = [row.kind for row in answers.read_history(parsed([{"type": kind} for kind in kinds]))]
    assert read == ["audio", "image", "gif", "link", "link", "sticker", "location", "text", ""]


@given(JSON)
def test_every_reader_takes_every_value(value) -> None:
    value = parsed(value)
    for reader in (answers.read_sent, answers.read_user, answers.read_account, answers.read_window):
        assert reader(value)
    assert isinstance(answers.read_history(value), tuple)
    assert isinstance(answers.read_history([value]), tuple)
