"""Messages of a simulated user, through the control API."""

import pytest

from emulator.act import Act, ActError
from emulator.platform import Platform
from tests.emulator.serving import Town


def test_a_message_opens_the_window_anew(town: Town) -> None:
    user = town.citizen()
    town.send(user)
    town.advance(60)
    town.act(user, "text", text="Còn lệ phí?")
    shown = town.look(f"users/{user}")
    assert (shown["last_interaction"], shown["free_used"]) == (town.look("clock")["now"], 0) and shown["chatted"]


def test_a_reply_quotes_a_message_of_the_chat(town: Town) -> None:
    user = town.citizen()
    message = town.send(user)["data"]["message_id"]
    town.act(user, "text", text="Cái này", quote=message)
    town.flush()
    assert town.hook.events("user_send_text")[-1]["message"]["quote_msg_id"] == message
    town.act(user, "text", status=400, text="Cái này", quote="không có")


def test_what_belongs_to_an_act_is_a_text(town: Town) -> None:
    act = Act(Platform(), town.platform.users[town.citizen()], {"text": 5})
    for name in ("text", "phone"):
        with pytest.raises(ActError, match=name):
            act.text(name)
    assert act.text("quote", "") == ""
