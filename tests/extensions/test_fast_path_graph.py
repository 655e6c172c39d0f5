"""Our runner of the graph gives what Rasa's own gives, and fails as it fails."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from bot.extensions import fast_path


class Adds(GraphComponent):
    """Adds its `by` to a number, and counts how often it ran."""

    runs: ClassVar[dict[str, int]] = {}

    def __init__(self, by: int) -> None:
        self._by = by

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Adds:
        return cls(config["by"])

    def add(self, number: int) -> int:
        self.runs[str(self._by)] = self.runs.get(str(self._by), 0) + 1
        return number + self._by

    def both(self, one: int, two: int) -> int:
        if one < 0:
            raise RuntimeError("negative")
        return one * two


def node(needs: dict[str, str], fn: str, by: int = 0) -> SchemaNode:
    return SchemaNode(needs=needs, uses=Adds, constructor_name="create", fn=fn, config={"by": by}, eager=True)


@pytest.fixture
def runner(tmp_path: Any) -> DaskGraphRunner:
    schema = GraphSchema(
        {
            "one": node({"number": "start"}, "add", 1),
            "two": node({"number": "one"}, "add", 2),
            "end": node({"one": "one", "two": "two"}, "both"),
        }
    )
    storage = LocalModelStorage.create(tmp_path)
    return DaskGraphRunner(schema, storage, ExecutionContext(schema))


def test_a_graph_gives_what_rasas_runner_gives(runner: DaskGraphRunner) -> None:
    for targets in (["end"], ["two"], ["one", "end"]):
        Adds.runs.clear()
        ours = fast_path.run_graph(runner, {"start": 4}, targets)
        assert Adds.runs["1"] == 1, "a node runs once, whoever needs it"
        assert ours == DaskGraphRunner.run(runner, {"start": 4}, targets)
    assert fast_path.run_graph(runner, {"start": 4}, ["end"]) == {"end": 35}


def test_a_graph_fails_as_rasas_runner_fails(runner: DaskGraphRunner) -> None:
    for run in (fast_path.run_graph, DaskGraphRunner.run):
        with pytest.raises(Exception, match="Error running graph component for node end") as failure:
            run(runner, {"start": -10}, ["end"])
        assert not isinstance(failure.value, AssertionError)
        with pytest.raises(GraphRunError, match="Missing input"):
            run(runner, {}, ["end"])
