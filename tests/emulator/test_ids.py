"""Ids."""

import re

from emulator.ids import message_id, number_id


def test_a_number_id_has_18_or_19_digits_and_no_float_keeps_it() -> None:
    for made in (number_id() for _ in range(500)):
        assert re.fullmatch(r"[1-9]\d{17,18}", made)
        assert 2**53 < int(made) < 2**63 and int(float(made)) != int(made)


def test_a_message_id_is_20_hex_characters_and_new_each_time() -> None:
    made = {message_id() for _ in range(100)}
    assert len(made) == 100 and all(re.fullmatch("[0-9a-f]{20}", each) for each in made)
