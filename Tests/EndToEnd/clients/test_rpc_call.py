"""`runpod-rpc-call`: params, results, progress, errors, cancellation."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from clients.shell import SHELL, Terminal, run, wait_until_gone
from conftest import ROOT

COMMAND = str(SHELL / "runpod-rpc-call")
Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def env(conformance_server: str, home: dict[str, str]) -> dict[str, str]:
    """An environment whose service has the conformance cases' methods."""
    return {**home, "RUNPOD_RPC": conformance_server}


@pytest.fixture
def call(env: dict[str, str]) -> Call:
    """Runs the command."""
    return lambda *arguments, stdin="", **more: run("runpod-rpc-call", *arguments, env={**env, **more}, stdin=stdin)


def test_params_in_every_form(call: Call, tmp_path: Path) -> None:
    (tmp_path / "params.json").write_text('{\n  "a": {"b": [1, 2]},\n  "c": "d"\n}\n')
    text = 'it\'s "é" \\ $HOME\n\tend'
    assert json.loads(call("service/ping", f"text={text}", "n:=1", "list:=[true, null]").stdout) == {
        "text": text,
        "n": 1,
        "list": [True, None],
    }
    assert json.loads(call("service/ping", '{"a": 1}', "b=2").stdout) == {"a": 1, "b": "2"}
    assert json.loads(call("service/ping", f"@{tmp_path}/params.json").stdout) == {"a": {"b": [1, 2]}, "c": "d"}
    assert json.loads(call("service/ping", "@-", stdin='{"from": "stdin"}').stdout) == {"from": "stdin"}
    assert json.loads(call("service/ping").stdout) == {}
    assert json.loads(call("subtract", "[5, 3]").stdout) == 2


def test_a_result_larger_than_a_pipe(call: Call) -> None:
    result = call("test.big", "bytes:=300000")
    assert (len(result.stdout), result.stderr) == (300_003, "")


def test_nothing_but_the_result_is_on_standard_output(call: Call) -> None:
    result = call("test.print", "text=stray")
    assert (result.returncode, result.stdout) == (0, "null\n")


def test_progress_without_a_terminal_is_a_line_a_step(call: Call) -> None:
    result = call("test.steps", "steps:=3", "ms:=200")
    assert [re.sub(r"^ *\d:\d\d *", "", line) for line in result.stderr.splitlines()] == [
        "33%  Step 1/3: working",
        "66%  Step 2/3: working",
        "100%  Step 3/3: working",
    ]
    assert call("--quiet", "test.steps", "steps:=3").stderr == ""


def test_many_reports_are_few_lines(call: Call) -> None:
    lines = call("test.progress", "reports:=1000").stderr.splitlines()
    assert lines[-1].endswith("report 999")
    assert len(lines) < 50


def test_progress_on_a_terminal_is_a_bar_and_a_line_a_step(env: dict[str, str]) -> None:
    with Terminal(COMMAND, "test.steps", "steps:=2", "ms:=150", env=env) as terminal:
        assert terminal.end() == 0
    assert re.search(r"\[#+ +\] +50%  0:0\d  Step 1/2: working", terminal.text)
    lines = terminal.text.rstrip().split("\r\n")
    left = [re.sub(r"^ *\d:\d\d *", "", line.rpartition("\x1b[K")[2]) for line in lines]
    assert left == ["Step 1/2: working", "Step 2/2: working", "null"]


KINDS = [
    pytest.param(kind, int(code), id=kind)
    for code, kind in re.findall(r"\b(\d\d)  (\w+)", (SHELL / "runpod-rpc-call").read_text())
    if 10 <= int(code) < 64
]


@pytest.mark.parametrize(("kind", "code"), KINDS)
def test_each_kind_has_its_exit_code(call: Call, kind: str, code: int) -> None:
    result = call("test.failure", f"kind={kind}")
    assert (result.returncode, result.stdout) == (code, "")
    assert "test.failure: It went wrong as asked." in result.stderr
    assert re.search(rf"kind: +{kind}", result.stderr)
    assert re.search(r"hint: +Ask for something else\.", result.stderr)
    assert re.search(r"exists: +podId pod-1", result.stderr)


