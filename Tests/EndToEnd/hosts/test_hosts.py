"""Other people's clients and converters, each in an environment of its own that Tests/EndToEnd/hosts/make makes under .build/hosts."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from service import Service
from session import Session
from test_mcp import initialize

HERE = Path(__file__).parent
HOSTS = ROOT / ".build" / "hosts"
# What each version of the `mcp` package asks for, and how it is answered.
REVISIONS = {
    "1.2.1": "2024-11-05",
    "1.7.1": "2024-11-05",
    "1.9.4": "2025-03-26",
    "1.10.1": "2025-06-18",
    "1.30.0": "2025-11-25",
}


def run(environment: str, script: str, *command: str) -> Any:
    """What the script prints."""
    python = HOSTS / environment / "bin" / "python"
    assert python.exists(), f"{python} is not there; Tests/EndToEnd/hosts/make makes it"
    ended = subprocess.run([python, HERE / script, *command], capture_output=True, text=True, timeout=200, check=False)
    assert ended.returncode == 0, ended.stderr[-3000:]
    return json.loads(ended.stdout)


@pytest.mark.parametrize(("version", "revision"), REVISIONS.items())
def test_a_version_of_the_mcp_package(conformance_server: str, version: str, revision: str) -> None:
    seen = run(f"mcp-{version}", "client.py", conformance_server, "mcp")
    assert seen["revision"] == revision
    assert {"pods_create", "ssh_exec", "test_work"} <= set(seen["tools"])
    assert seen["status"]["dialect"] == "mcp"
    assert seen["structured"] == (revision >= "2025-06-18")
    assert seen["progress"] is None or len(seen["progress"]) >= 3
    assert seen["failure"][0] is True and seen["failure"][1].startswith("There is none.\nWait.")
    assert seen["in flight"] == 1, "the cancelled call is still being worked on"
    assert seen["prompts"] == []


@pytest.fixture(scope="module")
def converted(product: str) -> Any:
    """What each library makes of our tools."""
    return run("converters", "converters.py", product, "mcp")


def values(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of a value within a schema."""
    yield path, schema
    for name, member in (schema.get("properties") or {}).items():
        yield from values(member, f"{path}.{name}")
    if isinstance(items := schema.get("items"), dict):
        yield from values(items, f"{path}[]")


LIBRARIES = [
    "google-genai", "openai-agents", "openai-agents, strict", "langchain-mcp-adapters", "pydantic-ai",
    "pydantic-ai, strict",
]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_loses_nothing_of_our_schemas(converted: Any, product: str, library: str) -> None:
    ours = {tool["name"]: tool["inputSchema"] for tool in tools(product)}
    assert converted[library].keys() == ours.keys()
    for name, schema in converted[library].items():
        theirs = dict(values(schema, name))
        for path, value in values(ours[name], name):
            assert path in theirs, f"{path} is lost"
            kept = theirs[path]
            # Strict mode makes every param that may be absent nullable.
            kinds = {kept["type"]} if isinstance(kept.get("type"), str) else set(kept.get("type") or [])
            kinds |= {part.get("type") for part in kept.get("anyOf", kept.get("any_of", []))}
            assert value["type"] in {str(kind).lower() for kind in kinds}, f"{path}: {kept}"


def tools(product: str) -> list[dict[str, Any]]:
    """All of our tools."""
    with Session(product, "mcp") as session:
        session.send(initialize("2025-11-25"))
        session.receive()
        session.request(1, "tools/list")
        return list(session.receive()["result"]["tools"])


def test_each_param_has_one_type_and_nothing_that_a_library_fails_at(product: str) -> None:
    for tool in tools(product):
        for path, schema in values(tool["inputSchema"], tool["name"]):
            assert isinstance(schema.get("type"), str), f"{path} has no type"
            assert not {"oneOf", "anyOf", "allOf", "$ref", "$defs"} & schema.keys(), path
            assert not isinstance(schema.get("additionalProperties"), bool), path
        assert not {"openStdin", "stream", "follow", "detach"} & tool["inputSchema"]["properties"].keys()


def test_the_models_share_of_the_list_is_small(product: str) -> None:
    share = [{key: tool[key] for key in ("name", "description", "inputSchema")} for tool in tools(product)]
    assert len(json.dumps(share, separators=(",", ":"), ensure_ascii=False).encode()) < 30 * 1024
    assert [tool["name"] for tool in share][:3] == ["pods_list", "pods_create", "pods_wait"]


def test_the_texts_call_tools_by_their_names(product: str, service: Service) -> None:
    methods = {m["name"] for m in service.call("rpc.discover")["methods"] if "/" in m["name"]}
    for tool in tools(product):
        texts = [tool["description"], *(s["description"] for _, s in values(tool["inputSchema"], "") if "description" in s)]
        for text in texts:
            named = [method for method in methods if re.search(rf"(?<![\w./~-]){method}(?![\w/])", text)]
            assert not named, f"{tool['name']}: {text}"
