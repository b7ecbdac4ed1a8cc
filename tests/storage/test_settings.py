"""The environment, read once."""

from datetime import date
from pathlib import Path

import pytest

from storage.settings import ROOT, child_environment, local_now, read_settings


def test_without_variables_everything_has_a_default() -> None:
    settings = read_settings({})
    assert (settings.database_url, settings.as_of, settings.workers) == ("", None, 1)
    assert (settings.data, settings.models) == (ROOT / "data", ROOT / "models")
    assert settings.host == "127.0.0.1"
    assert not settings.secure_cookies


def test_variables_are_read_and_trimmed() -> None:
    settings = read_settings({
        "DATABASE_URL": " postgresql://x ", "MOTCUA_AS_OF": "2027-01-02", "MOTCUA_WORKERS": "3", "MOTCUA_VAR": "/tmp/v",
        "MOTCUA_SECURE_COOKIES": "1", "MOTCUA_UNIT": " ",
    })  # fmt: skip
    assert settings.database_url == "postgresql://x"
    assert (settings.as_of, settings.workers, settings.var) == (date(2027, 1, 2), 3, Path("/tmp/v"))
    assert settings.secure_cookies and settings.unit == "don_vi_mau"


@pytest.mark.parametrize(("name", "value"), [("AS_OF", "02/01/2027"), ("PORT", "http"), ("WORKERS", "1.5")])
def test_a_wrong_value_is_named(name, value) -> None:
    with pytest.raises(ValueError, match=f"MOTCUA_{name}"):
        read_settings({f"MOTCUA_{name}": value})


def test_a_child_gets_this_environment_with_changes() -> None:
    assert child_environment(MOTCUA_X="1")["MOTCUA_X"] == "1"
    assert "PATH" in child_environment()


def test_the_clock_is_the_one_of_viet_nam() -> None:
    assert local_now().utcoffset().total_seconds() == 7 * 3600


def test_the_platform_is_the_real_one_and_the_emulator_a_matter_of_accounts() -> None:
    settings = read_settings({})
    assert (settings.platform_api, settings.platform_oauth, settings.platform_business) == ("", "", "")
    assert (settings.emulator, settings.emulator_port, settings.couriers) == ("auto", 8090, 1)
    assert settings.attachment_hosts == ()


def test_another_platform_and_its_hosts_are_read() -> None:
    settings = read_settings({
        "MOTCUA_PLATFORM_API": "http://127.0.0.1:8090/openapi", "MOTCUA_ATTACHMENT_HOSTS": "127.0.0.1, CDN.example.vn,",
        "MOTCUA_EMULATOR": "1", "MOTCUA_COURIERS": "2",
    })  # fmt: skip
    assert settings.platform_api == "http://127.0.0.1:8090/openapi"
    assert settings.attachment_hosts == ("127.0.0.1", "cdn.example.vn")
    assert (settings.emulator, settings.couriers) == ("1", 2)
    with pytest.raises(ValueError, match="MOTCUA_EMULATOR"):
        read_settings({"MOTCUA_EMULATOR": "yes"})


def test_codes_of_the_site_are_listed_with_commas() -> None:
    assert read_settings({}).site_codes == ()
    assert read_settings({"MOTCUA_SITE_CODES": "abc-1, D_2,"}).site_codes == ("abc-1", "D_2")
    with pytest.raises(ValueError, match="MOTCUA_SITE_CODES"):
        read_settings({"MOTCUA_SITE_CODES": "../x"})