def test_the_table_of_exit_codes_has_every_kind_of_the_document() -> None:
    document = json.loads((ROOT / "protocol" / "openrpc.json").read_text())
    kinds = {error["message"] for method in document["methods"] for error in method.get("errors", [])}
    assert len(KINDS) == 21
    assert kinds <= {case.values[0] for case in KINDS}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "which method?"),
        (["--nonsense", "service/ping"], "no option --nonsense"),
        (["service/ping", "not-json"], "must be a JSON object"),
        (["service/ping", "a=1", "oops"], "oops is not of the form"),
        (["service/ping", "a:=nope"], "what follows := must be JSON"),
        (["service/ping", "@/no/such/file"], "/no/such/file"),
        (["no/such"], "There is no method no/such."),
        (["subtract", "minuend=5", "subtrahend:=1"], "write minuend:=5"),
    ],
)
def test_what_makes_no_sense_is_64(call: Call, arguments: list[str], words: str) -> None:
    result = call(*arguments)
    assert (result.returncode, result.stdout) == (64, "")
    assert words in result.stderr


def test_a_service_that_is_not_there_or_dies_is_69(call: Call, tmp_path: Path) -> None:
    assert call("service/ping", RUNPOD_RPC="/no/such").returncode == 69
    assert "exit code 1" in call("service/ping", RUNPOD_RPC="/bin/false").stderr
    dying = tmp_path / "dying"
    dying.write_text('#!/bin/sh\necho "library is missing" >&2\nread line\nexit 7\n')
    dying.chmod(0o755)
    result = call("service/ping", RUNPOD_RPC=str(dying))
    assert result.returncode == 69
    assert "library is missing" in result.stderr
    assert "exit code 7" in result.stderr


def test_a_real_failure_says_what_to_do(product: str, home: dict[str, str]) -> None:
    result = run("runpod-rpc-call", "auth/validate", env={**home, "RUNPOD_RPC": product})
    assert result.returncode == 10
    assert "RUNPOD_API_KEY" in result.stderr


def service_of(terminal: Terminal) -> int:
    """The process id of the service that a command has started."""
    for path in Path(f"/proc/{terminal.pid}/task/{terminal.pid}").glob("children"):
        return int(path.read_text().split()[0])
    raise AssertionError("it has no child")


def test_ctrl_c_cancels_and_waits_for_the_answer(env: dict[str, str]) -> None:
    with Terminal(COMMAND, "test.sleep", "ms:=600000", env=env) as terminal:
        terminal.read_until("sleeping")
        service = service_of(terminal)
        terminal.type("\x03")
        assert terminal.end() == 130
    assert "cancelling test.sleep" in terminal.text
    assert "The request was cancelled." in terminal.text
    wait_until_gone(service)


@pytest.mark.parametrize("reading", ["read -r line", ""], ids=["the request", "nothing"])
def test_a_second_ctrl_c_ends_the_service(env: dict[str, str], tmp_path: Path, reading: str) -> None:
    """As often as it is typed, and while the first is still at work: who reads nothing leaves no room for the word to cancel."""
    stubborn = tmp_path / "stubborn"
    stubborn.write_text(
        f"#!/bin/bash\ntrap '' TERM\n{reading}\n"
        """echo '{"jsonrpc":"2.0","method":"$/progress","params":{"token":"call","value":{"kind":"report","message":"busy"}}}'\n"""
        "exec sleep 1000\n"
    )
    stubborn.chmod(0o755)
    params = tmp_path / "params.json"
    params.write_text(json.dumps({"text": "x" * (65536 - 110)}))
    for _ in range(20):
        with Terminal(COMMAND, "any/thing", f"@{params}", env={**env, "RUNPOD_RPC": str(stubborn)}) as terminal:
            terminal.read_until("busy")
            service = service_of(terminal)
            terminal.type("\x03")
            terminal.read_until("once more")
            terminal.type("\x03")
            assert terminal.end() == 130
        assert "what any/thing had begun is in the journal" in terminal.text
        wait_until_gone(service)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_cancel_as_well(env: dict[str, str], number: signal.Signals) -> None:
    with Terminal(COMMAND, "test.sleep", "ms:=600000", env=env) as terminal:
        terminal.read_until("sleeping")
        os.kill(terminal.pid, number)
        assert terminal.end() == 128 + number
    assert "The request was cancelled." in terminal.text


def test_methods_and_params_are_listed(product: str, home: dict[str, str]) -> None:
    env = {**home, "RUNPOD_RPC": product}
    methods = dict(line.split("\t") for line in run("runpod-rpc-call", "--methods", env=env).stdout.splitlines())
    document = json.loads(subprocess.run([product, "--openrpc"], capture_output=True, check=True).stdout)
    assert list(methods) == [method["name"] for method in document["methods"] if "result" in method]
    assert methods["service/ping"] == "Answers its params."
    created = next(method for method in document["methods"] if method["name"] == "pods/create")
    params = run("runpod-rpc-call", "--params", "pods/create", env=env).stdout.splitlines()
    assert [line.split("\t")[0] for line in params] == [param["name"] for param in created["params"]]


