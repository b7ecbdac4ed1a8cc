"""Dated expectations an officer can read, and the proof that no dated change goes without one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from procedures.answer import Question
from procedures.wording import fill
from tests.answers.changes import Expectation, changes, draft, expectations, missing, said

ALL = expectations()


@pytest.mark.parametrize("expected", ALL, ids=lambda one: f"{one.file[:-4]} {one.on} {one.name[:60]}")
def test_the_answer_says_what_an_officer_expects(expected: Expectation) -> None:
    answered = said(expected.ask, expected.on)
    assert answered.status == expected.status, answered.text
    for words in expected.says:
        assert words in answered.text, expected.name
    for words in expected.never_says:
        assert words not in answered.text, expected.name


def test_every_expectation_has_a_sentence_of_its_own_and_says_something() -> None:
    names = [expected.name for expected in ALL]
    assert len(set(names)) == len(names), sorted({name for name in names if names.count(name) > 1})
    assert all(expected.says or expected.never_says for expected in ALL)


def test_every_dated_change_has_expectations_on_both_sides() -> None:
    drafts = [f"{change.entry.file}:{change.entry.line}\n{draft(change)}" for change in missing()]
    assert not drafts, "Thêm vào tests/answers:\n" + "\n".join(drafts)


def test_every_new_fact_is_said_from_its_day_on_and_never_before() -> None:
    """The same for all facts without exception, which no one could write down by hand.

    A new value of an item may repeat the words of the old one, with a doubt or another source.
    """
    wrong: list[Any] = []
    asked: dict[tuple[Question, object], str] = {}
    for change in changes():
        if change.entry.kind != "text" or not change.entry.served:
            continue
        for on, expected in ((change.entry.since - timedelta(1), False), (change.entry.since, True)):
            key = (change.question, on)
            if key not in asked:
                asked[key] = said(change.question, on).text.replace("\n", " ")
            text = fill(change.entry.text, change.entry.amounts).replace("\n", " ")
            if (text in asked[key]) is not expected and not (change.follows and not expected):
                wrong.append((f"{change.entry.file}:{change.entry.line}", on, expected, text))
    assert not wrong
