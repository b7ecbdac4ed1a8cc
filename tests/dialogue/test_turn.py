"""Every step of a turn and its status. The model is a fake, the database real."""

import hashlib
import logging
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from actions import knowledge as actions_knowledge
from dialogue.turn import LAST_RESORT, take_turn
from storage.outgoing import Enclosed, keep
from storage.queue import make_queue
from storage.turns import Incoming, accept, history, open_conversation
from tests.pipeline import MONDAY_MORNING, FakeBrain, Line, buttons_of, text_of

SECRET = "số của tôi là 0123456789"


@pytest.fixture
def fake() -> FakeBrain:
    return FakeBrain()


@pytest.fixture
def chat(session_of, fake) -> Line:
    return Line(session_of(fake))


async def rows(pool, query: str, *values):
    async with pool.connection() as connection:
        return await (await connection.execute(query, values)).fetchall()


async def stored(pool, turn):
    return (await rows(pool, "SELECT * FROM turn WHERE id = %s", turn.row["id"]))[0]


async def test_an_answer_is_stored_with_status_outcome_slots_and_release(chat, fake, pool) -> None:
    fake.outcome = {
        "status": "answered",
        "kind": "procedure",
        "procedure": "tach_ho",
        "question": "fee",
        "case": "x",
        "confidence": 0.5,
    }
    fake.slots = {"procedure": "tach_ho"}
    fake.buttons = [{"title": "A", "payload": "/ask_fee"}]
    turn = await chat.say("tách hộ bao nhiêu tiền")
    row = await stored(pool, turn)
    assert [row[name] for name in ("status", "kind", "procedure", "question", "case_id", "confidence", "release")] == [
        "answered",
        "procedure",
        "tach_ho",
        "fee",
        "x",
        0.5,
        "fake",
    ]
    assert row["done_at"] == MONDAY_MORNING
    outbox = await rows(pool, "SELECT text, buttons FROM outbox WHERE turn_id = %s", turn.row["id"])
    assert outbox == [{"text": fake.reply, "buttons": fake.buttons}]
    conversation = await rows(pool, "SELECT tracker FROM conversation WHERE id = %s", turn.conversation.id)
    assert conversation[0]["tracker"] == {"procedure": "tach_ho"}


async def test_the_next_turn_gets_the_slots_of_the_last_one(chat, fake) -> None:
    fake.slots = {"procedure": "tach_ho"}
    await chat.say("một")
    await chat.say("hai")
    assert [reacted["slots"] for reacted in fake.reacted] == [None, {"procedure": "tach_ho"}]


@pytest.mark.parametrize(
    "status",
    [
        "answered",
        "clarified",
        "needs_case",
        "no_fact_in_force",
        "out_of_scope",
        "small_talk",
        "report_filed",
        "handed_over",
        "status_shown",
        "ignored",
    ],
)
async def test_every_named_status_of_an_action_can_be_stored(chat, fake, pool, status) -> None:
    fake.outcome = {"status": status, "kind": "procedure"}
    assert (await stored(pool, await chat.say("x")))["status"] == status


async def test_a_message_that_is_done_is_not_worked_again(chat, pool, session_of, fake) -> None:
    turn = await chat.say("xin chào")
    assert await take_turn(turn.row["id"], chat.session.context) is None
    assert len(fake.reacted) == 1
    assert await take_turn(10**12, chat.session.context) is None


# Danger.


async def test_danger_needs_no_model_and_files_the_report(session_of, pool) -> None:
    turn = await Line(session_of(None)).say("cháy nhà rồi cứu với")
    assert turn.outcome["status"] == "danger"
    assert "114" in text_of(turn).splitlines()[0]
    assert "09:00" in text_of(turn)
    report = await rows(pool, "SELECT kind, urgent FROM report WHERE turn_id = %s", turn.row["id"])
    assert report == [{"kind": "report_fire", "urgent": True}]


def peaceful(fake, acts) -> None:
    """Let the fake model be sure of these acts."""

    async def understand(text: str, matter: str | None = None):
        fake.understood.append(text)
        return {"text": text, "intent": {"name": "x", "confidence": 1.0}, "understanding": {"acts": acts}}

    fake.understand = understand


@pytest.mark.parametrize(
    "acts",
    [
        [["ask", 0.9], ["out_of_scope", 0.1]],
        [["ask", 0.99], ["emergency", 0.006]],
        [["chitchat", 1.0]],
        [["insult", 1.0]],
        [["report_crime", 0.99]],
        [],
    ],
)
async def test_a_doubtful_model_never_overrules_danger(chat, fake, acts) -> None:
    peaceful(fake, acts)
    assert (await chat.say("có người đuối nước")).outcome["status"] == "danger"


