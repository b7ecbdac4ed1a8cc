"""The factorised model on a corpus that a person can read: procedures and questions are learned apart."""

import pytest

from components.talk import PROCEDURE, Lesson, Talk
from components.understanding import ASK, NONE, QUESTION_INTENTS, Costs, Example, Following, Model, train
from tests.components.samples import PROCEDURES, QUESTIONS, UNSEEN, corpus, views, written

TWICE = corpus() * 2
"""What is rare has no feature."""


@pytest.fixture(scope="module")
def model() -> Model:
    return train(TWICE, Costs())


def test_a_pair_never_seen_together_is_understood(model) -> None:
    procedure, question = UNSEEN
    assert (procedure, question) not in {(about, intent) for _, intent, about in written()}
    for text in QUESTIONS[question]:
        meaning = model.understand(views(text.format(PROCEDURES[procedure])))
        assert (meaning.acts[0][0], f"ask_{meaning.questions[0][0]}") == (ASK, question)
        assert meaning.procedures[0][0] == procedure


def test_what_was_taught_is_known(model) -> None:
    for text, intent, procedure in written():
        meaning = model.understand(views(text))
        assert meaning.acts[0][0] == (ASK if intent in QUESTION_INTENTS else intent), text
        if procedure:
            assert f"ask_{meaning.questions[0][0]}" == intent, text
            assert meaning.procedures[0][0] == procedure, text


def test_rankings_are_probabilities_of_every_label(model) -> None:
    meaning = model.understand(views("tách hộ lệ phí bao nhiêu"))
    for ranking, labels in (
        (meaning.acts, {ASK, "greet", "thank"}),
        (meaning.questions, {name.removeprefix("ask_") for name in QUESTIONS}),
        (meaning.procedures, set(PROCEDURES)),
    ):
        assert {label for label, _ in ranking} == labels
        assert sum(p for _, p in ranking) == pytest.approx(1.0, abs=1e-5)


def test_accents_do_not_matter(model) -> None:
    assert model.understand(views("tam vang can giay to gi")).procedures[0][0] == "khai_bao_tam_vang"
    assert model.best_question(views("tam vang can giay to gi"))[0] == "documents"


def test_training_twice_gives_the_same(model) -> None:
    again, view = train(TWICE, Costs()), views("ra đâu nộp tách hộ")
    assert again.understand(view) == model.understand(view)


def details() -> list[Example]:
    """Cases of one procedure, a choice for unclear texts, fields for texts out of scope."""
    made = corpus()
    for number in range(4):
        made += [
            Example(views(f"tách hộ sau ly hôn {number}"), "ask_overview", "tach_ho", case="da_ly_hon"),
            Example(views(f"tách hộ chung nhà {number}"), "ask_overview", "tach_ho"),
            Example(views(f"làm thẻ {number}"), "unclear", choice="the"),
            Example(views(f"làm giấy {number}"), "unclear", choice="giay"),
            Example(views(f"thuế đất {number}"), "out_of_scope", field="thue"),
            Example(views(f"bằng lái xe {number}"), "out_of_scope", field="giao_thong"),
        ]
    return made


def test_details_belong_to_the_best_procedure_or_act() -> None:
    model = train(details(), Costs())
    assert set(model.details.scales) == {"case/tach_ho"}
    assert model.understand(views("tách hộ sau ly hôn")).details["case/tach_ho"][0][0] == "da_ly_hon"
    assert model.understand(views("tách hộ chung nhà")).details["case/tach_ho"][0][0] == NONE
    assert model.understand(views("làm thẻ")).details["choice"][0][0] == "the"
    assert model.understand(views("thuế đất")).details["field"][0][0] == "thue"
    assert not model.understand(views("tạm vắng lệ phí bao nhiêu")).details


def test_details_of_the_matter_talked_about_are_read_too() -> None:
    meaning = train(details(), Costs()).understand(views("tạm vắng sau ly hôn"), Talk("tach_ho"))
    assert meaning.details["case/tach_ho"][0][0] == "da_ly_hon"


def test_a_text_amid_a_talk_teaches_its_situation_and_nothing_else() -> None:
    amid = [
        Example(views(f"phòng {number} mét ba người"), "odd_intent", "tach_ho", "odd_case", "chat_hep", alone=False)
        for number in range(4)
    ]
    model = train([*details(), *amid], Costs())
    assert "odd_intent" not in model.main.scales["act"].labels
    assert "odd_case" not in model.details.scales["case/tach_ho"].labels
    meaning = model.understand(views("phòng 9 mét ba người"), Talk("tach_ho"))
    assert meaning.details["situation/tach_ho"][0][0] == "chat_hep"
    assert (
        meaning.procedures[0][0] == train(details(), Costs()).understand(views("phòng 9 mét ba người")).procedures[0][0]
    )


def talks() -> list[Following]:
    """Papers after a split, and what goes on about a divorce that was told just before."""
    said, asked = Talk("tach_ho", "overview", "procedure"), "tach_ho"
    found = [
        Following(
            views(f"làm thẻ làm giấy {number}"),
            (views("em muốn tách hộ"),),
            Lesson(said, PROCEDURE, "", "eligibility", asked, situation="chat_hep"),
        )
        for number in range(12)
    ]
    found += [
        Following(
            views("thế có được không"),
            (views(before),),
            Lesson(said, PROCEDURE, "", "eligibility", asked, case, "tu_y" if case else ""),
        )
        for before, case in [("tách hộ sau ly hôn", "da_ly_hon"), ("tách hộ chung nhà", "")] * 8
    ]
    return found + [
        Following(views(text), (), Lesson(said, "smalltalk", "", "")) for text in ("cảm ơn ad", "ok em", "vâng ạ")
    ]


def test_a_conversation_teaches_details_and_how_to_go_on() -> None:
    said = Talk("tach_ho", "overview", "procedure")
    model = train(details(), Costs(), talks())
    meaning = model.understand(views("làm thẻ làm giấy 9"), said)
    assert meaning.details["situation/tach_ho"][0][0] == "chat_hep"
    assert meaning.talk is not None and {kind for kind, _ in meaning.talk.kinds} == {PROCEDURE, "smalltalk"}
    assert train(details(), Costs()).understand(views("cảm ơn ad"), said).talk is None


def test_the_same_words_mean_what_was_said_before_them() -> None:
    model, talk, text = train(details(), Costs(), talks()), Talk("tach_ho", "overview"), views("thế có được không")
    found = {
        before: dict(model.understand(text, talk, [views(before)]).details["case/tach_ho"])["da_ly_hon"]
        for before in ("tách hộ sau ly hôn", "tách hộ chung nhà")
    }
    assert found["tách hộ sau ly hôn"] > 2 * found["tách hộ chung nhà"]


def test_a_corpus_without_questions_trains_too() -> None:
    acts = [example for example in corpus() if not example.procedure]
    meaning = train(acts * 6, Costs()).understand(views("cảm ơn ad"))
    assert meaning.acts[0][0] == "thank"
    assert meaning.procedures == [(NONE, 1.0)]
