"""The pipeline in one process."""

from datetime import date

from dialogue.session import open_session
from storage.embedded import create_database
from storage.settings import read_settings
from tests.pipeline import MONDAY_MORNING, FakeBrain


async def test_a_session_migrates_reads_the_knowledge_and_keeps_citizens_apart(postgres_url, knowledge) -> None:
    settings, fake = read_settings({"MOTCUA_AS_OF": "2027-01-02"}), FakeBrain()
    async with open_session(
        settings, create_database(postgres_url, "t_session"), brain=fake, now=lambda: MONDAY_MORNING
    ) as session:
        one, two = await session.take("an", "một"), await session.take("binh", "hai")
        again = await session.take("an", "ba")
        assert one.conversation.id == again.conversation.id != two.conversation.id
        assert session.context.knowledge(MONDAY_MORNING).on == date(2027, 1, 2)
        assert one.outcome["status"] == "answered"