@pytest.mark.parametrize("act", ["ask", "out_of_scope", "ask_status"])
async def test_a_model_beyond_doubt_says_that_words_of_danger_stand_in_another_matter(chat, fake, act) -> None:
    peaceful(fake, [[act, 0.99], ["emergency", 0.001]])
    assert (await chat.say("có người đuối nước")).outcome["status"] != "danger"


async def test_a_model_that_fails_leaves_danger_to_the_rule(chat, fake) -> None:
    fake.error = RuntimeError("broken")
    assert (await chat.say("có người đuối nước")).outcome["status"] == "danger"


async def test_danger_without_any_knowledge_still_names_the_numbers(session_of, fake, monkeypatch) -> None:
    def broken(now):
        raise RuntimeError("no knowledge loaded")

    session = session_of(fake)
    monkeypatch.setattr(type(session.context), "knowledge", staticmethod(broken), raising=False)
    object.__setattr__(session.context, "knowledge", broken)
    turn = await Line(session).say("cháy nhà rồi cứu với")
    assert (turn.outcome["status"], text_of(turn)) == ("danger", LAST_RESORT)
    turn = await Line(session).say("")
    assert (turn.outcome["status"], text_of(turn)) == ("failed", LAST_RESORT)


async def test_danger_is_told_even_when_an_officer_has_the_conversation(chat, pool) -> None:
    turn = await chat.say("xin chào")
    await give_to(pool, turn, "officer")
    assert (await chat.say("cháy nhà rồi cứu với")).outcome["status"] == "danger"


# Ownership.


@pytest.mark.parametrize("owner", ["officer", "queue"])
async def test_who_is_with_an_officer_hears_nothing_from_the_bot(chat, fake, pool, owner) -> None:
    turn = await chat.say("xin chào")
    await give_to(pool, turn, owner)
    turn = await chat.say("còn lệ phí?")
    assert (turn.outcome["status"], turn.replies) == ("with_officer", [])
    assert (await stored(pool, turn))["status"] == "with_officer"
    assert len(fake.understood) == 1
    await give_to(pool, turn, "bot")
    assert (await chat.say("còn lệ phí?")).outcome["status"] == "answered"


@pytest.mark.parametrize(("minutes", "status"), [(-1, "answered"), (0, "answered"), (1, "with_officer")])
async def test_an_officer_of_the_platforms_manager_has_it_until_the_time_is_over(chat, pool, minutes, status) -> None:
    turn = await chat.say("xin chào")
    await give_to(pool, turn, "officer")
    until = MONDAY_MORNING + timedelta(minutes=minutes)
    await change(pool, "UPDATE conversation SET owner_until = %s WHERE id = %s", until, turn.conversation.id)
    assert (await chat.say("còn lệ phí?")).outcome["status"] == status


# What can't be read.


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("", "chưa nhận được chữ"),
        (" \n\t ", "chưa nhận được chữ"),
        ("a" * 2001, "hơi dài"),
        ("[Hình ảnh]", "chưa xem được hình"),
        ("https://example.com/x.jpg", "chưa xem được hình"),
    ],
)
async def test_nothing_too_much_or_a_picture(chat, fake, text, piece) -> None:
    turn = await chat.say(text)
    assert (turn.outcome["status"], turn.outcome["kind"]) == ("small_talk", "ambiguous")
    assert piece in text_of(turn)
    assert not fake.understood


async def test_the_longest_readable_message_is_read(chat, fake) -> None:
    await chat.say("a " * 1000)
    assert len(fake.understood) == 1


# Buttons.


async def test_a_pressed_button_says_exactly_what_is_meant(chat, fake) -> None:
    await chat.say("Lệ phí", button='/ask_fee{"procedure": "tach_ho"}')
    parsed = fake.reacted[0]["parsed"]
    assert parsed["intent"] == {"name": "ask_fee", "confidence": 1.0}
    assert not fake.understood


async def test_danger_words_on_a_button_are_no_danger(chat) -> None:
    assert (await chat.say("Cháy nhà rồi cứu với", button="/report_fire")).outcome["status"] == "answered"


