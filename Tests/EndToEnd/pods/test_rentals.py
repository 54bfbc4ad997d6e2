"""What people rent besides a GPU with a disk: volumes, templates, credentials, CPUs; and changes of a pod that exists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pods.conftest import Face
from sandbox import Sandbox
from service import CallFailed, Service

CPU = {"imageName": "runpod/base:1.0", "cpuFlavorId": "cpu3c"}


def state_of(sandbox: Sandbox, id: str) -> dict[str, Any]:
    """A pod as the sandbox knows it."""
    return next(pod for pod in sandbox.admin("GET", "/state")["pods"] if pod["id"] == id)


def sent(face: Face, sandbox: Sandbox, operation: str) -> str:
    """The body of the last call of a kind."""
    body: str = face.calls(sandbox, operation)[-1]["body"]
    return body


def test_a_network_volume_outlives_its_pods(product: str, face: Face, sandbox: Sandbox, own: dict[str, str]) -> None:
    with Service(product, own) as service:
        assert service.call("volumes/list")["volumes"] == []
        volume = service.call("volumes/create", name="data", sizeInGb=20, dataCenterId="EU-SE-1")["volume"]
        assert service.call("volumes/list")["volumes"] == [volume]
        rental = {"networkVolumeId": volume["id"], "volumeMountPath": "/data", "interruptible": False}
        for text in ["", "kept\n"]:
            pod = face.rent(service, **rental)
            assert (pod["dataCenterId"], pod["cloudType"]) == ("EU-SE-1", "SECURE")
            service.call("pods/wait", podId=pod["id"], timeoutSeconds=30)
            done = service.call("ssh/exec", podId=pod["id"], command="cat /data/f; echo kept > /data/f")
            assert done["stdout"] == text
            service.call("pods/terminate", podId=pod["id"])
        service.call("volumes/delete", id=volume["id"])
        assert service.call("volumes/list")["volumes"] == []
        with pytest.raises(CallFailed) as failed:
            service.call("volumes/delete", id=volume["id"])
        assert failed.value.kind == "notFound"


def test_a_template_fills_in_what_is_left_out(product: str, face: Face, sandbox: Sandbox, own: dict[str, str]) -> None:
    save = """mutation { saveTemplate(input: {name: "trainer", imageName: "runpod/base:2.0", containerDiskInGb: 33,
      volumeInGb: 0, dockerArgs: "", env: [{key: "FROM", value: "template"}], ports: "22/tcp"}) { id } }"""
    with Service(product, own) as service:
        sandbox.graphql(save)
        [template] = service.call("templates/list")["templates"]
        assert (template["name"], template["imageName"], template["containerDiskInGb"]) == ("trainer", "runpod/base:2.0", 33)
        assert "env" not in template
        params = {"gpuTypeId": "NVIDIA L4", "templateId": template["id"], "interruptible": False, "env": {"MINE": "1"}}
        pod = service.call("pods/create", **params)["pod"]
        state = state_of(sandbox, pod["id"])
        assert state["imageName"] == "runpod/base:2.0"
        assert (state["env"]["FROM"], state["env"]["MINE"]) == ("template", "1")


def test_credentials_come_from_a_file_and_go_nowhere_else(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], tmp_path: Path
) -> None:
    password = tmp_path / "password"
    password.write_text("hunter2hunter2\n")
    with Service(product, own) as service:
        made = service.call("registries/create", name="ghcr", username="octo", file=str(password))["registry"]
        assert service.call("registries/list")["registries"] == [made]
        assert "hunter2" not in str(service.received)
        add = "saveRegistryAuth" if face.name == "graphql" else "POST /registries"
        assert '"hunter2hunter2"' in sent(face, sandbox, add)
        pod = face.rent(service, containerRegistryAuthId=made["id"], interruptible=False)
        service.call("pods/terminate", podId=pod["id"])
        service.call("registries/delete", id=made["id"])
        assert service.call("registries/list")["registries"] == []
        for path in ["/nowhere", str(tmp_path), "/dev/zero"]:
            with pytest.raises(CallFailed) as failed:
                service.call("registries/create", name="x", username="y", file=path)
            assert failed.value.kind == "configurationInvalid"
            assert path in failed.value.message


def test_a_cpu_pod_is_rented_and_reached(product: str, face: Face, sandbox: Sandbox, own: dict[str, str]) -> None:
    with Service(product, own) as service:
        pod = service.call("pods/create", **CPU, vcpuCount=4)["pod"]
        assert (pod["gpuCount"], pod["gpuTypeId"], pod["interruptible"]) == (0, "", False)
        assert pod["costPerHour"] == pytest.approx(0.12)
        service.call("pods/wait", podId=pod["id"], timeoutSeconds=30)
        assert service.call("ssh/exec", podId=pod["id"], command="echo $((6 * 7))")["stdout"] == "42\n"
        service.call("pods/terminate", podId=pod["id"])
        with pytest.raises(CallFailed) as failed:
            service.call("pods/create", **CPU, vcpuCount=4, maxCostPerHour=0.1)
        assert failed.value.kind == "noCapacity"
        with pytest.raises(CallFailed) as failed:
            service.call("pods/create", **{**CPU, "cpuFlavorId": "cpu9z"})
        assert failed.value.kind == "configurationInvalid"
        assert "cpu3c" in failed.value.data["hint"]


def test_the_host_s_cuda_is_chosen(face: Face, service: Service) -> None:
    for wish in [{"allowedCudaVersions": ["12.8", "12.6"]}, {"minCudaVersion": "12.2"}]:
        pod = face.rent(service, **wish)
        service.call("pods/terminate", podId=pod["id"])
    for wish in [{"allowedCudaVersions": "12.4"}, {"minCudaVersion": "12.11"}]:
        with pytest.raises(CallFailed) as failed:
            face.rent(service, **wish)
        assert failed.value.kind == "noCapacity"


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"imageName": ""}, "imageName"),
        ({"gpuTypeId": []}, "gpuTypeId"),
        ({"cpuFlavorId": "cpu3c"}, "cpuFlavorId"),
        ({"networkVolumeId": "nosuchvolume"}, "nosuchvolume"),
        ({"networkVolumeId": "v", "cloudType": "COMMUNITY"}, "ommunity"),
        ({"networkVolumeId": "v", "volumeInGb": 20}, "volumeInGb"),
        ({"containerRegistryAuthId": "nosuchid"}, "nosuchid"),
        ({"minCudaVersion": "new"}, "CUDA"),
        ({"minCudaVersion": "12.4", "allowedCudaVersions": "12.8"}, "minCudaVersion"),
        ({"vcpuCount": 4}, "vcpuCount"),
        ({"volumeMountPath": "data"}, "volumeMountPath"),
        ({"countryCode": "Sweden"}, "countryCode"),
    ],
)
def test_bad_input_is_named_before_anything_is_rented(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], params: dict[str, Any], word: str
) -> None:
    with Service(product, own) as service:
        with pytest.raises(CallFailed) as failed:
            face.rent(service, **params)
        assert failed.value.kind == "configurationInvalid"
        assert word in failed.value.message
        assert failed.value.data["hint"]
        assert face.calls(sandbox, face.create) == []
        assert service.call("pods/list")["pods"] == []


def test_what_an_api_lacks_names_the_other(face: Face, service: Service) -> None:
    if face.name == "rest":
        lacking = [{"countryCode": "SE"}, {"interruptible": True}, {"volumeInGb": 9}, {"volumeInGb": 1}]
    else:
        lacking = []
        pod = face.rent(service, countryCode="SE", volumeInGb=5)
        service.call("pods/terminate", podId=pod["id"])
        with pytest.raises(CallFailed) as failed:
            service.call("pods/create", **CPU, startJupyter=True)
        assert "REST" not in failed.value.message and "rest" in failed.value.data["hint"]
        with pytest.raises(CallFailed) as failed:
            service.call("pods/restart", podId=face.rent(service)["id"])
        assert failed.value.kind == "configurationInvalid"
        assert "rest" in failed.value.data["hint"]
    for params in lacking:
        with pytest.raises(CallFailed) as failed:
            face.rent(service, **params)
        assert failed.value.kind == "configurationInvalid"


def test_what_a_pod_runs_can_be_changed(product: str, face: Face, sandbox: Sandbox, own: dict[str, str]) -> None:
    with Service(product, own) as service:
        pod = face.rent(service, env={"KEPT": "1", "CHANGED": "old=er"})["id"]
        service.call("pods/wait", podId=pod, timeoutSeconds=30)
        assert service.call("ssh/exec", podId=pod, command="touch /root/f")["exitCode"] == 0
        edit = {"imageName": "runpod/base:3.0", "env": {"CHANGED": "new=er", "ADDED": "2"}, "ports": "22/tcp,8888/http"}
        changed = service.call("pods/update", podId=pod, **edit)
        assert changed["restarted"] is True
        assert changed["pod"]["imageName"] == "runpod/base:3.0"
        state = state_of(sandbox, pod)
        assert (state["imageName"], state["env"]["KEPT"]) == ("runpod/base:3.0", "1")
        assert (state["env"]["CHANGED"], state["env"]["ADDED"]) == ("new=er", "2")
        assert "PUBLIC_KEY" in state["env"]
        service.call("pods/wait", podId=pod, timeoutSeconds=60)
        # Another container: an empty disk, other host keys, and nobody is alarmed.
        assert service.call("ssh/exec", podId=pod, command="test ! -e /root/f")["exitCode"] == 0
        service.call("pods/stop", podId=pod)
        assert service.call("pods/update", podId=pod, containerDiskInGb=60)["restarted"] is False
        with pytest.raises(CallFailed) as failed:
            service.call("pods/update", podId=pod)
        assert failed.value.kind == "configurationInvalid"
        with pytest.raises(CallFailed) as failed:
            service.call("pods/update", podId="nosuchpod", imageName="x")
        assert failed.value.kind == "notFound"


@pytest.mark.one_face("only REST restarts in place")
def test_a_pod_is_restarted_in_place(product: str, sandbox: Sandbox, home: dict[str, str]) -> None:
    with Service(product, {**home, **sandbox.environment, "RUNPOD_API": "rest"}) as service:
        pod = service.call("pods/create", imageName="runpod/base:1.0", gpuTypeId="L4")["pod"]["id"]
        service.call("pods/wait", podId=pod, timeoutSeconds=30)
        assert service.call("ssh/exec", podId=pod, command="touch /workspace/f")["exitCode"] == 0
        assert service.call("pods/restart", podId=pod)["pod"]["status"] == "starting"
        service.call("pods/wait", podId=pod, timeoutSeconds=120)
        assert service.call("ssh/exec", podId=pod, command="test -e /workspace/f")["exitCode"] == 0
        service.call("pods/stop", podId=pod)
        with pytest.raises(CallFailed) as failed:
            service.call("pods/restart", podId=pod)
        assert failed.value.kind == "conflict"
