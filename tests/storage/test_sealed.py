"""Sealing: only the same secret opens, and nothing can be read or changed in between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sealed import CantOpen, Seal

SEAL = Seal("bí mật của bản cài đặt")


@given(values=st.dictionaries(st.text(), st.text(), max_size=4))
def test_what_is_closed_opens_to_the_same(values) -> None:
    assert SEAL.open(SEAL.close(values)) == values


def test_nothing_of_a_secret_can_be_read_and_no_two_seals_are_the_same() -> None:
    sealed = SEAL.close({"app_secret": "AppSecretExample"})
    assert b"AppSecretExample" not in sealed and b"app_secret" not in sealed
    assert sealed != SEAL.close({"app_secret": "AppSecretExample"})


def test_another_secret_does_not_open_it() -> None:
    with pytest.raises(CantOpen):
        Seal("khác").open(SEAL.close({"a": "b"}))


@given(place=st.integers(0, 99), bit=st.integers(0, 7))
def test_a_changed_byte_does_not_open(place, bit) -> None:
    sealed = bytearray(SEAL.close({"a": "b"}))
    sealed[place % (len(sealed) - 3)] ^= 1 << bit
    with pytest.raises(CantOpen):
        SEAL.open(bytes(sealed))
