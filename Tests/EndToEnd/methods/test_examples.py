"""Every example of `protocol/openrpc.json`, carried out in the sandbox: it works, and what it gets looks as written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from methods.stage import Stage
from sandbox import Sandbox
from contract import methods, mismatches

# One stage for all of them.
pytestmark = pytest.mark.xdist_group("examples")

EXAMPLES = [
    pytest.param(name, example, id=f"{name}: {example['name']}")
    for name, method in methods().items()
    if "result" in method
    for example in method["examples"]
]


@pytest.fixture(scope="module")
def stage(product: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One service for all examples, in a sandbox of their own."""
    with Sandbox() as sandbox, Stage(product, sandbox, tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@pytest.mark.parametrize(("method", "example"), EXAMPLES)
def test_example(stage: Stage, method: str, example: dict[str, Any]) -> None:
    names = stage.prepare(method)
    params = {param["name"]: replaced(param["value"], names) for param in example["params"]}
    result = stage.service_for(method).call(method, 240, **params)
    assert mismatches(method, "result", result) == []
    assert differences(example["result"]["value"], result, methods()[method]["result"]["schema"]) == []


def replaced(value: Any, names: dict[Any, Any]) -> Any:
    """A value of an example with the things of this sandbox in it."""
    match value:
        case dict():
            return {key: replaced(member, names) for key, member in value.items()}
        case list():
            return [replaced(element, names) for element in value]
        case str() | int():
            return names.get(value, value)
    return value


def counterpart(written: Any, real: list[Any]) -> Any:
    """The element of this name, or the first."""
    name = written.get("name") if isinstance(written, dict) else None
    return next((each for each in real if name and each.get("name") == name), real[0])


def differences(written: Any, real: Any, schema: dict[str, Any], path: str = "$") -> list[str]:
    """Where a real result has less than the example shows, or another word where there are only few."""
    match written:
        case dict() if isinstance(real, dict):
            members = schema.get("properties", {})
            return [f"{path}: no {key}" for key in written.keys() - real.keys()] + [
                found
                for key in written.keys() & real.keys()
                for found in differences(written[key], real[key], members.get(key, {}), f"{path}.{key}")
            ]
        case list() if written and isinstance(real, list):
            if not real:
                return [f"{path}: nothing in it"]
            shown = counterpart(written[0], real)
            return differences(written[0], shown, schema.get("items", {}), f"{path}[0]")
        case str() if "enum" in schema and written != real:
            return [f"{path}: {real}, not {written}"]
    return []
