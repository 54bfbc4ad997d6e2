"""`runpod_rpc.Client` against the real process."""

from __future__ import annotations

import _thread
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import runpod_rpc
from clients.shell import wait_until_gone
from runpod_rpc import Client, Notification, Progress, errors


@pytest.fixture
def client(conformance_server: str) -> Iterator[Client]:
    """A client of a server with the conformance cases' methods."""
    with Client([conformance_server]) as client:
        yield client


def pid_of(client: Client) -> int:
    """The process id of its service."""
    return client.service.status()["processId"]


def test_results_come_back_as_they_are(client: Client) -> None:
    value = {"text": "né \"q\" \n 🚀", "n": 1.5, "list": [None, True], "deep": {"a": {"b": []}}}
    assert client.call("service/ping", value) == value
    assert client.call("service/ping") == {}
    assert len(client.call("test.big", {"bytes": 3_000_000})) == 3_000_000
    assert len(client.call("service/ping", {"text": "x" * 3_000_000})["text"]) == 3_000_000


def test_methods_are_attributes(client: Client) -> None:
    status = client.service.status()
    assert status["dialect"] == "script"
    assert client.rpc.discover()["openrpc"].startswith("1.")


def test_progress_comes_in_order_and_before_the_result(client: Client) -> None:
    reports: list[Progress] = []
    assert client.call("test.steps", {"steps": 3, "ms": 150}, on_progress=reports.append) is None
    assert [report.kind for report in reports] == ["begin", "report", "report", "report", "end"]
    assert [report.message for report in reports[1:4]] == [f"Step {n}/3: working" for n in (1, 2, 3)]
    assert [report.percentage for report in reports[1:4]] == [33, 66, 100]


def test_a_call_can_be_iterated_over(client: Client) -> None:
    call = client.start("test.steps", {"steps": 2, "ms": 150})
    assert [event.message for event in call if isinstance(event, Progress)][1:3] == ["Step 1/2: working", "Step 2/2: working"]
    assert call.result() is None
    assert call.result() is None


@pytest.mark.parametrize(
    ("method", "params", "kind"),
    [
        ("no/such", {}, errors.MethodNotFound),
        ("subtract", {"minuend": "x"}, errors.InvalidParams),
        ("test.failure", {"kind": "noCapacity"}, errors.NoCapacity),
        ("test.failure", {"kind": "sshUnreachable"}, errors.SSHUnreachable),
        ("test.failure", {"kind": "aKindOfTomorrow"}, runpod_rpc.RunPodError),
    ],
)
def test_errors_have_a_class_for_their_kind(
    client: Client, method: str, params: dict[str, object], kind: type[Exception]
) -> None:
    with pytest.raises(runpod_rpc.RunPodError) as raised:
        client.call(method, params)
    assert type(raised.value) is kind


def test_an_error_says_what_to_do_and_what_exists(client: Client) -> None:
    with pytest.raises(errors.NoCapacity) as raised:
        client.call("test.failure", {"kind": "noCapacity"})
    error = raised.value
    assert (error.code, error.kind, error.retryable) == (1201, "noCapacity", True)
    assert (error.hint, error.resources) == ("Ask for something else.", {"podId": "pod-1"})
    assert str(error) == "It went wrong as asked. Ask for something else. There is podId pod-1."


def test_a_call_can_be_cancelled(client: Client) -> None:
    call = client.start("test.sleep", {"ms": 600_000})
    call.cancel()
    with pytest.raises(errors.Cancelled):
        call.result()
    assert client.service.status()["requestsInFlight"] == 1


def test_ctrl_c_cancels_the_call_and_waits_for_its_answer(client: Client) -> None:
    def interrupt(report: Progress) -> None:
        if report.kind == "report":
            _thread.interrupt_main()

    with pytest.raises(KeyboardInterrupt):
        client.call("test.sleep", {"ms": 600_000}, on_progress=interrupt)
    assert client.service.status()["requestsInFlight"] == 1


def test_a_callback_that_fails_cancels_the_call(client: Client) -> None:
    def fail(_: Progress) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        client.call("test.sleep", {"ms": 600_000}, on_progress=fail)
    assert client.service.status()["requestsInFlight"] == 1


