"""One command on many pods."""

from __future__ import annotations

import pytest

from service import CallFailed, Service


def test_each_pod_has_its_own_outcome(service: Service, three_pods: list[str]) -> None:
    ids = [*three_pods, "nosuchpod00000"]
    call = service.begin("ssh/execMany", podIds=ids, command="hostname; exit 3", maxParallel=2)
    outcomes = call.result()["outcomes"]
    assert [outcome["podId"] for outcome in outcomes] == ids
    for outcome in outcomes[:3]:
        id = outcome["podId"]
        assert outcome["result"] == {"exitCode": 3, "stdout": f"{id}\n", "stderr": "", "truncated": False}
        streamed = [note["params"]["data"] for note in call.notifications if note["params"]["podId"] == id]
        assert streamed == [f"{id}\n"]
    assert outcomes[3]["error"]["data"]["kind"] == "notFound"
    assert call.progress[-1]["kind"] == "end"
    assert any("4 of 4 pods" in value.get("message", "") for value in call.progress)


def test_cancelling_ends_all_of_them(service: Service, three_pods: list[str]) -> None:
    call = service.begin("ssh/execMany", podIds=three_pods, command="echo begun; sleep 617")
    with call.changed:
        assert call.changed.wait_for(lambda: len(call.notifications) == 3, 30)
    call.cancel()
    with pytest.raises(CallFailed) as failed:
        call.result()
    assert failed.value.code == -32800
    gone = "for i in $(seq 100); do pgrep -f 'sleep 61[7]' >/dev/null || exit 0; sleep 0.1; done; exit 1"
    outcomes = service.call("ssh/execMany", podIds=three_pods, command=gone)["outcomes"]
    assert [outcome["result"]["exitCode"] for outcome in outcomes] == [0, 0, 0]
