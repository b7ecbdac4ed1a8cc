"""What each event becomes, through real HTTP and a real PostgreSQL."""

import hashlib
import json
from datetime import timedelta
from uuid import UUID

import pytest

from connectors.zalo.buttons import ButtonKeys
from connectors.zalo.intake import MOST_ATTACHMENTS, REVOKED
from dialogue.hearing import unreadable
from dialogue.turn import Context, take_turn
from storage.queue import TURN_QUEUE, make_queue
from storage.turns import TEXT_CHARACTERS
from tests.connectors.zalo.calling import SECRET, SENT, Caller
from tests.connectors.zalo.samples import APP, MSG, OA, TIME, USER, body, from_account, from_citizen
from tests.pipeline import FakeBrain

CHANNEL = f"zalo:{OA}"
ADMIN = "5234567890123456784"
URL = "https://f1.zdn.vn/a.jpg"
TURN = "SELECT * FROM turn ORDER BY id DESC LIMIT 1"
ALL_ATTACHMENTS = "SELECT kind, url, name, declared_size, state, latitude, longitude FROM attachment ORDER BY position"


def accepted(zalo: Caller, raw: bytes) -> None:
    response = zalo.post(raw)
    assert (response.status_code, response.text) == (200, "OK")


def text(words: str, msg_id: str = MSG, time: str = TIME) -> bytes:
    raw = json.loads(from_citizen("user_send_text", text=words))
    raw["message"]["msg_id"], raw["timestamp"] = msg_id, time
    return json.dumps(raw).encode()


def sent(kind: str, *payloads: dict, name: str = "", **message) -> bytes:
    attachments = [{"type": kind, "payload": payload} for payload in payloads]
    return from_citizen(f"user_send_{name or kind}", attachments=attachments, **message)


# Messages.


def test_a_text_is_a_turn_with_a_job_and_an_event_without_a_body(zalo) -> None:
    accepted(zalo, text("Xin chào"))
    [turn] = zalo.rows("SELECT * FROM turn")
    [conversation] = zalo.rows("SELECT * FROM conversation")
    assert (turn["text"], turn["button"], turn["message_id"], turn["sent_at"]) == ("Xin chào", None, MSG, SENT)
    assert (conversation["channel"], conversation["citizen"], conversation["unit"]) == (CHANNEL, USER, "don_vi_mau")
    assert conversation["last_interaction_at"] == SENT
    [event] = zalo.rows("SELECT * FROM channel_event")
    assert (event["key"], event["citizen"], event["body"]) == (f"user_send_text:{MSG}", USER, None)
    assert (event["turn_id"], event["sent_at"]) == (turn["id"], SENT)
    [job] = zalo.rows("SELECT * FROM procrastinate_jobs")
    assert (job["task_name"], job["lock"], job["args"]) == (
        "take_turn", str(conversation["id"]), {"turn_id": turn["id"]},
    )  # fmt: skip


def test_a_message_known_from_the_history_is_no_second_turn(zalo) -> None:
    accepted(zalo, text("một"))
    zalo.database.execute("TRUNCATE channel_event")
    accepted(zalo, text("một"))
    assert zalo.stored()["turn"] == zalo.stored()["procrastinate_jobs"] == 1
    assert zalo.rows("SELECT turn_id IS NOT NULL AS linked FROM channel_event") == [{"linked": True}]


def test_a_typed_command_is_text(zalo) -> None:
    accepted(zalo, text('/ask_fee{"procedure": "tach_ho"}'))
    assert zalo.rows("SELECT button FROM turn") == [{"button": None}]


def test_a_text_that_is_too_long_is_cut_so_that_the_dialogue_says_so(zalo) -> None:
    accepted(zalo, text("a" * 9000))
    [turn] = zalo.rows(TURN)
    assert len(turn["text"]) == TEXT_CHARACTERS + 1
    assert unreadable(turn["text"]) == "too_long"
    accepted(zalo, text("a" * TEXT_CHARACTERS, "exact"))
    assert unreadable(zalo.rows(TURN)[0]["text"]) is None


