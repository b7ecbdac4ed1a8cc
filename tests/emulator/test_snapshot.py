"""State on disk."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.platform import Platform
from emulator.snapshot import dump, load, write
from tests.emulator.serving import Hook, Town, buttons, until


@pytest.fixture
def kept(hook: Hook, tmp_path: Path) -> Iterator[Town]:
    town = Town(hook, state=tmp_path / "state.json")
    town.found()
    yield town
    town.stop()


def test_everything_survives_a_round_trip(kept: Town) -> None:
    user = kept.citizen(phone="84901234567")
    kept.send(user, attachment=buttons(("Lệ phí", "oa.query.show", "#b:1")))
    kept.fault("slow", where="tag", count=3)
    kept.options(seen_sender="user")
    kept.control(f"oas/{kept.oa['oa_id']}/templates", template_id="1", params={"ten": 30})
    kept.http.post(
        "/openapi/v2.0/oa/upload/image", files={"file": ("a.png", b"x")}, headers={"access_token": kept.token}
    )
    text = dump(kept.platform)
    other = Platform()
    load(other, text)
    assert dump(other) == text
    assert other.users[user] == kept.platform.users[user] and other.grants == kept.platform.grants


def test_a_restarted_platform_goes_on(hook: Hook, tmp_path: Path) -> None:
    first = Town(hook, state=tmp_path / "state.json")
    first.found()
    user = first.citizen()
    picture = first.act(user, "image")["message_id"]
    first.options(hold_webhooks=True)
    first.act(user, "text", text="Chờ gửi")
    first.advance(100)
    first.stop()
    hook.got.clear()
    second = Town(hook, state=tmp_path / "state.json")
    second.token, second.oa, second.app = first.token, first.oa, first.app
    assert second.send(user)["error"] == 0 and second.look("clock")["ahead"] == 100
    assert hook.events() == []
    second.options(hold_webhooks=False)
    until(lambda: hook.events("user_send_text"), "the waiting event")
    assert hook.events("user_send_text")[0]["message"]["text"] == "Chờ gửi"
    url = next(m for m in second.transcript(user) if m["id"] == picture)["attachments"][0]["payload"]["url"]
    assert second.http.get("/cdn/" + url.rpartition("/")[2]).status_code == 200
    second.stop()


def test_the_file_is_written_while_it_runs(kept: Town, tmp_path: Path) -> None:
    user = kept.citizen()
    path = tmp_path / "state.json"
    until(lambda: path.exists() and user in json.loads(path.read_text())["users"], "a snapshot with the user")


def test_a_broken_file_is_no_state() -> None:
    for text in ("[]", "{}", '{"version": 0}', "{"):
        with pytest.raises(ValueError):
            load(Platform(), text)


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.json"
    write(path, "một")
    write(path, "hai")
    assert path.read_text(encoding="utf-8") == "hai" and list(path.parent.iterdir()) == [path]