def test_a_time_limit_cancels_the_call(client: Client) -> None:
    with pytest.raises(TimeoutError, match="test.sleep"):
        client.call("test.sleep", {"ms": 600_000}, timeout=0.1)
    assert client.service.status()["requestsInFlight"] == 1


def test_threads_share_a_client(client: Client) -> None:
    results: dict[int, object] = {}

    def work(number: int) -> None:
        results[number] = client.call("service/ping", {"n": number, "text": "x" * 10_000})["n"]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: number for number in range(50)}


def test_the_death_of_the_service_is_told(client: Client) -> None:
    pid = pid_of(client)
    call = client.start("test.sleep", {"ms": 600_000})
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(runpod_rpc.ServerDied, match="exit code -9"):
        call.result()
    with pytest.raises(runpod_rpc.ServerDied):
        client.service.ping()
    assert not Path(f"/proc/{pid}").exists()


def test_the_last_words_of_the_service_are_told() -> None:
    with Client(["/bin/sh", "-c", "echo library is missing >&2; exit 7"]) as client:
        with pytest.raises(runpod_rpc.ServerDied) as raised:
            client.service.ping()
    assert (raised.value.exit_code, raised.value.stderr) == (7, "library is missing\n")


def test_what_does_not_speak_the_protocol_is_told() -> None:
    with Client(["/bin/sh", "-c", "read line; echo hello; echo; printf 'a\\r\\n\\r\\n'; sleep 1000"]) as client:
        with pytest.raises(runpod_rpc.ProtocolFault, match="hello"):
            client.service.ping()


def test_a_service_that_is_not_there_is_told() -> None:
    with pytest.raises(FileNotFoundError, match="/no/such"):
        Client(["/no/such"])


def test_nothing_is_left_of_a_closed_client(conformance_server: str) -> None:
    with Client([conformance_server]) as client:
        pid = pid_of(client)
    assert not Path(f"/proc/{pid}").exists()
    client.close()


def test_a_service_that_will_not_end_is_ended() -> None:
    with Client(["/bin/sh", "-c", "trap '' TERM; echo ready >&2; while :; do sleep 1000; done"], close_limit=0.2) as client:
        pid = client._process.pid
    assert not Path(f"/proc/{pid}").exists()


def test_a_client_that_is_forgotten_ends_its_service(conformance_server: str) -> None:
    script = "import runpod_rpc, sys; print(runpod_rpc.Client([sys.argv[1]]).service.status()['processId'])"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    argv = [sys.executable, "-c", script, conformance_server]
    result = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60, check=True)
    wait_until_gone(int(result.stdout))


def answering(*messages: str) -> list[str]:
    """A service that answers the first request with these messages, and nothing else."""
    frames = "".join(f"Content-Length: {len(text)}\\r\\n\\r\\n{text}" for text in messages)
    return ["/bin/sh", "-c", f"read line; printf '{frames}'; cat >/dev/null"]


NOTE = '{"jsonrpc":"2.0","method":"pods/didChange","params":{"podId":"a"}}'
ANSWER = '{"jsonrpc":"2.0","id":1,"result":{}}'


def test_notifications_of_no_call_go_to_the_client() -> None:
    seen: list[Notification] = []
    with Client(answering(NOTE, ANSWER), on_notification=seen.append) as client:
        client.service.ping()
    assert seen == [Notification("pods/didChange", {"podId": "a"})]


def test_a_callback_of_the_client_that_fails_harms_no_call(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_: Notification) -> None:
        raise LookupError

    with Client(answering(NOTE, ANSWER), on_notification=fail) as client:
        assert client.service.ping() == {}
    assert "LookupError" in capsys.readouterr().err


@pytest.mark.parametrize("message", ["{", "[]", '{"jsonrpc":"2.0"}', '{"jsonrpc":"2.0","method":"$/progress","params":{}}'])
def test_messages_that_make_no_sense_end_the_calls(message: str) -> None:
    with Client(answering(message)) as client, pytest.raises(runpod_rpc.ProtocolFault):
        client.service.ping()
