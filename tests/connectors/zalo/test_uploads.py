"""Files and pictures on their way to citizens, over real HTTP against the emulator and on a real PostgreSQL."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from connectors.zalo import errors
from connectors.zalo.doubt import SETTLING, UNSURE
from connectors.zalo.transport import Endpoints
from connectors.zalo.uploads import LIFE, USED_UP
from emulator import reading
from tests.connectors.zalo.office import WORDS

PDF, PNG = b"%PDF-1.4 mau", b"\x89PNG\r\n\x1a\n mau"
SAID = "Tờ khai cư trú **CT01**, bản mới."


def seen(office, talk) -> list[str]:
    """What the citizen sees of the bot: texts, and files by their kind and name."""
    rows = []
    for row in office.shown(talk):
        name = [each["payload"].get("name", "") for each in row["attachments"]]
        rows.append(f"{row['kind']}:{''.join(name)}:{row['text']}" if row["attachments"] else row["text"])
    return rows


async def due(office) -> None:
    """Let the time come for which the first reply waits."""
    [first] = await office.rows("SELECT min(not_before) AS at FROM delivery WHERE state IN ('waiting', 'sending')")
    office.town.advance(max(0.0, (first["at"] - office.now()).total_seconds()) + 0.001)


async def test_a_file_comes_after_the_words_and_before_what_is_said_next(office) -> None:
    talk = await office.talk()
    await office.reply(talk, SAID, buttons=WORDS, files=[await office.enclose("ct01.pdf", PDF)])
    await office.reply(talk, "hai")
    await office.deliver(talk)
    assert seen(office, talk) == ["Tờ khai cư trú CT01, bản mới.", "file:ct01.pdf:", "hai"]
    [file] = office.shown(talk)[1]["attachments"]
    assert httpx.get(office.town.running.url + httpx.URL(file["payload"]["url"]).path).content == PDF
    assert await office.states(talk) == ["sent"] * 3


async def test_a_caption_that_says_something_new_goes_before_its_file(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "Anh/chị dùng mẫu này.", files=[await office.enclose("ct01.pdf", PDF)])
    await office.deliver(talk)
    assert seen(office, talk) == ["Anh/chị dùng mẫu này.", "CT01 – Tờ khai cư trú", "file:ct01.pdf:"]
    assert (await office.deliveries(talk))[1]["pieces_sent"] == 2


async def test_a_picture_is_one_message_with_its_caption(office) -> None:
    talk = await office.talk()
    await office.reply(talk, SAID, files=[await office.enclose("mau.png", PNG)])
    await office.deliver(talk)
    assert seen(office, talk)[1:] == ["image::CT01 – Tờ khai cư trú"]


async def test_what_was_uploaded_for_one_citizen_is_sent_to_the_next(office) -> None:
    one, two = await office.talk(), await office.talk()
    file, before = await office.enclose("ct01.pdf", PDF), office.uploads()
    for talk in (one, two):
        await office.reply(talk, SAID, files=[file])
        await office.deliver(talk)
        assert seen(office, talk)[1:] == ["file:ct01.pdf:"]
    assert office.uploads() == before + 1


async def test_every_account_uploads_for_itself(office) -> None:
    first, file = office.town.oa, await office.enclose("ct01.pdf", PDF)
    talk = await office.talk()
    await office.reply(talk, SAID, files=[file])
    await office.deliver(talk)
    try:
        office.town.oa = office.town.control("oas", app_id=office.town.app["app_id"], name="Công an phường Khác")
        await office.connect()
        other = await office.talk()
        await office.reply(other, SAID, files=[file])
        await office.deliver(other)
        assert seen(office, other)[1:] == ["file:ct01.pdf:"] and office.uploads() == 1
    finally:
        office.town.oa = first
    rows = await office.rows("SELECT DISTINCT channel FROM uploaded")
    assert len(rows) == 2 and len(await office.rows("SELECT 1 FROM outgoing_file")) == 1


async def test_an_account_with_another_application_uploads_again(office) -> None:
    talk = await office.talk()
    await office.reply(talk, SAID, files=[await office.enclose("ct01.pdf", PDF)])
    await office.execute(
        "INSERT INTO uploaded SELECT %s, 'other', sha256, 'ct01.pdf', 'of another', %s FROM outgoing_file",
        office.account_id,
        office.now() + LIFE,
    )
    before = office.uploads()
    await office.deliver(talk)
    assert await office.states(talk) == ["sent", "sent"] and office.uploads() == before + 1


async def test_the_same_content_under_another_name_keeps_its_name(office) -> None:
    talk = await office.talk()
    files = [await office.enclose("ct01.pdf", PDF), await office.enclose("ct01_moi.pdf", PDF)]
    await office.reply(talk, SAID, files=files)
    await office.deliver(talk)
    assert seen(office, talk)[1:] == ["file:ct01.pdf:", "file:ct01_moi.pdf:"]
    assert len(await office.rows("SELECT 1 FROM outgoing_file")) == 1


async def test_an_id_is_not_used_to_the_end_of_its_life(office) -> None:
    file = await office.enclose("ct01.pdf", PDF)

    async def send() -> None:
        talk = await office.talk()
        await office.reply(talk, SAID, files=[file])
        await office.deliver(talk)
        assert await office.states(talk) == ["sent", "sent"]

    await send()
    before = office.uploads()
    office.town.advance(LIFE.total_seconds() - 60)
    await office.grant()
    await send()
    assert office.uploads() == before
    office.town.advance(120)
    await send()
    assert office.uploads() == before + 1
    assert office.town.look("statistics")["counts"].get("refused_cs_-100", 0) == 0
    assert timedelta(days=7) > LIFE


async def refused(office, *, times: int):
    """A file and a word behind it, delivered while the platform does not know the file's id so often."""
    talk = await office.talk()
    await office.reply(talk, files=[await office.enclose("ct01.pdf", PDF, caption="ct01")])
    await office.reply(talk, "hai")
    before = office.uploads()
    office.town.fault("error", where="cs", code=-100, count=times)
    await office.deliver(talk)
    return talk, before


