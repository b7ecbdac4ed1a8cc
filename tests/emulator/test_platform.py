"""The state."""

import pytest

from emulator.errors import ApiError
from emulator.platform import Platform
from emulator.records import Asset, Message


def test_an_oa_needs_its_app_and_a_user_their_oa() -> None:
    platform = Platform()
    with pytest.raises(KeyError):
        platform.add_oa(app_id="1")
    with pytest.raises(KeyError):
        platform.add_user(oa_id="1")


def test_a_recipient_is_a_user_of_that_oa() -> None:
    platform = Platform()
    app = platform.add_app()
    first, second = (platform.add_oa(app_id=app.app_id) for _ in range(2))
    user = platform.add_user(oa_id=first.oa_id)
    assert platform.recipient(first, user.user_id) is user and list(platform.users_of(second.oa_id)) == []
    for oa, user_id in ((second, user.user_id), (first, int(user.user_id)), (first, None)):
        with pytest.raises(ApiError):
            platform.recipient(oa, user_id)


def test_who_watches_a_chat_is_told_of_its_messages_only() -> None:
    platform, told = Platform(), []
    app = platform.add_app()
    oa = platform.add_oa(app_id=app.app_id)
    one, other = (platform.add_user(oa_id=oa.oa_id) for _ in range(2))
    platform.watchers[one.user_id] = [told.append]
    message = Message("m", 1, 0, "text")
    platform.log(one, message)
    platform.log(other, Message("n", 1, 0, "text"))
    assert told == [message]


def test_an_upload_is_known_by_kind_and_app() -> None:
    platform = Platform()
    platform.assets["a"] = Asset("a", "1", "2", "image", "a.png", 1, platform.clock.now(), "f.png")
    assert platform.asset("a", "image", "1", field_name="attachment_id").name == "a.png"
    for kind, app in (("file", "1"), ("image", "2")):
        with pytest.raises(ApiError):
            platform.asset("a", kind, app, field_name="attachment_id")
