"""A second question in one message: found where it is asked, not where it is only told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.clauses import MAX_QUESTIONS, STEP, STRETCH, asking_parts, questions_in, stretches
from components.phrases import phrases
from components.text import fold


def by_cue(clause: str) -> tuple[str, float]:
    """A classifier that knows the cues only: the first one that matches."""
    folded = fold(clause)
    return next(((name, 0.9) for name, cue in phrases().cues.items() if cue.search(folded)), ("overview", 0.2))


def found(text: str, best_question=by_cue) -> list[str]:
    return questions_in(text, fold, best_question, threshold=0.6)


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("cần giấy tờ gì và mất bao lâu", ["documents", "processing_time"]),
        ("lệ phí bao nhiêu, nộp ở đâu ạ", ["fee", "where"]),
        ("nop o dau voi can giay to gi", ["where", "documents"]),
        ("Hết bao nhiêu tiền? Mang gì theo?", ["fee", "documents"]),
        ("giấy tờ gồm gì\nbị phạt bao nhiêu", ["documents", "penalty"]),
    ],
)
def test_two_questions(text, questions) -> None:
    assert found(text) == questions


@pytest.mark.parametrize(
    "text",
    [
        "", "cần giấy tờ gì", "lệ phí, lệ phí bao nhiêu tiền", "em chào anh, em ở trọ và em mới chuyển tới",
        "phí và tiền", "mẹ em mất thẻ rồi, giờ cần giấy tờ gì", "giấy tờ gì, mang theo gì",
    ],
)  # fmt: skip
def test_no_second_question(text) -> None:
    assert found(text) == []


def test_at_most_three() -> None:
    text = "cần giấy tờ gì, mất bao lâu, lệ phí bao nhiêu, nộp ở đâu"
    assert found(text) == ["documents", "processing_time", "fee"] and MAX_QUESTIONS == 3


def test_what_the_narrow_questions_make_plain_is_no_question_of_its_own() -> None:
    assert found("thủ tục làm sao, cần giấy tờ gì, mất bao lâu") == ["documents", "processing_time"]
    assert found("thủ tục làm sao, cần giấy tờ gì") == ["overview", "documents"]


def test_a_clause_the_classifier_is_unsure_of_does_not_count() -> None:
    assert found("cần giấy tờ gì và mất bao lâu", lambda clause: (by_cue(clause)[0], 0.59)) == []


def test_a_clause_without_a_word_that_asks_for_its_question_does_not_count() -> None:
    assert found("cần giấy tờ gì và mất bao lâu", lambda clause: ("fee", 0.99)) == []


def test_the_classifier_is_not_asked_about_one_question() -> None:
    def never(clause: str) -> tuple[str, float]:
        raise AssertionError(clause)

    assert found("em mới chuyển tới, em muốn hỏi, lệ phí bao nhiêu", never) == []


@given(st.lists(st.text("abc", min_size=1, max_size=4), max_size=90))
def test_the_stretches_of_a_long_text_are_all_of_it(words) -> None:
    parts = [part.split() for part in stretches(" ".join(words))]
    assert bool(parts) == (len(words) > STRETCH + STEP // 2)
    if parts:
        assert all(len(part) <= STRETCH for part in parts)
        assert [word for part in parts[:-1] for word in part[:STEP]] + parts[-1] == words


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "em ở trọ, chủ nhà không ký thì sao, có phải về quê không ạ",
            [
                ("chủ nhà không ký thì sao", "em ở trọ"),
                ("có phải về quê không ạ", "em ở trọ chủ nhà không ký thì sao"),
            ],
        ),
        (
            "may ngay co voi lai co phai ve que khong",
            [("may ngay co", "co phai ve que khong"), ("co phai ve que khong", "may ngay co")],
        ),
        ("chủ nhà không ký, ạ, thì sao", []),
        ("em ở trọ, giờ đăng ký tạm trú sao ạ", []),
        ("", []),
    ],
)
def test_parts_that_ask_come_with_the_rest_of_the_message(text, parts) -> None:
    assert asking_parts(text, fold) == parts


@given(st.text(alphabet="ab sao, ?\n", max_size=60))
def test_a_part_and_its_rest_are_words_of_the_message(text) -> None:
    for part, rest in asking_parts(text, fold):
        assert set(f"{part} {rest}".split()) <= set(text.replace(",", " ").replace("?", " ").split())
