"""The classifier as Rasa runs it: real messages, a real store of models, thresholds that ask back."""

import inspect
from collections.abc import Sequence
from typing import Any

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components import classifier, tokenizer
from components.classifier import HELPERS, RANKING_LENGTH, UNCLEAR, UNDERSTANDING, FactorisedClassifier
from components.talk import GROUPS
from components.tokenizer import VietnameseTokenizer
from storage.settings import ROOT
from tests.components.samples import ENCODABLE, written

TOKENIZER = VietnameseTokenizer(VietnameseTokenizer.get_default_config())
ASKED = ("tách hộ ở đâu", "tam vang can giay to gi", "chào ad", "làm lại căn cước lệ phí bao nhiêu", "zzz", "🙂")
RESOURCE = Resource("classifier")
ENDS = ("", " ạ")


def training_data(extra: Sequence[Message] = ()) -> TrainingData:
    """Every text twice, the second time politely: what is rare has no feature."""
    messages = [
        Message.build(text + end, intent, intent_metadata={"procedure": procedure} if procedure else None)
        for text, intent, procedure in written()
        for end in ENDS
    ]
    return TOKENIZER.process_training_data(TrainingData([*messages, *extra]))


def make(storage: LocalModelStorage, **config: Any) -> FactorisedClassifier:
    defaults = FactorisedClassifier.get_default_config()
    return FactorisedClassifier.create({**defaults, **config}, storage, RESOURCE, None)


@pytest.fixture(scope="module")
def storage(tmp_path_factory) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def trained(storage) -> FactorisedClassifier:
    made = make(storage)
    assert made.train(training_data()) == RESOURCE
    return made


def read(component: FactorisedClassifier, text: str) -> dict[str, Any]:
    [message] = component.process(TOKENIZER.process([Message({TEXT: text})]))
    return message.as_dict(only_output_properties=True)


def changed(component: FactorisedClassifier, **config: Any) -> FactorisedClassifier:
    """The same model under another configuration."""
    return FactorisedClassifier({**component.config, **config}, component.storage, RESOURCE, component.model)


def test_the_loaded_model_says_the_same(trained, storage) -> None:
    loaded = FactorisedClassifier.load(trained.config, storage, RESOURCE, None)
    assert [read(loaded, text) for text in ASKED] == [read(trained, text) for text in ASKED]


def test_a_question_has_its_intent_procedure_and_understanding(trained) -> None:
    said = read(trained, "Tạm vắng cần giấy tờ gì")
    assert said[INTENT]["name"] == "ask_documents"
    [entity] = said[ENTITIES]
    assert (entity["entity"], entity["value"], entity["start"], entity["end"]) == (
        "procedure", "khai_bao_tam_vang", 0, len("Tạm vắng cần giấy tờ gì"),
    )  # fmt: skip
    understood = said[UNDERSTANDING]
    assert (understood["act"], understood["questions"]) == ("ask", ["documents"])
    assert understood["procedure"] == understood["procedures"][0][0] == "khai_bao_tam_vang"


def test_an_act_has_its_intent(trained) -> None:
    assert read(trained, "cảm ơn ad")[INTENT]["name"] == "thank"


def test_two_questions_are_both_kept(trained) -> None:
    said = read(changed(trained, second_question_threshold=0.2), "tách hộ lệ phí bao nhiêu và cần giấy tờ gì")
    assert said[UNDERSTANDING]["questions"] == ["fee", "documents"]
    said = read(changed(trained, second_question_threshold=1.1), "tách hộ lệ phí bao nhiêu và cần giấy tờ gì")
    assert len(said[UNDERSTANDING]["questions"]) == 1


@pytest.mark.parametrize("text", [text for text in ENCODABLE if text])
def test_any_text_gets_an_intent_and_a_ranking(trained, text) -> None:
    said = read(trained, text)
    assert said[INTENT] == said[INTENT_RANKING_KEY][0]
    assert len(said[INTENT_RANKING_KEY]) <= RANKING_LENGTH


@pytest.mark.parametrize("text", ["🙂", "?!"])
def test_a_text_without_words_is_unclear(trained, text) -> None:
    assert read(trained, text)[INTENT] == {"name": UNCLEAR, "confidence": 0.0}


def test_without_a_model_everything_is_unclear(storage) -> None:
    assert read(make(storage), "chào ad")[INTENT]["name"] == UNCLEAR


def test_an_unsure_act_is_unclear(trained) -> None:
    said = read(changed(trained, act_threshold=1.1), "chào ad")
    assert said[INTENT]["name"] == UNCLEAR
    assert said[INTENT_RANKING_KEY][1]["name"] == "greet"


