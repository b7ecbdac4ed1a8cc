from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from procedures.answer import MAX_BUTTONS, Answer, Question, answer
from procedures.model import Case, Check, Entry, Procedure, Situation, Source
from procedures.wording import MORE, OFFICER
from tests.procedures.samples import TODAY, catalog_of, entry, procedure

CASES = (Case("a", "Nhãn a", usual=True), Case("b", "Nhãn b"))
LOW, MEDIUM = Check(TODAY, "", "low"), Check(TODAY, "", "medium")


def ask(one: Procedure, question: str = "fee", on: date = TODAY, **more: object) -> Answer:
    return answer(Question("thu_tuc", question, **more), catalog_of(one), on)  # type: ignore[arg-type]


def own(text: str, *cases: str, **more: object) -> Entry:
    return entry(text, item=text, cases=frozenset(cases), **more)


def labels(said: Answer) -> list[str]:
    return [button.label for button in said.buttons]


def test_an_unknown_procedure_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        answer(Question("khong_co", "fee"), catalog_of(), TODAY)


def test_before_the_first_day_there_is_no_answer_but_an_officer() -> None:
    said = ask(procedure(fee=(entry("Nộp tiền."),)), on=date(2025, 12, 31))
    assert said.status == "no_fact_in_force"
    assert "Nộp tiền" not in said.text and "31/12/2025" in said.text
    assert labels(said) == [OFFICER]
    assert (said.sources, said.checked) == ((), None)


def test_what_is_known_to_be_unknown_gives_its_reason() -> None:
    said = ask(procedure(fee=(entry("Mức thu đang chờ thông tư.", kind="unknown"),)))
    assert said.status == "no_fact_in_force"
    assert "đang chờ thông tư" in said.text


def test_a_low_fact_is_never_served() -> None:
    said = ask(procedure(fee=(entry("Bí mật.", checked=LOW),)))
    assert said.status == "no_fact_in_force" and "Bí mật" not in said.text


def test_a_low_fact_is_no_source_either() -> None:
    low = entry("Bí mật.", checked=LOW, sources=(Source("nd_mau", "Điều 9"),))
    said = ask(procedure(fee=(entry(), replace(low, item="b"))), "legal_basis")
    assert said.sources == ("Luật mẫu",)


def test_a_medium_fact_offers_an_officer_within_the_six_buttons() -> None:
    questions = {name: (entry(),) for name in ("online", "documents", "processing_time", "where")}
    cases = tuple(own(f"Riêng {n}.", "b") for n in range(5))
    said = ask(procedure(CASES, fee=(entry(checked=MEDIUM), *cases), **questions))
    assert len(said.buttons) <= MAX_BUTTONS
    assert labels(said)[-1] == OFFICER


def test_the_said_case_comes_first_and_others_stay_out() -> None:
    one = procedure(CASES, fee=(entry("Chung."), own("Của a.", "a"), own("Của b.", "b")))
    text = ask(one, case="b").text
    assert text.index("Của b.") < text.index("Chung.") and "Của a." not in text


def test_without_a_case_the_usual_one_is_shown_by_name_and_the_other_offered() -> None:
    said = ask(procedure(CASES, fee=(own("Trả năm đồng.", "a"), own("Của b.", "b"))))
    assert "**Nhãn a:** Trả năm đồng." in said.text and "Của b." not in said.text
    assert labels(said) == ["Nhãn b"]
    assert said.buttons[0].ask and said.buttons[0].ask.case == "b"


def test_without_a_usual_case_everything_is_shown_by_name() -> None:
    said = ask(procedure(CASES, fee=(own("Của riêng nhóm này.", "b"),)))
    assert "**Nhãn b:** Của riêng nhóm này." in said.text


def test_a_case_the_procedure_does_not_have_is_forgotten() -> None:
    said = ask(procedure(CASES, fee=(entry("Chung."),)), case="la", situation="la")
    assert (said.question.case, said.question.situation) == (None, None)


def test_a_case_about_which_nobody_knows_does_not_get_the_general_fact() -> None:
    unknown = own("Mức của b chưa xác nhận.", "b", kind="unknown")
    said = ask(procedure(CASES, fee=(entry("Chung."), unknown)), case="b")
    assert said.status == "no_fact_in_force"
    assert "Mức của b chưa xác nhận." in said.text and "Chung." not in said.text and "(Nhãn b)" in said.text


def test_a_part_that_nobody_knows_is_told_beside_the_facts() -> None:
    said = ask(procedure(form=(entry("Mẫu CT01."), entry("Mẫu khác: chưa rõ.", item="b", kind="unknown"))), "form")
    assert said.status == "answered"
    assert "Mẫu CT01." in said.text and "Mẫu khác: chưa rõ." in said.text
    assert labels(said)[-1] == OFFICER


def test_what_does_not_apply_says_why() -> None:
    said = ask(procedure(penalty=(entry("Không ai bị phạt.", kind="not_applicable"),)), "penalty")
    assert said.status == "answered" and "Không ai bị phạt." in said.text


