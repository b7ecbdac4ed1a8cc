from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from procedures.buttons import Question
from procedures.model import Check, Entry, Source
from procedures.render import Page, Point, source_line, text_of
from procedures.wording import FINE_CAUTION, MEDIUM_MARK, MEDIUM_NOTE
from tests.procedures.samples import TODAY, catalog_of, entry, procedure

CATALOG = catalog_of()


def render(*entries: Entry, question: str = "fee", situation: str | None = None, **more: object) -> list[str]:
    ask = Question("thu_tuc", question, situation=situation)
    page = Page(ask, procedure(), tuple(Point(one) for one in entries), **more)  # type: ignore[arg-type]
    return text_of(page, CATALOG).splitlines()


def sourced(*articles: str) -> list[str]:
    facts = [entry(sources=(Source("luat_mau", article),)) for article in articles]
    return list(source_line([Point(fact) for fact in facts], CATALOG, brief=True)[0])


def test_one_fact_stands_alone_under_its_heading() -> None:
    lines = render(entry("Nộp **{fee}**.", amounts={"fee": 15000}))
    assert lines == [
        "**Lệ phí – Thủ tục mẫu**",
        "Nộp **15.000 đồng**.",
        "_Căn cứ: Luật mẫu Điều 1. Kiểm tra 22/11/2026._",
    ]


def test_several_facts_are_points() -> None:
    assert render(entry("Một."), entry("Hai."))[1:3] == ["• Một.", "• Hai."]


def test_the_heading_names_the_case() -> None:
    assert render(entry(), assumed="Nhà thuê")[0] == "**Lệ phí – Thủ tục mẫu** (Nhà thuê)"


def test_an_overview_is_headed_by_the_name_alone() -> None:
    assert render(entry(), question="overview")[0] == "**Thủ tục mẫu**"


def test_a_situation_speaks_without_heading_and_points() -> None:
    assert render(entry("Một."), entry("Hai."), situation="x")[:2] == ["Một.", "Hai."]


def test_steps_on_one_line_get_a_line_each_and_no_points() -> None:
    lines = render(entry("1. Khai đủ. 2. Nộp theo Điều 3. Chờ. 3. Nhận."), entry("Lưu ý."), question="steps")
    assert lines[1:5] == ["1. Khai đủ.", "2. Nộp theo Điều 3. Chờ.", "3. Nhận.", "• Lưu ý."]


def test_numbers_inside_an_ordinary_sentence_stay_where_they_are() -> None:
    assert render(entry("Theo khoản 1. 2. và 3. của Điều 5."))[1] == "Theo khoản 1. 2. và 3. của Điều 5."


def test_a_label_before_steps_has_its_own_line() -> None:
    page = Page(
        Question("thu_tuc", "steps"), procedure(), (Point(entry("1. Khai."), "Nhà thuê"), Point(entry("Thêm.")))
    )
    assert text_of(page, CATALOG).splitlines()[1:4] == ["**Nhà thuê:**", "1. Khai.", "• Thêm."]


def test_medium_confidence_is_told_once() -> None:
    medium = entry(checked=Check(TODAY, "", "medium"))
    assert render(medium, medium).count(MEDIUM_NOTE) == 1


def test_a_clause_of_an_article_cited_as_a_whole_is_not_named_again() -> None:
    facts = [entry(sources=(Source("luat_la", article),)) for article in ("Điều 21", "Điều 21 khoản 2", "Điều 2")]
    assert source_line([Point(fact) for fact in facts], CATALOG)[0] == ("luat_la Điều 21, Điều 2",)


def test_a_doubt_is_told_instead_with_its_sums_and_in_the_source_line() -> None:
    fact = entry(
        "Nộp {fee}.", amounts={"fee": 30000}, unconfirmed="Mức {fee} có thể đổi.", checked=Check(TODAY, "", "medium")
    )
    lines = render(fact)
    assert "Mức 30.000 đồng có thể đổi." in lines
    assert MEDIUM_NOTE not in lines
    assert lines[-1].endswith("chưa xác nhận cho thời gian này._")


def test_what_nobody_knows_is_told_too() -> None:
    assert "Mẫu đơn: chưa xác nhận." in render(entry(), unknown=("Mẫu đơn: chưa xác nhận.",))


def test_a_fine_is_always_followed_by_who_decides_but_once() -> None:
    fine = entry("Phạt {a}.", amounts={"a": 500_000})
    own = entry(f"Phạt {{a}}. {FINE_CAUTION}", amounts={"a": 500_000})
    assert "\n".join(render(fine, question="penalty")).count(FINE_CAUTION) == 1
    assert "\n".join(render(own, question="penalty")).count(FINE_CAUTION) == 1
    assert FINE_CAUTION not in render(fine, question="fee")


def test_cases_without_a_button_are_named() -> None:
    assert "Trường hợp khác: A; B. Anh/chị nhắn rõ để em trả lời đúng." in render(entry(), others=("A", "B"))


@pytest.mark.parametrize(
    ("articles", "shown"),
    [
        (("khoản 1 Điều 28",), "Luật mẫu khoản 1 Điều 28"),
        (("",), "Luật mẫu"),
        (("Điều 27", "khoản 1 Điều 28", "khoản 2 Điều 28"), "Luật mẫu Điều 27, 28"),
        (("Điều 25 khoản 4 (sửa bởi Luật 118/2025, Điều 5)",), "Luật mẫu Điều 25"),
        (("Điều 24, 25", "khoản 1 Điều 3"), "Luật mẫu Điều 3, 24, 25"),
        (("Phụ lục số II ban hành kèm theo",), "Luật mẫu Phụ lục số II ban hành kèm theo"),
    ],
)
def test_articles_are_short_on_a_phone(articles: tuple[str, ...], shown: str) -> None:
    assert sourced(*articles) == [shown]


def test_a_law_without_a_registry_entry_is_named_by_its_id() -> None:
    assert source_line([Point(entry(sources=(Source("luat_la", "Điều 1"),)))], CATALOG)[0] == ("luat_la Điều 1",)


def test_the_oldest_check_counts() -> None:
    facts = [entry(), entry(checked=Check(date(2026, 9, 1), "", "high"))]
    assert source_line([Point(fact) for fact in facts], CATALOG)[1] == date(2026, 9, 1)


def test_too_many_sources_end_with_an_ellipsis_and_no_second_dot() -> None:
    facts = [entry(str(n), sources=(Source(f"van_ban_dai_{n}" * 4, "Điều 1"),)) for n in range(9)]
    assert "…" in render(*facts)[-1] and "…." not in render(*facts)[-1]


def test_urgent_advice_is_not_interrupted_by_doubts() -> None:
    doubted = entry(checked=Check(TODAY, "", "medium"), item="b")
    page = Page(Question("thu_tuc", "overview"), procedure(), (Point(entry()), Point(doubted)))
    assert MEDIUM_MARK in text_of(page, CATALOG)
    urgent = text_of(replace(page, procedure=replace(procedure(), urgent=True)), CATALOG)
    assert MEDIUM_MARK not in urgent and MEDIUM_NOTE not in urgent
