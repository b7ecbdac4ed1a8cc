"""A pipeline with a fake model, on a real database."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.pipeline import FakeBrain, Line


@pytest.fixture
def fake() -> FakeBrain:
    return FakeBrain()


@pytest.fixture
def chat(session_of: Any, fake: FakeBrain) -> Line:
    return Line(session_of(fake))


@pytest.fixture
def dies_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets the process die right after what the pipeline calls by this name."""
    from dialogue import turn as pipeline

    def after(name: str) -> None:
        original = getattr(pipeline, name)

        async def dies(*args: Any, **kwargs: Any) -> None:
            await original(*args, **kwargs)
            raise KeyboardInterrupt

        monkeypatch.setattr(pipeline, name, dies)

    return after
