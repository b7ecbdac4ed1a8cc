"""One reply on its way: what its pieces may say, and when it is done."""

from datetime import timedelta

from connectors.zalo.answers import Quota, Sent
from connectors.zalo.errors import OA_IS_OFF
from connectors.zalo.parcel import LONGEST_WAIT, Parcel, pause
from storage.channels import set_alarm
from storage.deliveries import open_deliveries
from tests.connectors.zalo.office import WORDS


async def parcel_of(office, connection, *texts: str, buttons=()) -> Parcel:
    talk = await office.talk()
    await office.reply(talk, *texts, buttons=buttons)
    [delivery] = await open_deliveries(connection, talk.id)
    return Parcel(office.station(), connection, await office.account(), delivery)


async def test_the_next_piece_may_have_said_its_words_with_buttons_or_numbers(office) -> None:
    async with office.pool.connection() as connection:
        parcel = await parcel_of(office, connection, "Chọn", buttons=WORDS)
        texts = {piece.text for piece in parcel.candidates()}
        assert {text.split("\n")[0] for text in texts} == {"Chọn"} and len(texts) == 2
        await parcel.sent("a")
        assert parcel.done and parcel.candidates() == ()


async def test_numbers_are_sent_until_the_day_is_over(office) -> None:
    async with office.pool.connection() as connection:
        parcel = await parcel_of(office, connection, "Chọn", buttons=WORDS)
        assert not parcel.numbered
        await parcel.plain_text()
        assert parcel.numbered and parcel.account.plain_text_until == office.now() + timedelta(days=1)


async def test_pieces_are_made_once_with_buttons_and_once_with_numbers(office) -> None:
    async with office.pool.connection() as connection:
        parcel = await parcel_of(office, connection, "Chọn", buttons=WORDS)
        before = parcel.pieces(numbered=parcel.numbered)
        assert before[0].buttons and parcel.pieces(numbered=parcel.numbered) is before
        await parcel.plain_text()
        after = parcel.pieces(numbered=parcel.numbered)
        assert not after[0].buttons and parcel.pieces(numbered=parcel.numbered) is after


async def test_an_answer_says_what_is_left_and_ends_the_alarm(office) -> None:
    async with office.pool.connection() as connection:
        parcel = await parcel_of(office, connection, "Chọn")
        await set_alarm(connection, parcel.account.id, OA_IS_OFF.reason, at=office.now())
        await parcel.read_account()
        await parcel.note(Sent("m", None, Quota("reply", 3, 8)))
        assert parcel.account.alarm is None and parcel.account.paid_quota_left is None
        await parcel.note(Sent("m", None, Quota("purchase_quota", 3, 8)))
        await parcel.read_account()
        assert parcel.account.paid_quota_left == 3


def test_pauses_grow_and_have_an_end() -> None:
    pauses = [pause(n) for n in range(40)]
    assert pauses == sorted(pauses) and pauses[0] < pauses[3] and pauses[-1] == LONGEST_WAIT
