"""Passwords of operators."""

import re

from storage.passwords import hash_password, one_time_password, password_matches


def test_a_hash_matches_its_password_and_says_nothing() -> None:
    hashed = hash_password("một câu dễ nhớ 42")
    assert hashed.startswith("$argon2id$") and "nhớ" not in hashed
    assert hashed != hash_password("một câu dễ nhớ 42")
    assert password_matches(hashed, "một câu dễ nhớ 42")
    assert not password_matches(hashed, "một câu dễ nhớ 43")


def test_nobody_has_no_password() -> None:
    assert not password_matches(None, "") and not password_matches(None, "x")


def test_first_passwords_are_long_and_never_the_same() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"([a-z2-9]{5}-){3}[a-z2-9]{5}", one) for one in made)
