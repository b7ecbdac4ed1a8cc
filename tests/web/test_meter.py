from tests.web.serving import answer_turn, connect
from web.meter import Meter

TURN = (
    "WITH c AS (INSERT INTO conversation (id, channel, citizen, unit, created_at)"
    " VALUES (gen_random_uuid(), 'web', gen_random_uuid(), 'u', now()) RETURNING id)"
    " INSERT INTO turn (conversation_id, message_id, text, accepted_at) SELECT id, 'm', 't', now() FROM c RETURNING id"
)


async def test_turns_are_counted_once_from_the_start_and_deleting_rows_takes_none_back(database: str) -> None:
    async with await connect(database) as connection:
        await connection.set_autocommit(True)

        async def turn() -> int:
            row = await (await connection.execute(TURN)).fetchone()
            assert row is not None
            return int(row["id"])

        old, waiting = await turn(), await turn()
        await answer_turn(database, old, [])
        meter = Meter()
        await meter.start(connection)
        assert await meter.count(connection) == {}
        await answer_turn(database, waiting, [])
        await answer_turn(database, await turn(), [], "danger")
        assert await meter.count(connection) == {"answered": 1, "danger": 1}
        assert await meter.count(connection) == {"answered": 1, "danger": 1}
        await connection.execute("DELETE FROM turn")
        assert await meter.count(connection) == {"answered": 1, "danger": 1}
