"""Answers of RunPod that are made to harm: what does not fit is left out where it enters, with a warning, in every format."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clients.shell import run
from pods.conftest import Face
from sandbox import Sandbox
from service import CallFailed, Service


def lie(sandbox: Sandbox, **lies: Any) -> None:
    """What is said of every pod from now on."""
    sandbox.admin("POST", "/settings", {"lies": lies})


def inventory(own: dict[str, str]) -> list[Any]:
    """Hosts and ports in the state file."""
    path = Path(own["XDG_STATE_HOME"]) / "runpod-rpc" / "state.sqlite"
    with sqlite3.connect(path) as database:
        return database.execute("SELECT host, ssh_port FROM pods ORDER BY number").fetchall()


@pytest.mark.parametrize(
    "ip",
    [
        "203.0.113.9\n  ProxyCommand touch {mark}",
        "203.0.113.9\r\n  ProxyCommand touch {mark}",
        "x\u2028  ProxyCommand touch {mark}",
        "-oProxyCommand=touch {mark}",
        "$(touch {mark})",
        "`touch {mark}`",
        "127.0.0.1\u0000",
        '127.0.0.1" ; touch {mark}',
        "%h\u202e",
    ],
    ids=range(9),
)
def test_a_host_with_more_in_it_reaches_nothing(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], tmp_path: Path, ip: str
) -> None:
    mark = tmp_path / "mark"
    lie(sandbox, ip=ip.format(mark=mark))
    with Service(product, own) as service:
        pod = face.rent(service)
        with pytest.raises(CallFailed):
            service.call("pods/wait", podId=pod["id"], timeoutSeconds=3)
        with pytest.raises(CallFailed) as failed:
            service.call("ssh/connect", podId=pod["id"], attempts=1)
        assert failed.value.kind == "sshUnreachable"
        answer = service.call("ssh/config")
        assert answer["hosts"] == []
        text = Path(answer["path"]).read_text()
        assert "touch" not in text
        subprocess.run(["ssh", "-F", answer["path"], "-G", f"runpod-{pod['name']}"], check=True, capture_output=True)
        assert not mark.exists()
        (listed,) = service.call("pods/list")["pods"]
        assert (listed["id"], listed.get("host")) == (pod["id"], None)
        # It costs money, and can be ended all the same.
        assert service.call("pods/terminate", podId=pod["id"])["pod"]["status"] == "terminated"
    assert inventory(own) == [(None, None)]


@pytest.mark.parametrize("port", [0, -1, 65536, 2147483647])
def test_a_port_that_is_none(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], port: int
) -> None:
    lie(sandbox, port=port)
    with Service(product, own) as service:
        pod = face.rent(service)
        with pytest.raises(CallFailed) as failed:
            service.call("ssh/resolve", podId=pod["id"])
        assert failed.value.kind == "sshUnreachable"
        assert service.call("ssh/config")["hosts"] == []


@pytest.mark.parametrize("id", ["../../x", "a\nb", "", "-rf", "\u202e"])
def test_a_list_with_a_pod_that_has_no_proper_id_loses_nobody(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], id: str
) -> None:
    with Service(product, own) as service:
        pod = face.rent(service)
        lie(sandbox, id=id)
        (listed,) = service.call("pods/list")["pods"]
        assert (listed["id"], listed["status"] in ("starting", "running")) == (pod["id"], True)
        lie(sandbox)
        assert service.call("pods/wait", podId=pod["id"])["pod"]["status"] == "running"


def test_a_creation_whose_pod_has_no_proper_id_is_never_taken_for_none(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    lie(sandbox, id="a b")
    with Service(product, own) as service:
        with pytest.raises(CallFailed) as failed:
            service.call("pods/create", seconds=120, **face.rental)
        assert failed.value.kind == "ambiguousOutcome"
        lie(sandbox)
        (adopted,) = service.call("pods/list")["pods"]
        (there,) = (pod["id"] for pod in sandbox.admin("GET", "/state")["pods"])
        assert adopted["id"] == there


def test_names_and_sentences_obey_no_terminal(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        pod = face.rent(service)
    evil = "\x1b[2J\x9b31m\u202e\nHost *\n  ProxyCommand x"
    lies = {"name": evil, "image": evil, "machineId": evil, "dataCenterId": evil, "lastStatusChange": f"Rented {evil}"}
    if face.name == "rest":
        # A word of GraphQL's that is not in its schema is no answer of GraphQL's.
        lies["status"] = evil
    lie(sandbox, **lies)
    env = {**own, "RUNPOD_RPC": product}
    for command in (
        ["runpod-rpc-call", "pods/status", f"podId={pod['id']}"],
        ["runpod-rpc-call", "pods/list"],
        ["runpod-rpc-call", "pods/terminate", f"podId={pod['id']}x{evil}"],
        ["pod-lifecycle-manager", "list"],
        ["pod-lifecycle-manager", "status", pod["id"]],
        ["runpod-client", "list"],
    ):
        ended = run(*command, env=env)
        for text in (ended.stdout, ended.stderr):
            assert not set(text) & {"\x1b", "\x9b", "\u202e"}, command
    status = json.loads(run("runpod-rpc-call", "pods/status", f"podId={pod['id']}", env=env).stdout)
    assert status["remote"]["name"] == ""


def test_an_entry_of_the_pods_file_that_is_no_pod(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "pods.json"
    entries = [{"id": id, "status": "RUNNING"} for id in ("../x", "a\nHost *", "good1", "\u202e", "-x")]
    file.write_text(json.dumps({"pods": entries}))
    with Service(product, {**own, "PODS_STATE_FILE": str(file)}) as service:
        assert [pod["id"] for pod in service.call("pods/list")["pods"]] == ["good1"]
    # What is not ours stays in it.
    assert [pod["id"] for pod in json.loads(file.read_text())["pods"]] == [entry["id"] for entry in entries]


def test_a_state_file_with_a_host_that_is_none(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], tmp_path: Path
) -> None:
    with Service(product, own) as service:
        pod = face.rent(service)
        service.call("pods/wait", podId=pod["id"])
        answer = service.call("ssh/config")
    path = Path(own["XDG_STATE_HOME"]) / "runpod-rpc" / "state.sqlite"
    evil = f"203.0.113.9\n  ProxyCommand touch {tmp_path / 'mark'}"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE pods SET host = ?, ssh_port = 70000", (evil,))
    with Service(product, own) as service:
        host = service.call("ssh/resolve", podId=pod["id"])
        assert (host["host"], host["port"]) == (answer["hosts"][0]["host"], answer["hosts"][0]["port"])
        service.call("ssh/config")
        assert "touch" not in Path(answer["path"]).read_text()
