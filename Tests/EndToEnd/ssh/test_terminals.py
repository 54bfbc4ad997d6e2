"""Terminals as editors have them."""

from __future__ import annotations

import base64

import pytest

from service import CallFailed, Service
from terminal import Terminal


def test_a_login_shell_is_typed_into_resized_interrupted_and_left(service: Service, pod: str) -> None:
    terminal = Terminal(service, pod, columns=90, rows=30, env={"GREETING": "gr\u00fc\u00df dich"}, cwd="/usr")
    terminal.type('echo "$GREETING in $PWD"; tty; stty size\r')
    terminal.wait_for("gr\u00fc\u00df dich in /usr\r\n")
    terminal.wait_for("30 90\r\n")
    service.call("ssh/session/resize", sessionId=terminal.id, columns=61, rows=19)
    terminal.type("stty size\r")
    terminal.wait_for("19 61\r\n")
    terminal.type("sh -c 'echo sle''eping; exec sleep 600'\r")
    terminal.wait_for("sleeping\r\n")
    terminal.type("\x03")
    terminal.type("exit 7\r")
    assert terminal.ending() == {"exitCode": 7}
    with pytest.raises(CallFailed) as failed:
        service.call("ssh/session/input", sessionId=terminal.id, data="x")
    assert failed.value.kind == "notFound"


def test_a_terminal_is_heard_of_only_after_its_id_is_known(service: Service, pod: str) -> None:
    id = service.call("ssh/session/open", podId=pod, command="echo quick; kill -TERM $$")["sessionId"]
    service.wait_until(lambda: service.received[-1].get("method") == "ssh/session/exit")
    mine = [
        message
        for message in service.received
        if message.get("params", message.get("result")).get("sessionId") == id
    ]
    order = [message.get("method", "answer") for message in mine]
    assert order == ["answer", *["ssh/session/output"] * (len(order) - 2), "ssh/session/exit"]
    assert mine[-1]["params"] == {"sessionId": id, "exitCode": 143, "signal": "TERM"}


def test_bytes_that_are_no_text(service: Service, pod: str) -> None:
    terminal = Terminal(service, pod, encoding="base64", command="stty raw -echo; echo go; head -c 3 | od -An -tx1")
    service.wait_until(lambda: bool(terminal.told("ssh/session/output")))
    terminal.type(base64.b64encode(b"\x00\xff\x1b").decode())
    assert terminal.ending() == {"exitCode": 0}
    shown = b"".join(base64.b64decode(params["data"]) for params in terminal.told("ssh/session/output"))
    assert b"00 ff 1b" in shown


def test_closing_ends_what_runs_in_it(service: Service, pod: str) -> None:
    terminal = Terminal(service, pod, command="trap '' HUP TERM; echo $$; sleep 600")
    terminal.wait_for("\r\n")
    pid = terminal.text.strip()
    service.call("ssh/session/close", sessionId=terminal.id)
    assert terminal.ending() == {}
    gone = f"for i in $(seq 300); do kill -0 {pid} 2>/dev/null || exit 0; sleep 0.1; done; exit 1"
    assert service.call("ssh/exec", podId=pod, command=gone)["exitCode"] == 0


def test_what_cannot_be_opened(service: Service, pod: str) -> None:
    with pytest.raises(CallFailed) as failed:
        service.call("ssh/session/open", podId=pod, cwd="/no/such/folder")
    assert failed.value.kind == "notFound"
    with pytest.raises(CallFailed) as failed:
        service.call("ssh/session/open", podId=pod, columns=0)
    assert failed.value.code == -32602
