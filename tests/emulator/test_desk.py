"""How the control API takes mistakes."""

import pytest

from emulator.desk import change, view
from emulator.records import User
from tests.emulator.serving import Town


@pytest.mark.parametrize(("body", "status"), [(b"[]", 400), (b"{", 400), (b"", 200), (b"{}", 200)])
def test_a_body_is_an_object_or_nothing(town: Town, body, status) -> None:
    assert town.http.post("/control/flush", content=body).status_code == status


def test_something_unknown_is_not_found_and_named(town: Town) -> None:
    assert town.http.get("/control/users/1").json() == {"error": "there is no 1"}
    assert town.http.get("/control/users/1").status_code == 404


def test_a_refusal_of_the_platform_is_a_conflict(town: Town) -> None:
    user = town.citizen()
    town.send(user)
    town.platform.users[user].log[-1].reactions.extend(["/-heart"] * 50)
    assert town.act(user, "react", status=409)["code"] == -210


def test_fields_are_set_together_or_not_at_all() -> None:
    user = User("1", "2", "3")
    for wrong in ({"blocked": 1}, {"user_id": "5"}, {"last_interaction": "now"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            change(user, {"name": "B", **wrong}, ("name", "blocked", "last_interaction"))
    assert user == User("1", "2", "3")
    change(user, {"last_interaction": 5}, ("last_interaction",))
    change(user, {"last_interaction": None, "name": "B"}, ("name", "last_interaction"))
    assert user.name == "B" and user.last_interaction is None


def test_a_user_is_shown_without_the_chat() -> None:
    assert "log" not in view(User("1", "2", "3"))