DANGER = {
    "emergency": ("cứu với nó đâm em", "có người ngất rồi cứu với", "nó cầm dao đuổi em"),
    "report_fire": ("cháy nhà rồi", "cháy to lắm nhà bên", "khói bốc ra nhà cháy"),
}
PAPERS = "tách hộ ở đâu tạm vắng cần giấy tờ gì làm lại căn cước lệ phí bao nhiêu nộp tạm vắng chỗ nào"


@pytest.fixture(scope="module")
def watchful(tmp_path_factory) -> FactorisedClassifier:
    """A classifier that learned of danger too."""
    made = make(LocalModelStorage.create(tmp_path_factory.mktemp("watchful")))
    cries = [(text + end, act) for act, texts in DANGER.items() for text in texts for end in ENDS]
    made.train(training_data([Message.build(text, act) for text, act in cries]))
    return made


def test_danger_between_other_matters_of_a_long_text_is_the_act(watchful) -> None:
    text = f"{PAPERS} cháy nhà rồi cứu với có người ngất nhà cháy to lắm nó đâm em cứu với cháy nhà rồi {PAPERS}"
    unheard = changed(watchful, alarm_threshold=1.1)
    assert read(unheard, text)[INTENT]["name"] not in GROUPS["danger"]
    found = read(watchful, text)
    assert found[INTENT]["name"] in GROUPS["danger"]
    kind, sure = found[UNDERSTANDING]["acts"][0]
    assert kind == found[INTENT]["name"] and sure == pytest.approx(found[INTENT]["confidence"], abs=1e-3)
    assert read(watchful, f"{PAPERS} {PAPERS}") == read(unheard, f"{PAPERS} {PAPERS}")


@pytest.mark.parametrize("config", [{"procedure_threshold": 1.1}, {"procedure_margin": 1.1}])
def test_an_unsure_or_close_procedure_is_not_named(trained, config) -> None:
    said = read(changed(trained, **config), "tạm vắng cần giấy tờ gì")
    assert said[ENTITIES] == [] and said[UNDERSTANDING]["procedure"] is None
    assert said[UNDERSTANDING]["procedures"][0][0] == "khai_bao_tam_vang"


def test_the_cases_of_the_named_procedure_are_ranked(trained, storage) -> None:
    extra = [
        Message.build(f"tách hộ {what} {n}", "ask_overview", intent_metadata={"procedure": "tach_ho", **case})
        for n in range(4)
        for what, case in (("sau ly hôn", {"case": "da_ly_hon"}), ("chung nhà", {}))
    ]
    made = make(LocalModelStorage(storage._storage_path / "details"))
    made.storage._storage_path.mkdir()
    made.train(training_data(extra))
    ranking = read(made, "tách hộ sau ly hôn")[UNDERSTANDING]["details"]["case/tach_ho"]
    assert ranking[0][0] == "da_ly_hon" and sum(p for _, p in ranking) == pytest.approx(1, abs=0.01)


def test_the_costs_reach_the_heads(trained, tmp_path) -> None:
    other = make(LocalModelStorage.create(tmp_path), act_cost=0.01, procedure_cost=0.01, question_cost=0.01)
    other.train(training_data())
    for name in ("act", "procedure", "question"):
        one, two = (model.main.weights[:, model.main.columns(name)] for model in (trained.model, other.model))
        assert abs(one).sum() > abs(two).sum()


@pytest.mark.parametrize("helper", HELPERS)
def test_the_fingerprint_follows_every_helper(tmp_path, monkeypatch, helper) -> None:
    before = FactorisedClassifier.fingerprint_addon({})
    for name in HELPERS:
        (tmp_path / name).write_bytes((tokenizer.FOLDER / name).read_bytes())
    monkeypatch.setattr(tokenizer, "FOLDER", tmp_path)
    assert FactorisedClassifier.fingerprint_addon({}) == before
    with (tmp_path / helper).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert FactorisedClassifier.fingerprint_addon({}) != before


def test_helpers_are_all_that_predictions_depend_on() -> None:
    files = {path.name for path in (ROOT / "components").iterdir() if path.suffix in (".py", ".yml")}
    assert files - set(HELPERS) == {"__init__.py", "importer.py", "matchers.py", "rules.py", "talks.py"}


def test_every_key_of_the_configuration_is_explained_and_used() -> None:
    source = inspect.getsource(classifier)
    lines = [line.strip() for line in inspect.getsource(FactorisedClassifier.get_default_config).splitlines()]
    block_start = {"act_cost": True}
    for key in FactorisedClassifier.get_default_config():
        place = next(number for number, line in enumerate(lines) if line.startswith(f'"{key}":'))
        explained = lines[place - 1].startswith("#") or (key.endswith("_cost") and key not in block_start)
        assert explained, key
        # The costs are read by their kind.
        used = source.count(f'"{key}"') > 1 or f'"{key.removesuffix("_cost")}"' in source
        assert used, key


def test_it_needs_the_packages_it_imports() -> None:
    assert FactorisedClassifier.required_packages() == ["sklearn", "scipy"]
