"""What the database holds of a turn, read and changed behind the pipeline's back."""

from typing import Any

SECRET = "số của tôi là 0123456789"
"""A text that may stand in the database and in no log."""


async def rows(pool: Any, query: str, *values: Any) -> list[dict[str, Any]]:
    async with pool.connection() as connection:
        return await (await connection.execute(query, values)).fetchall()


async def change(pool: Any, query: str, *values: Any) -> None:
    async with pool.connection() as connection:
        await connection.execute(query, values)


async def stored(pool: Any, turn: Any) -> dict[str, Any]:
    return (await rows(pool, "SELECT * FROM turn WHERE id = %s", turn.row["id"]))[0]


async def give_to(pool: Any, turn: Any, owner: str) -> None:
    await change(pool, "UPDATE conversation SET owner = %s WHERE id = %s", owner, turn.conversation.id)
