"""Every step of a turn and its status. The model is a fake, the database real."""

from datetime import timedelta

import pytest

from actions import knowledge as actions_knowledge
from dialogue.turn import LAST_RESORT, take_turn
from tests.dialogue.stored import SECRET, change, give_to, rows, stored
from tests.pipeline import MONDAY_MORNING, Line, text_of


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
    assert [reacted["slots"] for reacted in fake.reacted] == [{}, {"procedure": "tach_ho"}]


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
        [["ask", 0.8], ["report_crime", 0.2]],
        [["ask", 0.97], ["emergency", 0.03]],
        [["inform_case", 1.0]],
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
    told = {"at": MONDAY_MORNING.isoformat(), "offered": [], "waiting": False, "folded": "cho gap can bo"}
    assert {**first, "day": None} == {**told, "day": None}
    assert (second["offered"], second["waiting"]) == (fake.buttons, True)


async def test_a_payload_nobody_made_fails_without_a_word_about_it(chat, caplog) -> None:
    turn = await chat.say(SECRET, button=SECRET)
    assert turn.outcome["status"] == "failed"
    assert SECRET not in caplog.text


def test_the_provider_of_knowledge_is_the_one_of_this_test(knowledge) -> None:
    assert actions_knowledge._provider is knowledge