def test_what_does_not_apply_to_one_case_does_not_hide_another() -> None:
    reasons = (own("Không phải chờ.", "a", kind="not_applicable"), own("Chưa rõ bao lâu.", "a", kind="unknown"))
    said = ask(procedure(CASES, processing_time=reasons), "processing_time")
    assert "Không phải chờ." in said.text and "Chưa rõ bao lâu." in said.text


def test_the_way_of_filing_that_was_asked_for_comes_first() -> None:
    facts = (own("Tại trụ sở.", channel="direct"), own("Trên mạng.", channel="online"))
    text = ask(procedure(fee=facts), channel="online").text
    assert text.index("Trên mạng.") < text.index("Tại trụ sở.")


def test_a_long_answer_goes_on_and_ends() -> None:
    facts = tuple(own(f"Điều thứ {n}. " + "x" * 100) for n in range(9))
    one, seen, skip, screens = procedure(fee=facts), "", 0, 0
    while True:
        said = ask(one, skip=skip)
        seen, screens = seen + said.text, screens + 1
        following = [button.ask.skip for button in said.buttons if button.label == MORE and button.ask]
        if not following:
            break
        skip = following[0]
    assert screens > 1
    assert all(seen.count(f"Điều thứ {n}.") == 1 for n in range(9))


def test_going_on_past_the_end_starts_again() -> None:
    assert "Một điều." in ask(procedure(fee=(entry(),)), skip=5).text


def test_an_overview_also_says_papers_time_and_money() -> None:
    one = procedure(overview=(entry("Là việc này."),), documents=(entry("Tờ khai."),), fee=(entry("Năm đồng."),))
    text = ask(one, "overview").text
    assert "**Giấy tờ cần có:** Tờ khai." in text and "**Lệ phí:** Năm đồng." in text


def test_an_overview_does_not_pass_one_cases_fee_off_as_everybodys() -> None:
    one = procedure(CASES, overview=(entry("Là việc này."),), fee=(own("Năm đồng.", "a"),))
    assert "**Lệ phí (Nhãn a):** Năm đồng." in ask(one, "overview").text
    assert "Năm đồng." not in ask(one, "overview", case="b").text


STEPS = tuple(entry(f"{n}. Bước thứ {n}.", item=f"buoc_{n}") for n in range(1, 6))


def test_steps_are_told_in_their_order_whatever_the_message_is_after() -> None:
    one = procedure(situations=(Situation("s", "Bước bốn", "steps", (STEPS[3],)),), steps=STEPS)
    plain = ask(one, "steps").text
    assert [plain.index(step.text) for step in STEPS] == sorted(plain.index(step.text) for step in STEPS)
    assert ask(one, "steps", first="buoc_4").text == plain
    assert ask(one, "steps", lead="s").text == plain


def test_a_numbered_step_does_not_lead_another_question_and_other_facts_do() -> None:
    more = entry("Mang thẻ cũ.", item="the_cu")
    one = procedure(steps=(*STEPS, more), overview=(entry("Là việc này."),))
    assert "Bước thứ 4" not in ask(one, "overview", first="buoc_4").text
    text = ask(one, "overview", first="the_cu").text
    assert text.index("Mang thẻ cũ.") < text.index("Là việc này.")


def test_where_a_question_does_not_arise_for_a_case_no_fact_about_others_leads() -> None:
    reason = own("Không phải làm gì.", "b", kind="not_applicable")
    one = procedure(CASES, where=(reason,), documents=(entry("Giấy của người khác.", item="giay"),))
    text = ask(one, "where", case="b", first="giay").text
    assert "Không phải làm gì." in text and "Giấy của người khác." not in text


def situation(*facts: Entry) -> Procedure:
    return procedure(situations=(Situation("s", "Chủ nhà không chịu", "fee", facts),), fee=(entry("Chung."),))


def test_a_situation_answers_itself_and_offers_its_question() -> None:
    said = ask(situation(entry("Tự làm được.")), situation="s")
    assert said.text.startswith("Tự làm được.")
    assert labels(said)[0] == "Lệ phí"


def test_a_situation_nobody_knows_about_is_no_answer() -> None:
    said = ask(situation(entry("Chưa xác nhận.", kind="unknown")), situation="s")
    assert said.status == "no_fact_in_force" and "Chưa xác nhận." in said.text


def test_a_situation_that_has_not_begun_gives_the_plain_question() -> None:
    said = ask(situation(entry("Mai sau.", since=date(2027, 1, 1))), situation="s")
    assert "Chung." in said.text and "Mai sau." not in said.text


def test_the_legal_basis_is_what_the_facts_of_the_day_cite_most_cited_first() -> None:
    decree = (Source("nd_mau", "Điều 5"),)
    later = entry(item="mai", since=date(2027, 1, 1), sources=(Source("luat_mau", "Điều 2"),))
    said = ask(procedure(fee=(entry(sources=decree), later), where=(entry(sources=decree),)), "legal_basis")
    assert said.sources == ("NĐ 5/2024",)
    assert "• NĐ 5/2024: Quy định chi tiết" in said.text


def test_without_any_source_there_is_no_legal_basis() -> None:
    assert ask(procedure(fee=(entry(sources=()),)), "legal_basis").status == "no_fact_in_force"
