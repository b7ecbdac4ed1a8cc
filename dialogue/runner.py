"""Run Rasa's prediction graph in a plain loop: its dask scheduler costs more than most of our nodes.

With `brain.py` and `tracker.py`, the only modules of `dialogue` that touch Rasa.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner


class PlainRunner(GraphRunner):  # type: ignore[misc]
    """The nodes of a loaded runner, each after the nodes it needs, one after the other."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self._nodes = loaded._instantiated_nodes
        self._schema = loaded._graph_schema
        self._plan = lru_cache(maxsize=8)(self._make_plan)

    @classmethod
    def create(cls, *arguments: Any, **named: Any) -> PlainRunner:
        """As every runner is made, from a schema and its storage."""
        return cls(DaskGraphRunner.create(*arguments, **named))

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of the target nodes, by name; only the nodes they need are run."""
        wanted = tuple(targets or self._schema.target_names)
        known: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needed in self._plan(wanted):
            known[name] = self._nodes[name](*(known.get(one, one) for one in needed))
        return dict(known[name] for name in wanted)

    def _make_plan(self, targets: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Every node to run with what it needs, in an order in which that is there."""
        nodes = self._schema.minimal_graph_schema(list(targets)).nodes
        plan: dict[str, tuple[str, ...]] = {}

        def add(name: str) -> None:
            if name in nodes and name not in plan:
                for one in nodes[name].needs.values():
                    add(one)
                plan[name] = tuple(nodes[name].needs.values())

        for target in targets:
            add(target)
        return tuple(plan.items())