def test_decomposed_letters_are_composed(zalo) -> None:
    accepted(zalo, text("cha\u0300o"))
    assert zalo.rows(TURN)[0]["text"] == "chào"


def test_a_message_without_an_id_is_one_turn_by_its_bytes(zalo) -> None:
    raw = body("user_send_text", sender={"id": USER}, recipient={"id": OA}, message={"text": "một"})
    accepted(zalo, raw)
    accepted(zalo, raw)
    assert [turn["message_id"] for turn in zalo.rows("SELECT * FROM turn")] == [hashlib.sha256(raw).hexdigest()]


def test_a_message_of_nobody_is_kept_as_an_event(zalo) -> None:
    raw = body("user_send_text", recipient={"id": OA}, message={"msg_id": MSG, "text": "một"})
    accepted(zalo, raw)
    assert [bytes(event["body"]) for event in zalo.rows("SELECT body FROM channel_event")] == [raw]
    assert zalo.stored()["turn"] == 0


async def test_messages_delivered_out_of_order_are_answered_in_order_through_the_queue(
    zalo, process, pool, knowledge
) -> None:
    """Each delivery has its job; the jobs run in the order of delivery, the turns in the order of writing."""
    words = ["một", "hai", "ba", "bốn", "năm"]
    for number in (3, 0, 4, 2, 1):
        accepted(zalo, text(words[number], f"m{number}", str(int(TIME) + number)))
    brain, url = FakeBrain(), process[1]
    context = Context(pool, brain, knowledge, zalo.clock, make_queue(url))

    async def work(turn_id: int) -> None:
        await take_turn(turn_id, context)

    async with make_queue(url, work).open_async() as queue:
        await queue.run_worker_async(queues=[TURN_QUEUE], wait=False, install_signal_handlers=False)
    assert brain.understood == words
    sent = zalo.rows(
        "SELECT t.text FROM delivery d JOIN outbox o ON o.id = d.outbox_id JOIN turn t ON t.id = o.turn_id"
        " WHERE d.state = 'waiting' ORDER BY d.outbox_id"
    )
    assert [row["text"] for row in sent] == words
    jobs = zalo.rows("SELECT args FROM procrastinate_jobs WHERE queue_name = 'deliveries' AND status = 'todo'")
    [conversation] = zalo.rows("SELECT id FROM conversation")
    assert [job["args"] for job in jobs] == [{"conversation_id": str(conversation["id"])}] * len(words)


# Buttons.


@pytest.fixture
def token(zalo) -> str:
    """The first button under a reply to the citizen."""
    accepted(zalo, text("Xin chào", "before"))
    [turn] = zalo.rows("SELECT id, conversation_id FROM turn")
    [reply] = zalo.rows(
        "INSERT INTO outbox (turn_id, conversation_id, position, text, buttons, created_at)"
        " VALUES (%s, %s, 0, 'Chọn', %s, now()) RETURNING id",
        turn["id"], turn["conversation_id"], json.dumps([{"title": "Lệ phí", "payload": "/ask_fee"}]),
    )  # fmt: skip
    return ButtonKeys(SECRET, zalo.clock).token(reply["id"], 0, UUID(str(turn["conversation_id"])))


def test_a_token_of_ours_is_its_button(zalo, token) -> None:
    accepted(zalo, text(token))
    [turn] = zalo.rows(TURN)
    assert (turn["text"], turn["button"]) == ("Lệ phí", "/ask_fee")


@pytest.mark.parametrize(
    "change",
    [lambda token: token[:-4] + token[-4:].swapcase() + "a", lambda token: token + "x", lambda _: "#b:1.0.1.x"],
)
def test_anything_else_that_looks_like_one_is_text(zalo, token, change) -> None:
    accepted(zalo, text(change(token)))
    [turn] = zalo.rows(TURN)
    assert (turn["text"], turn["button"]) == (change(token), None)


def test_a_token_of_another_citizen_is_text(zalo, token) -> None:
    accepted(zalo, text(token).replace(USER.encode(), b"999"))
    [turn] = zalo.rows(TURN)
    assert (turn["text"], turn["button"]) == (token, None)