async def test_an_id_that_died_early_is_uploaded_again_once(office) -> None:
    talk, before = await refused(office, times=1)
    assert seen(office, talk) == ["file:ct01.pdf:", "hai"] and office.uploads() == before + 2
    assert not any(row["maybe_doubled"] for row in await office.deliveries(talk))


async def test_an_id_that_is_refused_twice_is_told_to_an_officer_and_the_next_reply_goes_on(office) -> None:
    talk, before = await refused(office, times=2)
    first, second = await office.deliveries(talk)
    assert (first["state"], first["reason"], second["state"]) == ("undeliverable", errors.reason_of(-100), "sent")
    assert office.uploads() == before + 2 and seen(office, talk) == ["hai"]
    [request] = await office.rows("SELECT reason FROM officer_request WHERE conversation_id = %s", talk.id)
    assert request["reason"] == "undeliverable"


async def test_a_courier_that_dies_between_upload_and_sending_leaves_nothing_in_doubt(office, monkeypatch) -> None:
    talk = await office.talk()
    await office.reply(talk, files=[await office.enclose("ct01.pdf", PDF, caption="ct01")])
    before = office.uploads()

    async def die(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr("connectors.zalo.sender._call", die)
        with pytest.raises(asyncio.CancelledError):
            await office.deliver(talk)
    assert await office.states(talk) == ["waiting"] and office.uploads() == before + 1
    await office.deliver(talk)
    assert seen(office, talk) == ["file:ct01.pdf:"] and office.uploads() == before + 1


@pytest.mark.parametrize("kind", ["timeout_after", "timeout_before", "http_500", "reset"])
async def test_an_upload_whose_answer_is_lost_is_made_again_and_nothing_is_in_doubt(office, kind) -> None:
    talk = await office.talk()
    await office.reply(talk, "một", files=[await office.enclose("ct01.pdf", PDF, caption="ct01")])
    office.town.fault(kind, where="upload", count=1, seconds=0)
    await office.deliver(talk)
    first, second = await office.deliveries(talk)
    assert (first["state"], second["state"], second["attempts"]) == ("sent", "waiting", 1)
    await due(office)
    await office.deliver(talk)
    assert seen(office, talk) == ["một", "file:ct01.pdf:"]
    assert not (await office.deliveries(talk))[1]["maybe_doubled"]


async def test_uploads_that_keep_failing_wait_longer_each_time(office) -> None:
    talk = await office.talk()
    await office.reply(talk, files=[await office.enclose("ct01.pdf", PDF, caption="ct01")])
    away = office.station(endpoints=Endpoints(openapi="http://127.0.0.1:9", oauth="http://127.0.0.1:9"))
    waits = []
    for _ in range(3):
        await office.deliver(talk, away)
        [row] = await office.deliveries(talk)
        waits.append(row["not_before"] - office.now())
        await due(office)
    assert waits == sorted(set(waits))
    await office.deliver(talk)
    assert await office.states(talk) == ["sent"]


async def test_an_upload_that_is_refused_is_tried_three_times(office) -> None:
    talk = await office.talk()
    await office.reply(talk, files=[await office.enclose("ct01.pdf", PDF, caption="ct01")])
    office.town.fault("error", where="upload", code=-200, count=3)
    for _ in range(2):
        await office.deliver(talk)
        await due(office)
    await office.deliver(talk)
    [row] = await office.deliveries(talk)
    assert (row["state"], row["reason"]) == ("undeliverable", errors.reason_of(-200))


async def test_the_uploads_of_the_month_have_an_end_and_words_still_go_out(office) -> None:
    talk = await office.talk()
    file = await office.enclose("ct01.pdf", PDF)
    office.town.options(upload_limit=0)
    await office.reply(talk, SAID, files=[file])
    await office.reply(talk, "hai")
    await office.deliver(talk)
    words, first, after = await office.deliveries(talk)
    assert (words["state"], first["state"], first["reason"], after["state"]) == (
        "sent",
        "undeliverable",
        USED_UP,
        "sent",
    )
    account = await office.account()
    assert account.alarm == USED_UP and account.paid_quota_left is None
    office.town.options(upload_limit=5000)
    await office.reply(talk, SAID, files=[file])
    await office.deliver(talk)
    assert (await office.states(talk))[-1] == "sent" and (await office.account()).alarm is None


async def test_uploads_count_in_the_calls_of_the_minute(office) -> None:
    talk = await office.talk()
    await office.reply(talk, files=[await office.enclose("ct01.pdf", PDF, caption="ct01")])
    before = office.uploads()
    await office.deliver(talk, office.station(limit=1))
    assert await office.states(talk) == ["waiting"] and office.uploads() == before + 1
    await due(office)
    await office.deliver(talk, office.station(limit=1))
    assert await office.states(talk) == ["sent"] and office.uploads() == before + 1


async def test_citizens_who_ask_at_once_are_one_upload(office) -> None:
    talks, file = [await office.talk() for _ in range(5)], await office.enclose("ct01.pdf", PDF)
    before = office.uploads()
    for talk in talks:
        await office.reply(talk, SAID, files=[file])
    await asyncio.gather(*(office.deliver(talk) for talk in talks))
    while await office.rows("SELECT 1 FROM delivery WHERE state = 'waiting'"):
        await due(office)
        await asyncio.gather(*(office.deliver(talk) for talk in talks))
    assert office.uploads() == before + 1
    assert all(seen(office, talk)[1:] == ["file:ct01.pdf:"] for talk in talks)


async def lose(office, talk, kind: str = "timeout_after") -> None:
    office.town.fault(kind, where="cs", count=1, seconds=0)
    await office.deliver(talk)
    assert await office.states(talk) == ["sending"]
    office.town.advance(SETTLING.total_seconds())


@pytest.mark.parametrize("name", ["ct01.pdf", "mau.png"])
async def test_a_file_that_was_taken_is_found_in_the_history(office, name) -> None:
    talk = await office.talk()
    await office.reply(talk, files=[await office.enclose(name, PDF, caption="ct01")])
    await lose(office, talk)
    await office.deliver(talk)
    [row] = await office.deliveries(talk)
    assert len(office.shown(talk)) == 1 and row["platform_ids"] == [office.shown(talk)[0]["id"]]
    assert not row["maybe_doubled"]


async def test_a_picture_that_the_history_does_not_have_is_sent_again(office) -> None:
    talk = await office.talk()
    await office.reply(talk, files=[await office.enclose("mau.png", PNG)])
    await lose(office, talk, "timeout_before")
    await office.deliver(talk)
    [row] = await office.deliveries(talk)
    assert (row["state"], row["maybe_doubled"]) == ("sent", False) and len(office.shown(talk)) == 1


async def test_a_file_that_the_history_does_not_have_is_sent_once_more_and_may_be_doubled(office, monkeypatch) -> None:
    talk = await office.talk()
    await office.reply(talk, files=[await office.enclose("ct01.pdf", PDF, caption="ct01")])
    monkeypatch.setitem(reading.TYPES, "file", "unheard of")
    await lose(office, talk)
    office.town.fault("timeout_after", where="cs", count=1, seconds=0)
    await office.deliver(talk)
    [row] = await office.deliveries(talk)
    assert (row["state"], row["maybe_doubled"]) == ("sending", True) and len(office.shown(talk)) == 2
    office.town.advance(60)
    await office.deliver(talk)
    [row] = await office.deliveries(talk)
    assert (row["state"], row["reason"]) == ("undeliverable", UNSURE) and len(office.shown(talk)) == 2


async def test_a_file_of_before_is_not_taken_for_the_one_in_doubt(office) -> None:
    talk = await office.talk()
    await office.reply(talk, files=[await office.enclose("ct01.pdf", PDF, caption="ct01")])
    await office.deliver(talk)
    await office.reply(talk, files=[await office.enclose("ct02.pdf", PDF + b"2", caption="ct02")])
    office.town.fault("timeout_before", where="cs", count=1, seconds=0)
    await office.deliver(talk)
    office.town.advance(SETTLING.total_seconds())
    await office.deliver(talk)
    assert seen(office, talk) == ["file:ct01.pdf:", "file:ct02.pdf:"]


async def test_a_change_of_the_file_does_not_change_what_waits(office) -> None:
    talk = await office.talk()
    await office.reply(talk, files=[await office.enclose("ct01.pdf", PDF, caption="ct01")])
    await office.reply(talk, files=[await office.enclose("ct01.pdf", b"%PDF-1.7 moi", caption="ct01")])
    await office.deliver(talk)
    urls = [row["attachments"][0]["payload"]["url"] for row in office.shown(talk)]
    base = office.town.running.url
    assert [httpx.get(base + httpx.URL(url).path).content for url in urls] == [PDF, b"%PDF-1.7 moi"]


async def test_an_upload_without_an_id_is_a_mistake_of_ours(office) -> None:
    talk = await office.talk()
    await office.reply(talk, files=[await office.enclose("ct01", PDF, caption="ct01")])
    await office.deliver(talk)
    [row] = await office.deliveries(talk)
    assert (row["state"], row["reason"]) == ("undeliverable", errors.BUG.reason)