@pytest.mark.parametrize("text", ["2", "số 2", "Chọn 2 nhé", "cai thu 2 a", "Lệ phí", "le phi", "LỆ PHÍ!"])
async def test_the_number_or_the_label_of_an_offered_button_is_the_button(chat, fake, text) -> None:
    fake.buttons = [{"title": "Giấy tờ", "payload": "/ask_documents"}, {"title": "Lệ phí", "payload": "/ask_fee"}]
    await chat.say("xin chào")
    await chat.say(text)
    assert fake.reacted[-1]["parsed"]["button"] == "/ask_fee"


@pytest.mark.parametrize("text", ["3", "0", "99", "số 3"])
async def test_a_number_that_was_not_offered_asks_back(chat, fake, text) -> None:
    fake.buttons = [{"title": "A", "payload": "/a"}, {"title": "B", "payload": "/b"}]
    await chat.say("xin chào")
    await chat.say(text)
    assert fake.reacted[-1]["parsed"]["intent"]["name"] == "unclear"


async def test_buttons_of_an_older_reply_are_not_offered_any_more(chat, fake) -> None:
    fake.buttons = [{"title": "A", "payload": "/a"}]
    await chat.say("một câu")
    fake.buttons = []
    await chat.say("hai câu")
    await chat.say("a")
    assert fake.understood[-1] == "a"


async def test_actions_are_told_time_offers_and_whether_an_officer_is_asked(chat, fake) -> None:
    fake.buttons = [{"title": "A", "payload": "/a"}]
    fake.outcome = {"status": "handed_over", "kind": "handoff", "officer": "handoff"}
    await chat.say("cho gặp cán bộ")
    await chat.say("gặp cán bộ chưa")
    first, second = (reacted["told"] for reacted in fake.reacted)
    assert {**first, "day": None} == {"at": MONDAY_MORNING.isoformat(), "day": None, "offered": [], "waiting": False}
    assert (second["offered"], second["waiting"]) == (fake.buttons, True)


async def test_a_payload_nobody_made_fails_without_a_word_about_it(chat, caplog) -> None:
    turn = await chat.say(SECRET, button=SECRET)
    assert turn.outcome["status"] == "failed"
    assert SECRET not in caplog.text


# Failing.


async def requests(pool, turn):
    found = await rows(pool, "SELECT reason FROM officer_request WHERE conversation_id = %s", turn.conversation.id)
    return [row["reason"] for row in found]


@pytest.mark.parametrize("step", [step.__name__ for step in pipeline.STEPS])
async def test_a_step_that_breaks_ends_in_failed_with_an_officer_and_no_text_in_the_log(
    chat, pool, monkeypatch, caplog, step
) -> None:
    async def breaks(turn, context) -> None:
        raise ValueError(turn.text)

    breaks.__name__ = step
    steps = tuple(breaks if one.__name__ == step else one for one in pipeline.STEPS)
    monkeypatch.setattr(pipeline, "STEPS", steps)
    with caplog.at_level(logging.DEBUG):
        turn = await chat.say(SECRET)
    assert turn.outcome["status"] == "failed"
    assert "đã được lưu" in text_of(turn)
    assert "Gặp cán bộ" in buttons_of(turn)
    assert await requests(pool, turn) == ["failed"]
    assert f"step {step} failed with ValueError" in caplog.text
    assert SECRET not in caplog.text


async def test_replies_of_a_broken_turn_are_not_sent(chat, fake) -> None:
    async def half(*args, **kwargs):
        raise KeyError("x")

    fake.react = half
    assert len((await chat.say("xin chào")).replies) == 1


@pytest.fixture
async def form(pool) -> Enclosed:
    content = b"%PDF-1.4 mau"
    digest = hashlib.sha256(content).hexdigest()
    async with pool.connection() as connection:
        await keep(connection, digest, "application/pdf", content, at=MONDAY_MORNING)
    return Enclosed("CT01 – Tờ khai", "ct01.pdf", digest)


async def test_files_come_after_the_replies_and_a_typed_number_is_still_a_button(chat, fake, form, pool) -> None:
    fake.files, fake.buttons = [form], [{"title": "A", "payload": "/ask_fee"}]
    turn = await chat.say("tờ khai đâu ạ")
    outbox = await rows(pool, "SELECT text, file_name FROM outbox WHERE turn_id = %s ORDER BY position", turn.row["id"])
    assert outbox == [{"text": fake.reply, "file_name": None}, {"text": form.caption, "file_name": "ct01.pdf"}]
    fake.files = []
    await chat.say("1")
    assert fake.reacted[-1]["told"]["offered"] == fake.buttons and len(fake.understood) == 1


