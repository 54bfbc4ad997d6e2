"""What goes into and comes out of commands while they run."""

from __future__ import annotations

import base64
import re
import time
from pathlib import Path

import pytest

from sandbox import Sandbox
from service import Call, CallFailed, Service


def output(call: Call) -> str:
    """All that a command has printed so far."""
    return "".join(note["params"]["data"] for note in call.notifications)


def wait_for_output(call: Call, text: str) -> None:
    """Returns when a command has printed exactly this."""
    with call.changed:
        assert call.changed.wait_for(lambda: output(call) == text, 30), output(call)


def test_input_is_sent_in_order_while_the_command_runs(service: Service, pod: str) -> None:
    call = service.begin("ssh/exec", podId=pod, command="while read x; do echo \"<$x>\"; done", stdin="0\n", openStdin=True)
    wait_for_output(call, "<0>\n")
    sent = [service.begin("ssh/input", requestId=call.id, data=f"{number}\n") for number in range(1, 100)]
    sent.append(service.begin("ssh/input", requestId=call.id, data="last\n", end=True))
    assert all(answer.result() == {"delivered": True} for answer in sent)
    numbers = [*range(100), "last"]
    assert call.result()["stdout"] == "".join(f"<{number}>\n" for number in numbers)
    with pytest.raises(CallFailed) as failed:
        service.call("ssh/input", requestId=call.id, data="late\n")
    assert failed.value.kind == "notFound"


def test_binary_goes_both_ways(service: Service, pod: str) -> None:
    data = bytes(range(256)) * 4000
    call = service.begin("ssh/exec", podId=pod, command="cat", encoding="base64", openStdin=True, captureLimit=2_000_000)
    service.call("ssh/input", requestId=call.id, data=base64.b64encode(data).decode(), end=True)
    assert base64.b64decode(call.result()["stdout"]) == data
    assert b"".join(base64.b64decode(note["params"]["data"]) for note in call.notifications) == data


def test_no_character_is_cut_in_two(service: Service, pod: str) -> None:
    command = "printf '\\360\\237'; sleep 0.2; printf '\\230\\200\\303'; sleep 0.2; printf '\\251\\377'"
    call = service.begin("ssh/exec", podId=pod, command=command)
    assert call.result()["stdout"] == "\U0001f600é\ufffd"
    assert output(call) == "\U0001f600é\ufffd"


def test_a_slow_client_slows_the_command_and_fills_no_memory(
    product: str, service: Service, shared_sandbox: Sandbox, home: dict[str, str], pod: str
) -> None:
    megabytes = 50
    command = f"for i in $(seq {megabytes}); do head -c 1000000 /dev/zero | tr '\\0' x; echo $i >/root/made; done"
    with Service(product, {**home, **shared_sandbox.environment}) as slow:
        before = resident_megabytes(slow)
        slow.reading.clear()
        call = slow.begin("ssh/exec", podId=pod, command=command, captureLimit=0)
        made = [-1, 0]
        while made[-1] == 0 or made[-1] != made[-2]:
            time.sleep(0.5)
            look = service.call("ssh/exec", podId=pod, command="cat /root/made || echo 0")
            made.append(int(look["stdout"] or 0))
        assert made[-1] < megabytes
        assert resident_megabytes(slow) - before < 0.7 * megabytes
        slow.reading.set()
        assert call.result(240)["exitCode"] == 0
        assert len(output(call)) == megabytes * 1_000_000


def resident_megabytes(service: Service) -> float:
    """How much memory a service has."""
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
