"""Messages whose event never arrived, over real HTTP against the emulator."""

from datetime import timedelta

import pytest

from connectors.zalo.accounts import read_account
from connectors.zalo.answers import Spoken
from connectors.zalo.catchup import NAMES, OLDEST, catch_up, event_of
from connectors.zalo.events import read
from connectors.zalo.intake import take
from connectors.zalo.parts import Attachment
from storage.events import erase_citizen
from storage.intake import Intake
from storage.sealed import Seal
from tests.connectors.zalo.office import SECRET
from tests.pipeline import MONDAY_MORNING


@pytest.fixture(autouse=True)
async def emptied(office):
    """Citizens of other tests have nothing more to say."""
    for user in office.town.platform.users.values():
        user.log.clear()


async def catch(office) -> int:
    return await catch_up(office.station(), await office.account())


async def turns(office):
    return await office.rows("SELECT t.* FROM turn t ORDER BY t.sent_at, t.id")


async def arrive(office, raw: bytes) -> bool:
    """An event that the webhook takes."""
    async with office.pool.connection() as connection:
        account = await read_account(connection, Seal(SECRET), office.town.oa["oa_id"])
    station = office.station()
    intake = Intake(office.pool, station.queue, office.now, SECRET, lambda *_: None)
    return await take(intake, account, read(raw), raw)


def events(office) -> list[bytes]:
    office.town.flush()
    return [got.body for got in office.town.hook.got if got.event["event_name"].startswith("user_send")]


@pytest.mark.parametrize("rows", ["chats", "messages"])
async def test_what_was_written_while_we_were_away_is_taken_in_order_and_once(office, rows) -> None:
    office.town.options(recent_rows=rows)
    one, other = office.town.citizen(), office.town.citizen()
    for n in range(12):
        office.town.advance(1)
        office.town.act(one, "text", text=f"tin {n}")
    office.town.send(other, "Chúng tôi đã nhận")
    assert await catch(office) == 14
    found = [row["text"] for row in await turns(office)]
    assert sorted(found) == sorted(["Xin chào", "Xin chào", *(f"tin {n}" for n in range(12))])
    assert [text for text in found if text.startswith("tin")] == [f"tin {n}" for n in range(12)]
    assert len(await office.jobs("take_turn")) == 14
    assert await catch(office) == 0 and len(await turns(office)) == 14
    # Late events of the same messages change nothing.
    assert [await arrive(office, raw) for raw in events(office)] == [False] * 14
    assert len(await turns(office)) == 14


async def test_what_arrived_as_an_event_is_not_taken_again(office) -> None:
    user = office.town.citizen()
    office.town.act(user, "image")
    office.town.act(user, "business_card", phone="84900000000")
    assert all([await arrive(office, raw) for raw in events(office)])
    assert await catch(office) == 0


@pytest.mark.parametrize(
    ("act", "kind"),
    [("image", "image"), ("file", "file"), ("audio", "audio"), ("video", "video"), ("gif", "gif"),
     ("sticker", "sticker"), ("location", "location")],
)  # fmt: skip
async def test_what_is_sent_along_comes_too(office, act, kind) -> None:
    user = office.town.citizen()
    place = {"latitude": 10.5, "longitude": 106.25} if act == "location" else {}
    office.town.act(user, act, **place)
    assert await catch(office) == 2
    [row] = await office.rows("SELECT * FROM attachment")
    assert row["kind"] == kind
    assert (row["latitude"], row["longitude"]) == ((10.5, 106.25) if place else (None, None))
    assert bool(row["url"]) == (act not in ("location",)) or act == "sticker"


async def test_a_button_in_the_history_is_the_button(office) -> None:
    talk = await office.talk()
    await catch(office)
    await office.reply(talk, "Chọn", buttons=[{"title": "Lệ phí", "payload": "/fee"}])
    await office.deliver(talk)
    office.town.act(talk.user, "tap", button=1)
    assert await catch(office) == 1
    assert [row["text"] for row in await turns(office) if row["button"] == "/fee"] == ["Lệ phí"]


async def test_what_was_erased_does_not_come_back(office) -> None:
    user = office.town.citizen()
    assert await catch(office) == 1
    async with office.pool.connection() as connection:
        await erase_citizen(connection, channel=office.account_id, citizen=user)
    assert await catch(office) == 0 and await turns(office) == []


async def test_before_the_account_was_ours_nothing_is_taken(office) -> None:
    office.town.citizen()
    office.town.advance(3600)
    await office.execute("UPDATE channel_account SET created_at = %s", office.now())
    assert await catch(office) == 0


async def test_a_long_silence_of_ours_reaches_back_to_the_last_reading_and_two_days_at_most(office) -> None:
    await catch(office)
    user = office.town.citizen()
    office.town.advance(20 * 3600)
    office.town.act(user, "text", text="sau 20 giờ")
    assert await catch(office) == 2
    office.town.act(user, "text", text="quá lâu")
    office.town.advance(OLDEST.total_seconds() + 60)
    assert await catch(office) == 0


async def test_a_reading_that_breaks_off_is_begun_again_where_it_began(office) -> None:
    await catch(office)
    user = office.town.citizen()
    office.town.advance(3600)
    office.town.fault("error", where="conversation", code=-223, count=1)
    office.town.act(user, "text", text="mới")
    with pytest.raises(Exception, match="-223"):
        await catch(office)
    assert await catch(office) == 2


async def test_an_account_that_is_gone_has_nothing_to_catch_up_with(office) -> None:
    account = await office.account()
    await office.execute("DELETE FROM channel_account")
    assert await catch_up(office.station(), account) == 0


async def test_the_names_are_those_of_the_events(office) -> None:
    async with office.pool.connection() as connection:
        account = await read_account(connection, Seal(SECRET), office.town.oa["oa_id"])
    row = Spoken("m", True, MONDAY_MORNING, "", "chữ", "u", "o", None)
    event = event_of(row, account, "u")
    assert (event.key, event.text, event.citizen(account.oa_id)) == ("user_send_text:m", "chữ", "u")
    nowhere = Spoken("m", True, MONDAY_MORNING, "location", "đâu đó", "u", "o", Attachment("location"))
    assert event_of(nowhere, account, "u").attachments[0].latitude is None
    assert all(name.startswith("user_send_") for name in NAMES.values()) and timedelta(hours=48) == OLDEST
