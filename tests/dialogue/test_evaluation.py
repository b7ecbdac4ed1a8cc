"""Reading labelled files, running them, and scoring."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.evaluation import (
    Expected,
    Pace,
    Scored,
    interval,
    is_right,
    is_wrong_answer,
    read_items,
    run,
    write_results,
)
from tests.pipeline import MONDAY_MORNING, FakeBrain


def test_columns_are_read_by_name_and_unknown_ones_ignored(tmp_path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(
        'x\ttext\tprocedure\tkind\talt\tquestion\n1\t"a\ttach_ho\tprocedure\ta/b; c/d\tfee\n2\tb\tNONE\t\tNONE\t\n',
        "utf-8",
    )
    first, second = read_items(path)
    assert (first.id, first.text) == ("1", '"a')
    assert first.expected.pairs == {"a/b", "c/d", "tach_ho/fee"}
    assert second.expected == Expected()


def test_conversations_are_read_turn_by_turn(tmp_path) -> None:
    path = tmp_path / "a.yml"
    path.write_text(
        "- {id: c, turns: [{user: a, kind: smalltalk}, {user: b, procedure: x, question: fee, alt: [x/form]}]}", "utf-8"
    )
    assert [(item.id, item.turn, item.text) for item in read_items(path)] == [("c", 1, "a"), ("c", 2, "b")]
    assert read_items(path)[1].expected.pairs == {"x/fee", "x/form"}


@pytest.mark.parametrize(("name", "content"), [("a.tsv", "question\nx"), ("a.csv", "text\nx")])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, content) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(ValueError, match=name):
        read_items(tmp_path / name)


WANTED = Expected("procedure", "tach_ho", "fee", frozenset({"tach_ho/overview"}))


@pytest.mark.parametrize(
    ("kind", "procedure", "question", "right", "wrong"),
    [
        ("procedure", "tach_ho", "fee", True, False),
        ("procedure", "tach_ho", "overview", True, False),
        ("procedure", "tach_ho", "steps", False, False),
        ("procedure", "other", "fee", False, True),
        ("ambiguous", None, None, False, False),
    ],
)
def test_what_is_right_and_what_is_a_wrong_answer(kind, procedure, question, right, wrong) -> None:
    result = {"kind": kind, "procedure": procedure, "question": question}
    assert (is_right(WANTED, result), is_wrong_answer(WANTED, result)) == (right, wrong)


def test_a_procedure_answer_to_small_talk_is_wrong() -> None:
    assert is_wrong_answer(Expected("smalltalk"), {"kind": "procedure", "procedure": "x", "question": "fee"})


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(hits, more) -> None:
    low, high = interval(hits, hits + more)
    assert -1e-9 <= low <= high <= 1 + 1e-9
    if hits + more:
        assert low - 1e-9 <= hits / (hits + more) <= high + 1e-9


async def test_items_of_one_id_are_one_conversation(session_of, tmp_path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("- {id: c, turns: [{user: một}, {user: hai}]}\n- {id: d, turns: [{user: ba}]}", "utf-8")
    fake = FakeBrain(slots={"procedure": "x"})
    results = await run(read_items(path), session_of(fake), prefix="p", pace=Pace(MONDAY_MORNING))
    assert [reacted["slots"] for reacted in fake.reacted] == [{}, {"procedure": "x"}, {}]
    write_results(results, tmp_path / "out" / "r.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "out" / "r.jsonl").read_text("utf-8").splitlines()]
    assert set(lines[0]) == {
        "id",
        "turn",
        "text",
        "kind",
        "procedure",
        "question",
        "case",
        "confidence",
        "status",
        "replies",
        "buttons",
        "sources",
    }
    assert lines[1]["text"] == "hai"


def test_the_report_counts_and_lists_confusions() -> None:
    pairs = [
        (WANTED, {"kind": "procedure", "procedure": "o", "question": "fee", "status": "answered"}),
        (Expected("smalltalk"), {"kind": "smalltalk", "procedure": None, "question": None, "status": "small_talk"}),
    ]
    report = "\n".join(Scored(pairs).lines())
    assert "50.0%" in report and "1/2" in report
    assert "tach_ho/fee → o/fee" in report
    assert Scored([]).lines()
