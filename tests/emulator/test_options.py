"""Options."""

import pytest

from emulator.options import Options, change


def test_options_are_changed_together_or_not_at_all() -> None:
    options = Options()
    with pytest.raises(ValueError, match="window_mode must be one of 2026, legacy8"):
        change(options, {"per_user": 5, "window_mode": "2027"})
    assert options.per_user == 2
    change(options, {"per_user": 5, "ladder_scale": 1, "expired_code": -220})
    assert (options.per_user, options.ladder_scale, options.expired_code) == (5, 1, -220)


@pytest.mark.parametrize(
    "values", [{"speed": 1}, {"receipts": 1}, {"per_user": True}, {"ladder_scale": -1}, {"ladder_scale": "1"}]
)
def test_an_unknown_name_or_a_value_of_another_type_is_refused(values) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        change(Options(), values)