# Attachments.


def test_a_picture_comes_with_its_turn_and_its_caption_is_the_text(zalo) -> None:
    accepted(zalo, sent("image", {"url": URL, "thumbnail": URL}, text="thẻ của tôi"))
    assert zalo.rows(TURN)[0]["text"] == "thẻ của tôi"
    [row] = zalo.rows(ALL_ATTACHMENTS)
    assert (row["kind"], row["url"], row["state"]) == ("image", URL, "none")


def test_a_file_says_its_name_and_size(zalo) -> None:
    accepted(zalo, sent("file", {"url": URL, "size": "48213", "name": "đơn.pdf", "type": "pdf", "checksum": "ab"}))
    [row] = zalo.rows(ALL_ATTACHMENTS)
    assert (row["kind"], row["name"], row["declared_size"]) == ("file", "đơn.pdf", 48213)


@pytest.mark.parametrize("place", [("10.764612", "106.656412"), (10.764612, 106.656412)])
def test_a_place_has_its_coordinates(zalo, place) -> None:
    accepted(zalo, sent("location", {"coordinates": {"latitude": place[0], "longitude": place[1]}}, text=""))
    [row] = zalo.rows(ALL_ATTACHMENTS)
    assert (row["kind"], row["latitude"], row["longitude"]) == ("location", 10.764612, 106.656412)


@pytest.mark.parametrize(("words", "expected"), [("xem giúp", "xem giúp"), ("", "https://example.vn")])
def test_a_link_is_text(zalo, words, expected) -> None:
    accepted(zalo, sent("link", {"url": "https://example.vn", "description": "d"}, text=words))
    assert zalo.rows(TURN)[0]["text"] == expected
    assert zalo.stored()["attachment"] == 0


def test_a_business_card_is_told_but_not_kept(zalo) -> None:
    card = {"description": '{"phone":"84901234567"}', "url": URL, "thumbnail": URL}
    accepted(zalo, sent("link", card, name="business_card"))
    [row] = zalo.rows(ALL_ATTACHMENTS)
    assert {key: value for key, value in row.items() if value is not None} == {"kind": "contact", "state": "none"}


def test_a_flood_of_attachments_is_cut(zalo) -> None:
    accepted(zalo, sent("image", *[{"url": URL}] * 500))
    assert zalo.stored()["attachment"] == MOST_ATTACHMENTS


# Coming and going.


def follow(user: str = USER, time: str = TIME, name: str = "follow") -> bytes:
    who = {"user_id": user} if name == "user_click_chatnow" else {"follower": {"id": user}}
    return json.dumps({**json.loads(body(name, oa_id=OA, **who)), "timestamp": time}).encode()


@pytest.mark.parametrize("name", ["follow", "user_click_chatnow"])
def test_who_comes_is_greeted(zalo, name) -> None:
    accepted(zalo, follow(name=name))
    [turn] = zalo.rows("SELECT * FROM turn")
    assert (turn["text"], turn["button"], turn["done_at"]) == ("", "/greet", None)
    assert zalo.rows("SELECT body, turn_id FROM channel_event") == [{"body": None, "turn_id": turn["id"]}]
    assert zalo.rows("SELECT last_interaction_at FROM conversation") == [{"last_interaction_at": SENT}]
    assert zalo.stored()["procrastinate_jobs"] == 1


def test_who_comes_again_is_greeted_once_a_day(zalo) -> None:
    later = str(int(TIME) + 5000)
    for raw in (follow(), follow(time=later), follow(time=later, name="user_click_chatnow")):
        accepted(zalo, raw)
    assert (zalo.stored()["turn"], zalo.stored()["channel_event"]) == (1, 3)
    [conversation] = zalo.rows("SELECT last_interaction_at FROM conversation")
    assert conversation["last_interaction_at"] == SENT + timedelta(seconds=5)
    zalo.clock.now = SENT + timedelta(days=1)
    accepted(zalo, follow(time=str(int(TIME) + 24 * 3600 * 1000)))
    assert zalo.stored()["turn"] == 2


