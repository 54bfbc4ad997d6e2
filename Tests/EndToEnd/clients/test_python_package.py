"""The Python package as a whole: generated files, types, installation, the command."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from conftest import ROOT
from runpod_rpc import RunPodError

PACKAGE = ROOT / "clients" / "python"

# Every shape that Schema.swift can write, in places where the service has none yet.
OBJECT = {
    "type": "object",
    "properties": {
        "class": {"type": "string", "description": "A keyword."},
        "state": {"type": "string", "enum": ["on", "off"], "description": "A word."},
        "maybe": {"oneOf": [{"type": "integer"}, {"type": "null"}], "description": "A number or null."},
    },
    "required": ["class"],
    "additionalProperties": True,
}
PARAM_SCHEMAS = {
    "anything": {},
    "from": {"type": "string"},
    "tags": {"type": "object", "additionalProperties": {"type": "string"}},
    "things": {"type": "array", "items": OBJECT},
    "command": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "thing": {**OBJECT, "required": []},
    "list": {"type": "array", "items": {"type": "array", "items": {"type": "number", "minimum": 0}}},
}
METHODS = [
    {
        "name": name,
        "summary": "Sums up.",
        "params": [
            {"name": key, "description": "Something.", "required": key == "from", "schema": schema}
            for key, schema in PARAM_SCHEMAS.items()
        ],
        "result": {"name": "result", "schema": result},
        "errors": [],
    }
    for name, result in [
        ("deep/er/list", {"type": "object", "properties": {"things": {"type": "array", "items": OBJECT}}, "required": []}),
        ("deep/import", {"oneOf": [OBJECT, {"type": "null"}]}),
        ("odd/array", {"type": "array", "items": {"type": "boolean"}}),
        ("odd/any", {}),
    ]
] + [{"name": "$/note", "params": []}, {"name": "shutdown", "params": [], "result": {"name": "result", "schema": {}}}]


def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the generator."""
    argv = [sys.executable, str(PACKAGE / "tools" / "generate.py"), *arguments]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)


def mypy(folder: Path) -> subprocess.CompletedProcess[str]:
    """Checks a copy of the package."""
    argv = [sys.executable, "-m", "mypy", "--cache-dir", str(folder / ".mypy_cache")]
    return subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package to play with."""
    shutil.copytree(PACKAGE, tmp_path / "clients" / "python", ignore=shutil.ignore_patterns("__pycache__", "build"))
    return tmp_path / "clients" / "python"


def test_the_generated_files_are_those_of_the_document() -> None:
    result = generate("--check")
    assert result.returncode == 0, result.stderr


def test_the_package_is_typed(copy: Path) -> None:
    (copy / "runpod_rpc" / "example.py").write_text(
        "from runpod_rpc import AsyncClient, Client\n"
        "with Client() as client:\n"
        "    pod = client.pods.create(image_name='i', gpu_type_id='g', on_progress=print, timeout=5)['pod']\n"
        "    name: str = pod['name']\n"
        "    host: str = client.ssh.connect(pod_id=name)['connection']['host']\n"
        "    client.ssh.exec(pod_id=name, command=('echo', 'hello'), env={'A': 'b'})\n"
        "async def main() -> str:\n"
        "    async with AsyncClient() as client:\n"
        "        return (await client.pods.get(pod_id='a', timeout=1))['pod']['status']\n"
        "client.pods.get(pod='a')  # type: ignore[call-arg]\n"
        "client.pods.get(pod_id=1)  # type: ignore[arg-type]\n"
    )
    result = mypy(copy)
    assert result.returncode == 0, result.stdout


def test_every_form_of_schema_becomes_python(copy: Path, tmp_path: Path) -> None:
    document = tmp_path / "openrpc.json"
    document.write_text(json.dumps({"methods": METHODS}))
    argv = [sys.executable, str(copy / "tools" / "generate.py"), "--document", str(document)]
    subprocess.run(argv, check=True, timeout=60)
    (copy / "runpod_rpc" / "example.py").write_text(
        "from runpod_rpc import Client\n"
        "with Client() as client:\n"
        "    things = client.deep.er.list(from_='a', things=[{'class': 'c'}], command=['x'], list=[[1.5]])\n"
        "    flags: list[bool] = client.odd.array(from_='a', tags={'b': 'c'}, anything=object())\n"
        "    either = client.deep.import_(from_='a')\n"
        "    client.deep.er.list(from_='a', thing={'state': 'on'})\n"
        "    client.deep.er.list(from_='a', things=[{'state': 'on'}])  # type: ignore[typeddict-item]\n"
        "    number = None if either is None else either.get('maybe')\n"
    )
    (copy / "runpod_rpc" / "cli.py").unlink()
    result = mypy(copy)
    assert result.returncode == 0, result.stdout + (copy / "runpod_rpc" / "types.py").read_text()


def test_every_kind_of_the_document_has_an_exception() -> None:
    document = json.loads((ROOT / "protocol" / "openrpc.json").read_text())
    for method in document["methods"]:
        for error in method.get("errors", []):
            raised = RunPodError.of({"code": error["code"], "message": "", "data": {"kind": error["message"]}})
            assert type(raised) is not RunPodError, error


def test_pip_installs_it_and_its_command(copy: Path, tmp_path: Path, conformance_server: str, home: dict[str, str]) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    bin = tmp_path / "venv" / "bin"
    install = [bin / "pip", "install", "-q", "--disable-pip-version-check", copy]
    subprocess.run(install, check=True, timeout=300)
    env = {**home, "RUNPOD_RPC": conformance_server}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [bin / "runpod-rpc-py", *arguments], env=env, capture_output=True, text=True, timeout=60, check=False
        )

    assert json.loads(call("service/ping", "text=a=b", "n:=[1]", '{"c": "d"}').stdout) == {"text": "a=b", "n": [1], "c": "d"}
    steps = call("test.steps", "steps:=2", "ms:=150")
    assert re.findall(r"(\d+)%  (.*)", steps.stderr) == [("50", "Step 1/2: working"), ("100", "Step 2/2: working")]
    failed = call("test.failure", "kind=checksumMismatch")
    assert (failed.returncode, failed.stdout) == (51, "")
    assert "hint: Ask for something else." in failed.stderr
    assert call("service/ping", "oops").returncode == 64
    assert call().returncode == 64
    env["RUNPOD_RPC"] = os.devnull
    assert call("service/ping").returncode == 69
