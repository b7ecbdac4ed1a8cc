"""Wording of the refusals."""

from emulator.errors import ApiError, invalid


def test_a_refusal_has_the_official_words_with_their_mistakes_and_no_data() -> None:
    assert ApiError(-204).body() == {"error": -204, "message": "Offical Account is disable"}


def test_a_refused_field_is_named() -> None:
    assert invalid("user_id").body() == {"error": -201, "message": "user_id is invalid!"}