async def test_a_turn_that_breaks_after_its_answer_sends_no_file(chat, fake, form, pool, monkeypatch) -> None:
    async def breaks(turn, context):
        raise ValueError

    fake.files = [form]
    monkeypatch.setattr(pipeline, "mention_attachments", breaks)
    turn = await chat.say("tờ khai đâu ạ")
    outbox = await rows(pool, "SELECT file_name FROM outbox WHERE turn_id = %s", turn.row["id"])
    assert turn.outcome["status"] == "failed" and outbox == [{"file_name": None}]


async def test_no_model_says_so_once_and_leaves_the_rest_to_officers(session_of, pool) -> None:
    line = Line(session_of(None))
    turns = [await line.say("tách hộ bao nhiêu tiền") for _ in range(3)]
    assert [turn.outcome["status"] for turn in turns] == ["failed"] * 3
    assert "tạm nghỉ" in text_of(turns[0])
    assert await requests(pool, turns[0]) == ["no_model"]


async def test_what_the_database_refuses_ends_in_failed_and_keeps_the_message(chat, fake, pool, caplog) -> None:
    fake.outcome = {"status": "no such status", "kind": "procedure"}
    fake.slots = {"procedure": "tach_ho"}
    with caplog.at_level(logging.DEBUG):
        turn = await chat.say(SECRET)
    row = await stored(pool, turn)
    assert (row["status"], row["text"]) == ("failed", SECRET)
    assert await requests(pool, turn) == ["failed"]
    assert len(await rows(pool, "SELECT 1 FROM outbox WHERE turn_id = %s", turn.row["id"])) == 1
    assert SECRET not in caplog.text


@pytest.mark.parametrize("error", [psycopg.OperationalError("gone"), psycopg.InterfaceError("closed")])
async def test_a_database_that_went_away_leaves_nothing_behind(chat, fake, pool, error) -> None:
    fake.error = error
    with pytest.raises(type(error)):
        await chat.say("xin chào")
    waiting = await rows(pool, "SELECT id, done_at, status FROM turn ORDER BY id DESC LIMIT 1")
    assert (waiting[0]["done_at"], waiting[0]["status"]) == (None, None)
    assert not await rows(pool, "SELECT 1 FROM outbox WHERE turn_id = %s", waiting[0]["id"])
    fake.error = None
    assert (await take_turn(waiting[0]["id"], chat.session.context)).outcome["status"] == "answered"


async def test_a_crash_before_the_end_of_the_transaction_undoes_all_of_it(chat, fake, pool, monkeypatch) -> None:
    """Reply, request, slots and `done` go together or not at all."""
    fake.outcome = {"status": "handed_over", "kind": "handoff", "officer": "handoff", "report": "report_crime"}
    original = pipeline.finish_turn

    async def dies(*args, **kwargs):
        await original(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "finish_turn", dies)
    with pytest.raises(KeyboardInterrupt):
        await chat.say("xin chào")
    newest = (await rows(pool, "SELECT * FROM turn ORDER BY id DESC LIMIT 1"))[0]
    assert newest["done_at"] is None
    for table in ("outbox", "officer_request", "report"):
        assert not await rows(pool, f"SELECT 1 FROM {table} WHERE turn_id = %s", newest["id"])


async def test_one_message_accepted_twice_is_one_turn_with_one_reply(chat, pool) -> None:
    context = chat.session.context
    async with pool.connection() as connection:
        conversation = await open_conversation(
            connection, channel="t", citizen=uuid.uuid4().hex, unit="don_vi_mau", at=MONDAY_MORNING
        )
        message = Incoming(conversation, "m1", "xin chào")
        first = await accept(connection, None, message, at=MONDAY_MORNING)
        await connection.commit()
        await take_turn(first.turn_id, context)
        second = await accept(connection, None, message, at=MONDAY_MORNING)
        assert (second.new, second.turn_id) == (False, first.turn_id)
        assert await take_turn(second.turn_id, context) is None
        turns = await history(connection, conversation)
    assert [len(turn["replies"]) for turn in turns] == [1]


def test_the_provider_of_knowledge_is_the_one_of_this_test(knowledge) -> None:
    assert actions_knowledge._provider is knowledge


# Conversations of an account: replies are delivered.


