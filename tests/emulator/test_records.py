"""Records."""

from emulator.records import LOG_LENGTH, Message, User


def test_a_chat_forgets_its_oldest_messages() -> None:
    user = User("1", "2", "3")
    user.log.extend(Message(str(number), 1, number, "text") for number in range(LOG_LENGTH + 1))
    assert user.find("0") is None and user.find("1") is not None and len(user.log) == LOG_LENGTH