@pytest.mark.parametrize(
    "raw",
    [
        body("unfollow", oa_id=OA, follower={"id": USER}),
        body("user_submit_info", sender={"id": USER}, recipient={"id": OA}, info={"name": "Nguyễn Văn A"}),
        body("user_reacted_message", sender={"id": USER}, recipient={"id": OA}, message={"react_icon": "/-heart"}),
        from_account("user_received_message"),
        from_account("oa_send_text", text="của bot"),
    ],
)
def test_what_asks_for_no_answer_is_kept_and_opens_no_conversation(zalo, raw) -> None:
    accepted(zalo, raw)
    [event] = zalo.rows("SELECT * FROM channel_event")
    assert (bytes(event["body"]), event["citizen"], event["turn_id"]) == (raw, USER, None)
    assert zalo.stored() == {**dict.fromkeys(zalo.stored(), 0), "channel_event": 1}


# Officers in the platform's own manager.


def test_an_officer_who_answered_has_the_conversation_for_twelve_hours(zalo) -> None:
    accepted(zalo, text("Xin chào"))
    accepted(zalo, from_account("oa_send_text", admin=ADMIN, text="Chào anh"))
    [conversation] = zalo.rows("SELECT owner, owner_until FROM conversation")
    assert conversation == {"owner": "officer", "owner_until": SENT + timedelta(hours=12)}
    assert zalo.stored()["turn"] == 1


def test_an_officer_may_write_first(zalo) -> None:
    accepted(zalo, from_account("oa_send_image", admin=ADMIN))
    assert zalo.rows("SELECT owner, citizen FROM conversation") == [{"owner": "officer", "citizen": USER}]


# Rights of the citizen and of the account.


def test_a_withdrawal_erases_the_citizen_and_even_who_asked(zalo) -> None:
    accepted(zalo, text("một"))
    accepted(zalo, text("hai", "other").replace(USER.encode(), b"999"))
    accepted(zalo, from_account("oa_send_text", text="của bot"))
    accepted(zalo, body("user_withdraw", sender={"id": USER}, recipient={"id": OA}))
    assert zalo.rows("SELECT citizen FROM conversation") == [{"citizen": "999"}]
    assert [turn["text"] for turn in zalo.rows("SELECT text FROM turn")] == ["hai"]
    events = zalo.rows("SELECT citizen, body FROM channel_event ORDER BY id")
    assert [event["citizen"] for event in events] == [None, "999", None, None]
    assert all(event["body"] is None for event in events)
    accepted(zalo, text("một"))
    assert zalo.stored()["conversation"] == 1


def test_a_withdrawal_that_names_nobody_is_kept_for_a_person_to_look_at(zalo, caplog) -> None:
    raw = body("user_withdraw", oa_id=OA)
    accepted(zalo, raw)
    assert bytes(zalo.rows("SELECT body FROM channel_event")[0]["body"]) == raw
    assert "names no citizen" in caplog.text


def test_a_permission_taken_back_is_an_alarm_of_this_account_only(zalo) -> None:
    accepted(zalo, body("permission_revoked", oa_id=OA))
    found = zalo.rows("SELECT id, alarm, app_id FROM channel_account WHERE state = 'revoked'")
    assert found == [{"id": CHANNEL, "alarm": REVOKED, "app_id": APP}]


def test_the_account_shows_when_its_last_event_came(zalo) -> None:
    accepted(zalo, text("một"))
    [account] = zalo.rows("SELECT seen_event_at FROM channel_account WHERE id = %s", CHANNEL)
    assert account["seen_event_at"] >= SENT + timedelta(minutes=1)


def test_nothing_a_citizen_writes_is_logged(zalo, caplog) -> None:
    with caplog.at_level("DEBUG"):
        accepted(zalo, text("số của tôi là 0123456789"))
        accepted(zalo, sent("file", {"url": URL, "name": "bí mật.pdf"}))
    assert "0123456789" not in caplog.text and "bí mật" not in caplog.text and USER not in caplog.text
