import pytest

from connectors.zalo.errors import TABLE, RetryClass, ZaloError, class_of, reason_of

ROWS: list[tuple[RetryClass, list[int]]] = [
    ("ok", [0]),
    ("wait_minute", [-32, 429]),
    ("upload_again", [-100]),
    ("retry", [-200]),
    ("bug", [-201, -210, -233, -240, -237, -403, -238, -241, -249, -1340, -1341]),
    ("alarm", [-204, -205, -209, -212, -219, -221, -223, -235, -242, -248, -320, -321]),
    ("quota", [-211, -311]),
    ("user", [-213, -217, -227, -244]),
    ("later", [-214, -218]),
    ("refresh", [-216, -220, 216, 401, -401]),
    ("plain_text", [-224]),
    ("window", [-230, -232, -305]),
    ("at_six", [-234]),
    ("alarm", [-202, -207, -208, -215, -222]),
    ("user", [-108, -114, -118, -119, -139, -141]),
    ("bug", [-109, -112, -1120, -1121, -1129, -126, -127]),
    ("alarm", [-115, -117, -131, -135, -137]),
    ("refresh", [-124]),
    ("at_six", [-133]),
    ("later", [-144, -147]),
]
"""§2.9, its older codes, and §2.7."""
EACH = [(code, wanted) for wanted, codes in ROWS for code in codes]


@pytest.mark.parametrize(("code", "wanted"), EACH)
def test_every_code_of_the_tables_has_its_class(code, wanted) -> None:
    assert class_of(code) == wanted


def test_the_rows_here_are_all_rows_there() -> None:
    assert set(TABLE) == {code for code, _ in EACH} | set(range(-1129, -1119))


@pytest.mark.parametrize("code", [-1, 1, -999, 404, -1130])
def test_an_unknown_code_is_an_alarm(code) -> None:
    assert class_of(code) == "alarm" and "quản trị" in reason_of(code)


@pytest.mark.parametrize("code", sorted(set(TABLE) - {0}))
def test_an_officer_can_read_why_a_message_was_not_delivered(code) -> None:
    reason = reason_of(code)
    assert (
        reason[0].isupper()
        and reason.endswith(".")
        and not any(c.isdigit() and str(abs(code)) in reason for c in reason)
    )


def test_what_an_officer_cannot_mend_goes_to_the_administrator_and_the_rest_says_what_to_do() -> None:
    for code, rule in TABLE.items():
        if rule.retry_class in ("bug", "alarm"):
            assert "người quản trị" in rule.reason, code
        if rule.retry_class in ("user", "window"):
            assert "liên hệ bằng cách khác" in rule.reason, code


def test_an_error_carries_its_class_and_reason() -> None:
    error = ZaloError(-230, "User has not interacted with the OA in the past 7 days")
    assert (error.code, error.retry_class, error.reason) == (-230, "window", reason_of(-230))
    ours = ZaloError(0, "uploaded, but no id came back", "bug")
    assert ours.retry_class == "bug" and "quản trị" in ours.reason
