"""The page of mistakes: what went wrong, how often, and which training texts are near."""

import pytest

from dialogue.evaluation import Expected
from tools.mistakes import NEAREST, page

NLU = """version: "3.1"
nlu:
- intent: ask_fee
  metadata: {procedure: tach_ho}
  examples: |
    - tách hộ mất bao nhiêu tiền
    - tách khẩu phí bao nhiêu
- intent: greet
  examples: |
    - chào em
"""


@pytest.fixture
def nlu(tmp_path):
    (tmp_path / "a.yml").write_text(NLU, encoding="utf-8")
    return tmp_path


def result(text: str, kind: str = "smalltalk") -> dict:
    return {
        "id": "7", "turn": 2, "text": text, "kind": kind, "procedure": None, "question": None, "confidence": 0.5,
    }  # fmt: skip


FEE = Expected("procedure", "tach_ho", "fee", style="typo")


def test_mistakes_are_grouped_with_the_commonest_confusion_first(nlu) -> None:
    pairs = [
        (FEE, result("a")),
        (FEE, result("b", "ambiguous")),
        (FEE, result("c")),
        (Expected("smalltalk"), result("d")),
    ]
    text = page(pairs, nlu)
    assert "3 lỗi trong 4 câu" in text
    assert text.index("2 × tach_ho/fee → smalltalk") < text.index("1 × tach_ho/fee → ambiguous")
    assert "7.2, typo, 0.50" in text


def test_the_nearest_training_texts_stand_beside_a_mistake(nlu) -> None:
    text = page([(FEE, result("tach ho mat bao nhieu"))], nlu)
    assert text.index("tach_ho/ask_fee: tách hộ mất bao nhiêu tiền") < text.index("greet: chào em")
    assert text.count("<small>tach_ho/") + text.count("<small>greet") == NEAREST


def test_what_citizens_wrote_is_escaped(nlu) -> None:
    assert "<script>" not in page([(FEE, result("<script>alert(1)</script>"))], nlu)


def test_no_mistakes_make_an_empty_page(nlu) -> None:
    assert "0 lỗi trong 1 câu" in page([(Expected("smalltalk"), result("chào"))], nlu)
