"""The loaded release: what Rasa makes of texts and payloads, and results of actions against Rasa's own schema."""

import asyncio
import json
from dataclasses import replace

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa_sdk.executor import ActionExecutor
from ruamel.yaml import YAML

from actions import knowledge as actions_knowledge
from actions.payload import of_question, to_parse
from dialogue.brain import newest_model
from procedures import Question
from procedures.model import FormFile
from storage.outgoing import Enclosed
from storage.settings import ROOT
from tests.pipeline import MONDAY_MORNING

TOLD = {"at": MONDAY_MORNING.isoformat(), "offered": [], "waiting": False}


def domain() -> dict:
    return YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))


INTENTS = [next(iter(intent)) for intent in domain()["intents"]]


def parse(intent: str) -> dict:
    return {
        "text": "x",
        "intent": {"name": intent, "confidence": 0.9},
        "entities": [],
        "understanding": {"act": intent},
    }


@pytest.mark.parametrize("intent", INTENTS)
async def test_every_intent_has_a_rule_and_every_result_fits_the_schema(brain, knowledge, monkeypatch, intent) -> None:
    """The check that turns do not pay for: Rasa's own schema over what each action returns."""
    results = []
    original = ActionExecutor.run

    async def keep(self, call):
        result = await original(self, call)
        results.append((call["next_action"], result))
        return result

    monkeypatch.setattr(ActionExecutor, "run", keep)
    reaction = await brain.react("schema", "x", parse(intent), {"procedure": "tach_ho", "question": "fee"}, TOLD)
    assert reaction.outcome["status"] and reaction.replies
    assert [name for name, _ in results] != []
    for name, result in results:
        assert name in domain()["actions"]
        jsonschema.validate(json.loads(json.dumps(result)), RemoteAction.action_response_format_spec())


def test_every_action_of_the_domain_exists_and_none_is_missing(brain) -> None:
    endpoint = brain.agent.processor.action_endpoint
    # The executor finds every action class of the process; a test of the bench may have brought its stock one.
    ours = {name for name, run in endpoint.executor.actions.items() if run.__self__.__module__.startswith("actions.")}
    assert set(domain()["actions"]) == ours


async def test_no_rule_asks_for_a_clarification(brain, knowledge) -> None:
    reaction = await brain.react("c", "x", parse("no_such_intent"), None, TOLD)
    assert reaction.outcome["status"] == "clarified"


@pytest.mark.parametrize(
    "text", ["/ask_fee", "/restart", '/request_officer{"a": 1}', " /restart", "//restart", "\u00a0/restart", "/"]
)
async def test_a_typed_command_is_text(brain, text) -> None:
    data = await brain.understand(text)
    assert data["text"] == text
    assert data["intent"]["name"] not in ("restart", "session_start", "back")
    assert "understanding" in data


async def test_a_payload_with_odd_values_is_answered_or_asked_back(brain, knowledge) -> None:
    for values in (
        '{"procedure": "gone"}',
        '{"procedure": "tach_ho", "skip": "x"}',
        '{"procedure": "tach_ho", "case": "y"}',
        "",
    ):
        reaction = await brain.react("c", "x", to_parse("/ask_fee" + values, "x"), None, TOLD)
        assert reaction.outcome["status"] in ("answered", "clarified", "no_fact_in_force")


async def test_slots_come_back_without_the_outcome_and_the_store_is_empty(brain, knowledge) -> None:
    pressed = to_parse(of_question(Question("dang_ky_tam_tru", "fee", case="nha_thue")), "Lệ phí")
    reaction = await brain.react("c", "Lệ phí", pressed, {"procedure": "tach_ho"}, TOLD)
    assert reaction.slots["procedure"] == "dang_ky_tam_tru"
    assert (reaction.slots["case"], reaction.slots["question"]) == ("nha_thue", "fee")
    assert "outcome" not in reaction.slots
    assert not brain.store.slots


async def test_the_files_of_an_answer_come_beside_its_words(brain, knowledge, monkeypatch) -> None:
    known = knowledge(MONDAY_MORNING)
    form = replace(known.catalog.forms["ct01"], attached=FormFile("ct01.pdf", "application/pdf", "ab" * 32, b""))
    catalog = replace(known.catalog, forms={**known.catalog.forms, "ct01": form})
    monkeypatch.setattr(actions_knowledge, "_provider", lambda _: replace(known, catalog=catalog))
    for question, files in (("form", [Enclosed(form.caption, "ct01.pdf", "ab" * 32)]), ("fee", [])):
        pressed = to_parse(of_question(Question("dang_ky_tam_tru", question)), "x")
        reaction = await brain.react("c", "x", pressed, None, TOLD)
        [(text, buttons)] = reaction.replies
        assert text and buttons and reaction.files == files


async def test_the_outcome_of_an_earlier_turn_is_never_taken_for_this_one(brain, knowledge, monkeypatch) -> None:
    async def nothing(*_):
        return {"events": [], "responses": []}

    monkeypatch.setattr(ActionExecutor, "run", nothing)
    with pytest.raises(RuntimeError, match="no action answered"):
        await brain.react("c", "x", parse("thanks"), {"outcome": {"status": "answered"}}, TOLD)
    assert not brain.store.slots


async def test_conversations_at_the_same_time_do_not_mix(brain, knowledge) -> None:
    names = ["tach_ho", "dang_ky_tam_tru", "khai_bao_tam_vang", "thong_bao_luu_tru"]
    pressed = [to_parse(of_question(Question(name, "fee")), "x") for name in names]
    reactions = await asyncio.gather(
        *(brain.react(name, "x", one, None, TOLD) for name, one in zip(names, pressed, strict=True))
    )
    assert [reaction.outcome["procedure"] for reaction in reactions] == names


def test_the_newest_archive_is_loaded_and_none_is_said_plainly(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="make train"):
        newest_model(tmp_path)
    (tmp_path / "a.tar.gz").touch()
    assert newest_model(tmp_path).name == "a.tar.gz"


def test_what_turns_skip_is_really_skipped(brain) -> None:
    assert RemoteAction._validate_action_result({"events": "nonsense"}) is None
    assert CollectingOutputChannel and UserMessage