@pytest.fixture
def citizen_of(pool, database, session_of, fake):
    """Accepts messages of one citizen on a channel, and works one turn by an id."""

    class Citizen:
        def __init__(self, channel: str) -> None:
            self.channel, self.name = channel, uuid.uuid4().hex
            self.context = replace(session_of(fake).context, queue=make_queue(database))

        async def send(self, text: str, seconds: int = 0, button: str | None = None) -> int:
            async with pool.connection() as connection:
                conversation = await open_conversation(
                    connection, channel=self.channel, citizen=self.name, unit="don_vi_mau", at=MONDAY_MORNING
                )
                sent_at = MONDAY_MORNING + timedelta(seconds=seconds)
                message = Incoming(conversation, uuid.uuid4().hex, text, button, sent_at=sent_at)
                return (await accept(connection, None, message, at=MONDAY_MORNING)).turn_id

        async def work(self, turn_id: int):
            return await take_turn(turn_id, self.context)

    return Citizen


async def deliveries(pool, turn):
    found = await rows(
        pool, "SELECT task_name, args FROM procrastinate_jobs WHERE lock = %s", f"out:{turn.conversation.id}"
    )
    waiting = await rows(pool, "SELECT state FROM delivery WHERE conversation_id = %s", turn.conversation.id)
    return [row["args"] for row in found], [row["state"] for row in waiting]


async def test_replies_of_an_account_wait_for_a_courier_with_one_job_a_turn(citizen_of, fake, pool) -> None:
    async def twice(*args, **kwargs):
        return SimpleNamespace(replies=[("một", []), ("hai", [])], files=[], outcome=dict(fake.outcome), slots={})

    fake.react, citizen = twice, citizen_of("zalo:1")
    turn = await citizen.work(await citizen.send("xin chào"))
    jobs, waiting = await deliveries(pool, turn)
    assert (jobs, waiting) == ([{"conversation_id": str(turn.conversation.id)}], ["waiting", "waiting"])


async def test_the_web_chat_and_turns_without_replies_need_no_courier(citizen_of, pool) -> None:
    web, silent = citizen_of("web"), citizen_of("zalo:1")
    assert await deliveries(pool, await web.work(await web.send("xin chào"))) == ([], [])
    turn = await silent.work(await silent.send("một", button="/a"))
    await rows_none(pool, "DELETE FROM procrastinate_jobs")
    await rows_none(pool, "UPDATE conversation SET owner = 'officer' WHERE id = %s", turn.conversation.id)
    turn = await silent.work(await silent.send("hai"))
    assert (turn.outcome["status"], await deliveries(pool, turn)) == ("with_officer", ([], ["waiting"]))


async def test_a_crash_leaves_no_job_for_a_courier(citizen_of, pool, monkeypatch) -> None:
    citizen, original = citizen_of("zalo:1"), pipeline.defer_delivery

    async def dies(*args, **kwargs):
        await original(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "defer_delivery", dies)
    turn_id = await citizen.send("xin chào")
    with pytest.raises(KeyboardInterrupt):
        await citizen.work(turn_id)
    monkeypatch.undo()
    turn = await citizen.work(turn_id)
    assert await deliveries(pool, turn) == ([{"conversation_id": str(turn.conversation.id)}], ["waiting"])


async def test_messages_that_arrive_out_of_order_are_answered_in_order(citizen_of, fake) -> None:
    citizen = citizen_of("zalo:1")
    late, early, middle = await citizen.send("ba", 9), await citizen.send("một", 1), await citizen.send("hai", 5)
    for turn_id in (late, early, middle):
        await citizen.work(turn_id)
    assert fake.understood == ["một", "hai", "ba"]
    assert await citizen.work(late) is None


async def test_a_double_tap_is_one_wish(citizen_of, fake) -> None:
    citizen = citizen_of("zalo:1")
    turns = [await citizen.work(await citizen.send("A", seconds, "/a")) for seconds in (0, 1, 4)]
    assert [turn.outcome["status"] for turn in turns] == ["answered", "ignored", "answered"]
    assert turns[1].replies == []


async def test_in_the_web_chat_a_button_may_be_pressed_again_at_once(citizen_of) -> None:
    citizen = citizen_of("web")
    turns = [await citizen.work(await citizen.send("A", 0, "/a")) for _ in range(2)]
    assert [turn.outcome["status"] for turn in turns] == ["answered"] * 2


@pytest.mark.slow
async def test_who_comes_is_welcomed_with_the_menu(citizen_of, brain) -> None:
    citizen = citizen_of("zalo:1")
    citizen.context = replace(citizen.context, brain=brain)
    turn = await citizen.work(await citizen.send("", button="/greet"))
    assert turn.outcome["status"] == "small_talk"
    assert "chào anh/chị" in text_of(turn) and "Đăng ký tạm trú" in buttons_of(turn)