def test_it_works_through_a_link_and_without_a_locale(conformance_server: str, tmp_path: Path) -> None:
    link = tmp_path / "call"
    link.symlink_to(COMMAND)
    env = {"PATH": "/usr/bin:/bin", "RUNPOD_RPC": conformance_server, "LC_ALL": "C"}
    result = subprocess.run([link, "service/ping", "text=né"], env=env, capture_output=True, timeout=30, check=True)
    assert json.loads(result.stdout) == {"text": "né"}


def test_options_stand_before_or_after_the_method(call: Call) -> None:
    for arguments in (["--quiet", "test.steps", "steps:=2"], ["test.steps", "--quiet", "steps:=2"], ["test.steps", "steps:=2", "--quiet"]):
        result = call(*arguments)
        assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["runners/install", "podId=x", "repoUrl=https://github.com/o/r", "labels=gpu"], ["labels:='[\"gpu\"]'"]),
        (["runners/install", "podId=x", "repoUrl=https://github.com/o/r", "labels=gpu,big"], ["labels:='[\"gpu\",\"big\"]'"]),
        (["runners/install", "podId=x", "repoUrl=https://github.com/o/r", "ephemeral=yes"], ["ephemeral:=true"]),
        (["pods/list", "limit=5"], ["limit:=5"]),
    ],
)
def test_the_advice_on_a_type_works_as_it_is_written(
    product: str, home: dict[str, str], arguments: list[str], advice: list[str]
) -> None:
    """`labels=gpu` was told to be written `labels:=gpu`, which made "Send Content-Length headers"."""
    env = {**home, "RUNPOD_RPC": product}
    result = run("runpod-rpc-call", *arguments, env=env)
    assert result.returncode == 64
    (written,) = re.findall(r"hint: +write (.*)", result.stderr)
    assert [written] == advice
    words = subprocess.run(["bash", "-c", f"printf '%s' {written}"], capture_output=True, text=True, check=True).stdout
    again = run("runpod-rpc-call", *arguments[:-1], words, env=env)
    # It goes on to what is missing next: the key.
    assert again.returncode == 10, again.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pods/create", "imageName=x", "gpu=NVIDIA L4"], "did you mean gpuTypeId?"),
        (["runners/install", "podId=x", "repo=o/r"], "did you mean repoUrl?"),
        (["pods/get", "id=x"], "did you mean podId?"),
    ],
)
def test_what_was_meant_is_said_without_a_list_of_everything(
    product: str, home: dict[str, str], arguments: list[str], words: str
) -> None:
    result = run("runpod-rpc-call", *arguments, env={**home, "RUNPOD_RPC": product})
    assert result.returncode == 64
    assert words in result.stderr
    assert len(result.stderr) < 400


def test_an_error_is_json_on_standard_output_for_who_asks(call: Call) -> None:
    result = call("test.failure", "kind=busy", "--json-errors")
    assert result.returncode == 13
    assert json.loads(result.stdout)["error"]["data"]["kind"] == "busy"


def test_a_warning_does_not_tear_the_bar(env: dict[str, str], tmp_path: Path) -> None:
    warning = tmp_path / "warning"
    warning.write_text(
        "#!/bin/bash\nread -r line\n"
        """for n in 1 2 3; do
  echo '{"jsonrpc":"2.0","method":"$/progress","params":{"token":"call","value":{"kind":"report","percentage":'$n'0,"message":"working"}}}'
  sleep 0.3
  echo "runpod-rpc: something is odd" >&2
  sleep 0.3
done
echo '{"jsonrpc":"2.0","id":1,"result":null}'
"""
    )
    warning.chmod(0o755)
    with Terminal(COMMAND, "any/thing", env={**env, "RUNPOD_RPC": str(warning)}) as terminal:
        assert terminal.end() == 0
    shown = [line.rpartition("\x1b[K")[2] for line in terminal.text.rstrip().split("\r\n")]
    assert [line for line in shown if "odd" in line] == ["runpod-rpc: something is odd"] * 3


def test_the_doctor_says_what_is_wrong_and_fails(product: str, home: dict[str, str]) -> None:
    result = run("runpod-rpc-call", "environment/validate", env={**home, "RUNPOD_RPC": product})
    assert result.returncode == 10
    assert not json.loads(result.stdout)["ok"]
    assert re.search(r"error +RUNPOD_API_KEY +not set\n +Make a key at https://", result.stderr)
