"""Heads of conversations: what a message is depends on what was said before it."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from components.talk import PROCEDURE, TELLS, Alone, Lesson, Talk, signals, train_talk

STAY, CARD = "thong_bao_luu_tru", "cap_the_can_cuoc"
TALK = Talk(STAY, "where", PROCEDURE, (CARD,))


def alone(text: str = "con le phi", *, other: float = 0.1, question: str = "fee", ask: float = 0.9) -> Alone:
    procedures = sorted([("none", 0.9 - other), (CARD, other), (STAY, 0.1)], key=lambda one: -one[1])
    return Alone([("ask", ask), ("chitchat", 1 - ask)], [(question, 0.8), ("where", 0.2)], procedures, text)


def lessons() -> list[tuple[Lesson, Alone]]:
    made = []
    for number in range(30):
        asks = alone(other=0.05 + number / 1000)
        moves = alone(other=0.8 + number / 1000, question="documents")
        small = alone(ask=0.1 + number / 1000)
        made += [
            (Lesson(TALK, PROCEDURE, moved="", question="fee"), asks),
            (Lesson(TALK, PROCEDURE, moved=CARD, question="documents"), moves),
            (Lesson(TALK, "smalltalk", moved="", question=""), small),
        ]
    return made


def test_heads_learn_what_follows_what() -> None:
    taught = lessons()
    heads = train_talk(sp.csr_matrix((len(taught), 2), dtype=np.float32), taught)
    empty = sp.csr_matrix((1, 2), dtype=np.float32)
    stays, moves = heads.read(empty, TALK, alone()), heads.read(empty, TALK, alone(other=0.85, question="documents"))
    assert (stays.kinds[0][0], stays.questions[0][0]) == (PROCEDURE, "fee")
    assert (moves.kinds[0][0], moves.questions[0][0], moves.other) == (PROCEDURE, "documents", CARD)
    assert stays.moved < 0.5 < moves.moved
    assert heads.read(empty, TALK, alone(ask=0.1)).kinds[0][0] == "smalltalk"
    assert heads.heads.scales["procedure"].labels == (CARD, "stays")


def test_a_message_that_only_tells_is_a_kind_of_its_own() -> None:
    taught = lessons() + [(Lesson(TALK, TELLS, moved="", question="where"), alone("nha thue", ask=0.5))] * 30
    heads = train_talk(sp.csr_matrix((len(taught), 2), dtype=np.float32), taught)
    assert heads.read(sp.csr_matrix((1, 2), dtype=np.float32), TALK, alone("nha thue", ask=0.5)).kinds[0][0] == TELLS


def test_signals_never_seen_are_dropped() -> None:
    taught = lessons()
    heads = train_talk(sp.csr_matrix((len(taught), 2), dtype=np.float32), taught)
    strange = Talk("tach_ho", "fee", "report_fire")
    assert heads.read(sp.csr_matrix((1, 2), dtype=np.float32), strange, alone()).kinds


@pytest.mark.parametrize(("before", "back"), [((CARD,), 1.0), ((), 0.0)])
def test_going_back_to_an_earlier_matter_is_seen(before: tuple[str, ...], back: float) -> None:
    assert signals(Talk(STAY, "where", PROCEDURE, before), alone())["back"] == back


@given(st.floats(0, 1), st.floats(0, 0.9), st.text(max_size=30))
def test_signals_are_small_numbers(ask: float, other: float, text: str) -> None:
    assert all(-10 < value < 10 for value in signals(TALK, alone(text, other=other, ask=ask)).values())
