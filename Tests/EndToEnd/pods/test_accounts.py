"""One state file and two RunPod accounts, each a sandbox of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pods.conftest import Face
from sandbox import Sandbox
from service import CallFailed, Service


@pytest.fixture
def other() -> Iterator[Sandbox]:
    """Another account."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize(
    ("method", "params"),
    [("pods/terminate", {}), ("pods/stop", {}), ("pods/get", {}), ("pods/extend", {"lifetimeSeconds": 60})],
)
def test_another_accounts_key_ends_nothing_and_says_so(
    product: str, face: Face, sandbox: Sandbox, other: Sandbox, own: dict[str, str], method: str, params: dict[str, int]
) -> None:
    with Service(product, own) as service:
        pod = face.rent(service)["id"]
        service.call("pods/list")
    with Service(product, {**own, **other.environment, **face.environment}) as service:
        with pytest.raises(CallFailed) as failed:
            service.call(method, podId=pod, **params)
        assert failed.value.kind == "forbidden"
        assert "another RunPod account" in failed.value.message
        listed = service.call("pods/list")
        assert (listed["pods"], listed["otherAccounts"]) == ([], 1)
        with pytest.raises(CallFailed) as failed:
            service.call("workflows/teardownRunner", podId=pod, repoUrl="https://github.com/octo/models", runnerName="none")
        assert failed.value.kind == "forbidden"
        assert "Cleaned up" not in failed.value.message
    assert [pod["status"] for pod in sandbox.admin("GET", "/state")["pods"]] == ["RUNNING"]
    with Service(product, own) as service:
        [listed] = service.call("pods/list")["pods"]
        assert listed["status"] in ("starting", "running")
        assert service.call("pods/terminate", podId=pod)["pod"]["status"] == "terminated"
    assert [pod["gone"] for pod in sandbox.admin("GET", "/state")["pods"]] == [True]
