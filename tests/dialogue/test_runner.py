"""The plain runner gives what Rasa's own gives."""

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.nlu.training_data.message import Message

TEXTS = ("đăng ký tạm trú cần giấy tờ gì", "mat can cuoc lam lai bao nhieu tien", "chào bạn", "…")


@pytest.fixture
def stock(brain):
    """Rasa's runner on the same nodes."""
    plain, runner = brain.agent.processor.graph_runner, object.__new__(DaskGraphRunner)
    runner._graph_schema, runner._instantiated_nodes = plain._schema, plain._nodes
    runner._execution_context = None
    return runner


@pytest.mark.parametrize("text", TEXTS)
def test_understands_as_rasas_runner_does(brain, stock, text) -> None:
    processor = brain.agent.processor
    target = [processor.model_metadata.nlu_target]

    def parsed(runner) -> dict:
        inputs = {"__message__": [UserMessage(text)], "__tracker__": None}
        [message] = runner.run(inputs=inputs, targets=target)[target[0]]
        assert isinstance(message, Message)
        return message.as_dict(only_output_properties=True)

    assert parsed(processor.graph_runner) == parsed(stock)


def test_runs_only_what_a_target_needs(brain) -> None:
    processor = brain.agent.processor
    plan = [name for name, _ in processor.graph_runner._plan((processor.model_metadata.nlu_target,))]
    assert not [name for name in plan if "Policy" in name]
    assert plan.index("run_components.tokenizer.VietnameseTokenizer0") < plan.index(
        "run_components.classifier.FactorisedClassifier2"
    )


def test_a_missing_input_is_an_error(brain) -> None:
    processor = brain.agent.processor
    with pytest.raises(Exception, match="__message__"):
        processor.graph_runner.run(inputs={}, targets=[processor.model_metadata.nlu_target])
