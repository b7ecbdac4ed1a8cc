"""APIs about users and tags, through HTTP."""

from typing import Any

import pytest

from tests.emulator.serving import Town

LIST = "/v3.0/oa/user/getlist"
DAY = 24 * 3600


def listed(town: Town, **data: Any) -> list[str]:
    return [row["user_id"] for row in town.read(LIST, **data)["data"]["users"]]


def tag(town: Town, verb: str, **body: str) -> int:
    return town.call(f"/openapi/v2.0/oa/tag/{verb}", body).json()["error"]


def test_a_profile_has_the_documented_fields(town: Town) -> None:
    user = town.citizen()
    data = town.read("/v3.0/oa/user/detail", user_id=user)["data"]
    assert (data["user_id"], data["display_name"], data["user_is_follower"]) == (user, "Nguyễn Văn A", False)
    assert data["user_last_interaction_date"] == town.platform.clock.local().strftime("%d/%m/%Y")
    assert set(data["shared_info"]) == {"name", "phone", "address", "city", "district"}
    assert town.read("/v3.0/oa/user/detail", user_id="1")["error"] == -201


def test_a_list_has_filters(town: Town) -> None:
    follower, other = town.citizen(follower=True), town.citizen()
    silent = town.control("users", oa_id=town.oa["oa_id"])["user_id"]
    assert follower in listed(town, is_follower=True) and other not in listed(town, is_follower="true")
    assert other in listed(town, is_follower=False)
    today = town.platform.clock.local().strftime("%Y_%m_%d")
    for period in ("TODAY", "L7D", "L30D", f"{today}:{today}"):
        found = listed(town, last_interaction_period=period)
        assert follower in found and silent not in found
    assert follower not in listed(town, last_interaction_period="YESTERDAY")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"count": 50}, 0),
        ({"count": 51}, -210),
        ({"offset": 9951}, 0),
        ({"offset": 9952}, -210),
        ({"count": "1"}, -201),
        ({"last_interaction_period": "NOON"}, -201),
    ],
)
def test_a_list_has_limits(town: Town, data, code) -> None:
    assert town.read(LIST, **data)["error"] == code


def test_a_list_comes_in_pages(town: Town) -> None:
    for _ in range(3):
        town.citizen()
    everybody = listed(town)
    assert listed(town, offset=1, count=2) == everybody[1:3]
    assert town.read(LIST, count=2)["data"]["total"] == len(everybody)


def test_tags_are_put_on_listed_and_taken_off(town: Town) -> None:
    user = town.citizen()
    assert tag(town, "tagfollower", user_id=user, tag_name="tạm trú") == 0
    assert tag(town, "tagfollower", user_id=user, tag_name="căn cước") == 0
    assert town.call("/openapi/v2.0/oa/tag/gettagsofoa").json()["data"] == ["tạm trú", "căn cước"]
    assert listed(town, tag_name="tạm trú") == [user]
    assert tag(town, "rmfollowerfromtag", user_id=user, tag_name="tạm trú") == 0
    assert listed(town, tag_name="tạm trú") == []
    assert tag(town, "rmtag", tag_name="căn cước") == 0 and tag(town, "rmtag", tag_name="tạm trú") == 0
    assert town.look(f"users/{user}")["tags"] == [] and tag(town, "rmtag", tag_name="căn cước") == -201
    assert tag(town, "tagfollower", user_id=user, tag_name="") == -201


def test_a_profile_can_be_changed(town: Town) -> None:
    user = town.citizen()
    path = "/openapi/v3.0/oa/user/update"
    body = {"user_id": user, "alias": "Anh A", "shared_info": {"phone": "84901234567"}}
    assert town.call(path, body).json() == {"error": 0, "message": "Success"}
    data = town.read("/v3.0/oa/user/detail", user_id=user)["data"]
    assert data["user_alias"] == "Anh A" and data["shared_info"]["phone"] == "84901234567"
    for wrong in ({"alias": 1}, {"shared_info": {"phone": 1}}, {"shared_info": []}):
        assert town.call(path, {"user_id": user, **wrong}).json()["error"] == -201
