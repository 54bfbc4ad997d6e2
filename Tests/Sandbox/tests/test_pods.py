"""The life of pods, as both the API and SSH show it."""

from __future__ import annotations

import socket
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from client import Sandbox, until


def banner(port: int) -> bytes | None:
    """What the port says; none when it refuses."""
    try:
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            return connection.recv(100)
    except (ConnectionRefusedError, ConnectionResetError):
        return None


def test_a_pod_comes_up_in_runpods_order(sandbox: Sandbox) -> None:
    sandbox.set(listDelay=None, runtimeDelay=None, portDelay=None, sshdDelay=None, keyDelay=None)
    pod = sandbox.create()
    id = pod["id"]
    assert (len(id), len(pod["machineId"]), pod["desiredStatus"], pod["runtime"]) == (14, 12, "RUNNING", None)
    assert pod["machine"]["podHostId"].startswith(f"{id}-")
    assert pod["lastStatusChange"].startswith("Rented by User: ")
    assert sandbox.graphql("{ myself { pods { id } } }")["data"]["myself"]["pods"] == []
    sandbox.set(listDelay=0)
    assert sandbox.graphql("{ myself { pods { id } } }")["data"]["myself"]["pods"] == [{"id": id}]
    sandbox.set(runtimeDelay=0)
    assert until(lambda: sandbox.pod(id)["runtime"])["ports"] is None
    sandbox.set(portDelay=0)
    rows = {row["privatePort"]: row for row in sandbox.pod(id)["runtime"]["ports"]}
    assert (rows[22]["isIpPublic"], rows[22]["type"]) == (True, "tcp")
    assert (rows[8888]["isIpPublic"], rows[8888]["ip"]) == (False, "100.65.0.101")
    assert banner(rows[22]["publicPort"]) is None
    sandbox.set(sshdDelay=0)
    assert until(lambda: banner(rows[22]["publicPort"])).startswith(b"SSH-2.0-")
    assert "Permission denied" in sandbox.ssh(id, "true").stderr
    sandbox.set(keyDelay=0)
    until(lambda: sandbox.ssh(id, "true").returncode == 0)


def test_a_shell_on_a_pod_is_roots_own(shared: Sandbox) -> None:
    id = shared.create(env=[{"key": "COLOUR", "value": "red"}])["id"]
    result = shared.ssh(
        id, "id -un; hostname; cat /proc/1/comm; echo $COLOUR; tr '\\0' '\\n' </proc/1/environ; ls -A /opt; exit 3"
    )
    lines = result.stdout.splitlines()
    assert result.returncode == 3
    assert lines[:4] == ["root", id, "start.sh", ""]
    assert "COLOUR=red" in lines and f"RUNPOD_POD_ID={id}" in lines
    assert any(line.startswith("RUNPOD_API_KEY=rpa_") for line in lines)
    exported = shared.ssh(id, "cat /etc/rp_environment").stdout
    assert f'export RUNPOD_POD_ID="{id}"' in exported and "PUBLIC_KEY" not in exported
    assert shared.ssh(id, "test -t 0 && tty", "-tt").stdout.startswith("/dev/pts/")
    assert (
        shared.ssh(id, "useradd -m runner && setpriv --reuid runner --regid runner --init-groups id -un").stdout
        == "runner\n"
    )


def test_a_terminal_has_what_the_start_script_exports(shared: Sandbox) -> None:
    env = [{"key": "COLOUR", "value": "a=b"}, {"key": "RUNPOD_WORD", "value": "a=b"}]
    seen = {}
    for image in ("ubuntu", "ubuntu-exports-all", "ubuntu-exports-none"):
        id = shared.create(imageName=image, env=env)["id"]
        shown = shared.ssh(id, "bash -ic 'echo $COLOUR,$RUNPOD_WORD,$CUDA_VERSION,$PUBLIC_KEY' 2>/dev/null").stdout
        seen[image] = shown.strip().split(",")
    assert seen["ubuntu"] == ["", "a", "", ""]
    assert seen["ubuntu-exports-all"] == ["a=b", "a=b", "12.8.1", ""]
    assert seen["ubuntu-exports-none"] == ["", "", "", ""]


def test_each_pod_has_files_and_processes_of_its_own(shared: Sandbox) -> None:
    one, two = shared.create()["id"], shared.create()["id"]
    shared.ssh(one, "touch /opt/mine /root/mine /tmp/mine; sleep 600 </dev/null >/dev/null 2>&1 &")
    assert shared.ssh(two, "ls -A /opt /tmp; ls /root; pgrep -x sleep").stdout.split() == ["/opt:", "/tmp:"]
    fingerprint = "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"
    assert shared.ssh(one, fingerprint).stdout != shared.ssh(two, fingerprint).stdout
    assert shared.ssh(one, "touch /usr/bin/mine").returncode != 0


def test_files_are_copied_both_ways(shared: Sandbox, tmp_path: object) -> None:
    id = shared.create()["id"]
    shared.ssh(id, "seq 100000 >/root/numbers")
    options = [
        "-F",
        "none",
        "-i",
        shared.environment["SSH_KEY_PATH"],
        "-P",
        str(shared.port(id)),
        "-o",
        "BatchMode=yes",
    ]
    options += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    for mode in ("-s", "-O"):
        subprocess.run(["scp", "-q", mode, *options, "root@127.0.0.1:/root/numbers", f"{tmp_path}/numbers"], check=True)
        subprocess.run(["scp", "-q", mode, *options, f"{tmp_path}/numbers", "root@127.0.0.1:/root/back"], check=True)
        assert shared.ssh(id, "cmp /root/numbers /root/back").returncode == 0


def test_the_drivers_tool_knows_the_gpus(shared: Sandbox) -> None:
    id = shared.create(gpuTypeId="NVIDIA H100 PCIe", gpuCount=2)["id"]
    result = shared.ssh(id, "nvidia-smi --query-gpu=name,memory.total --format=csv,noheader; nvidia-smi -L; nvidia-smi")
    lines = result.stdout.splitlines()
    assert lines[:2] == ["NVIDIA H100 PCIe, 81920 MiB"] * 2
    assert lines[2].startswith("GPU 0: NVIDIA H100 PCIe (UUID: GPU-")
    assert "CUDA Version: 12.8" in result.stdout


def test_stopping_wipes_the_disk_and_resuming_changes_the_port(shared: Sandbox) -> None:
    pod = shared.create()
    id, port = pod["id"], until(lambda: shared.port(pod["id"]))
    shared.ssh(id, "echo kept >/workspace/kept; echo lost >/root/lost")
    stopped = shared.mutate("podStop", "PodStopInput!", podId=id)["data"]["podStop"]
    assert (stopped["desiredStatus"], stopped["runtime"]) == ("EXITED", None)
    assert stopped["lastStatusChange"].startswith("Exited by user: ")
    until(lambda: banner(port) is None)
    resumed = shared.mutate("podResume", "PodResumeInput!", podId=id)["data"]["podResume"]
    assert (resumed["desiredStatus"], resumed["machineId"]) == ("RUNNING", pod["machineId"])
    assert until(lambda: shared.port(id)) != port
    assert shared.ssh(id, "cat /workspace/kept; ls /root").stdout == "kept\n"
    assert shared.mutate("podTerminate", "PodTerminateInput!", "", podId=id) == {"data": {"podTerminate": None}}
    assert shared.pod(id) is None


def test_a_full_host_keeps_a_stopped_pod_from_starting(sandbox: Sandbox) -> None:
    sandbox.set(capacity=1)
    id = sandbox.create()["id"]
    sandbox.mutate("podStop", "PodStopInput!", podId=id)
    other = sandbox.create()["id"]
    error = sandbox.refusal("podResume", "PodResumeInput!", podId=id)
    assert error["message"] == "There are not enough free GPUs on the host machine to start this pod."
    assert sandbox.pod(id)["desiredStatus"] == "EXITED"
    sandbox.mutate("podTerminate", "PodTerminateInput!", "", podId=other)
    assert sandbox.mutate("podResume", "PodResumeInput!", podId=id)["data"]["podResume"]["desiredStatus"] == "RUNNING"


def test_a_resume_can_say_that_it_failed_and_have_worked(sandbox: Sandbox) -> None:
    id = sandbox.create()["id"]
    sandbox.mutate("podStop", "PodStopInput!", podId=id)
    sandbox.set(resumeLies=True)
    error = sandbox.refusal("podResume", "PodResumeInput!", podId=id)
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert sandbox.pod(id)["desiredStatus"] == "RUNNING"


def test_a_spot_pod_is_outbid_and_resumed_with_a_bid(sandbox: Sandbox) -> None:
    sandbox.set(outbidGrace=0.3)
    input = {
        "name": "s",
        "imageName": "i",
        "gpuTypeId": "NVIDIA L4",
        "ports": "22/tcp",
        "startSsh": True,
        "bidPerGpu": 0.3,
    }
    pod = sandbox.mutate("podRentInterruptable", "PodRentInterruptableInput!", **input)["data"]["podRentInterruptable"]
    assert (pod["podType"], pod["costPerHr"]) == ("INTERRUPTABLE", 0.3)
    port = until(lambda: sandbox.port(pod["id"]))
    assert sandbox.ssh(pod["id"], "true").returncode == 0
    sandbox.admin("POST", f"/pods/{pod['id']}/outbid")
    seen = sandbox.pod(pod["id"])
    assert seen["desiredStatus"] == "EXITED" and seen["lastStatusChange"].startswith("Outbid: ")
    until(lambda: banner(port) is None)
    error = sandbox.refusal("podResume", "PodResumeInput!", podId=pod["id"])
    assert error["message"] == "Cannot resume a spot pod as an on demand pod."
    resume = {"podId": pod["id"], "gpuCount": 1, "bidPerGpu": 0.35}
    resumed = sandbox.mutate("podBidResume", "PodBidResumeInput!", **resume)["data"]["podBidResume"]
    assert (resumed["desiredStatus"], resumed["costPerHr"]) == ("RUNNING", 0.35)


def test_images_misbehave_by_their_names(shared: Sandbox) -> None:
    bad, silent, looping = (
        shared.create(imageName=name)["id"] for name in ("x-bad-image", "x-no-sshd", "x-crash-loop")
    )
    ended = until(lambda: (pod := shared.pod(bad))["desiredStatus"] == "EXITED" and pod)
    assert ended["lastStatusChange"].startswith("Exited by Runpod: ")
    state = {pod["id"]: pod for pod in shared.admin("GET", "/state")["pods"]}
    assert any("pull" in line for line in state[bad]["log"])
    port = until(lambda: shared.port(silent))
    assert shared.pod(silent)["desiredStatus"] == "RUNNING" and banner(port) is None
    until(lambda: any(pod["id"] == looping and pod["restarts"] > 1 for pod in shared.admin("GET", "/state")["pods"]))
    assert shared.pod(looping)["runtime"]["uptimeInSeconds"] <= 1


def test_a_crash_restarts_the_container_and_keeps_its_disk(shared: Sandbox) -> None:
    id = shared.create()["id"]
    shared.ssh(id, "touch /root/kept")
    port = shared.port(id)
    shared.admin("POST", f"/pods/{id}/crash")
    until(lambda: shared.ssh(id, "test -e /root/kept").returncode == 0)
    assert shared.port(id) == port


def test_sshd_and_whole_containers_can_be_killed(shared: Sandbox) -> None:
    id = shared.create()["id"]
    shared.ssh(id, "true")
    port = shared.port(id)
    shared.admin("POST", f"/pods/{id}/kill-sshd")
    until(lambda: banner(port) is None)
    assert shared.pod(id)["runtime"] is not None
    shared.admin("POST", f"/pods/{id}/start-sshd")
    assert shared.ssh(id, "true").returncode == 0
    shared.admin("POST", f"/pods/{id}/kill")
    until(lambda: banner(port) is None)
    dead = shared.pod(id)
    assert (dead["desiredStatus"], dead["runtime"]) == ("RUNNING", None)


def test_a_healthy_pod_is_not_always_seen(sandbox: Sandbox) -> None:
    id = sandbox.create()["id"]
    until(lambda: sandbox.port(id))
    sandbox.set(blindCalls=2)
    assert [bool(sandbox.pod(id)["runtime"]) for _ in range(3)] == [False, False, True]


def test_a_community_host_without_a_public_address_has_no_port_22(shared: Sandbox) -> None:
    pod = shared.create(gpuTypeId="NVIDIA GeForce RTX 4090", cloudType="COMMUNITY", supportPublicIp=False)
    rows = until(lambda: (shared.pod(pod["id"])["runtime"] or {}).get("ports"))
    assert [row["privatePort"] for row in rows] == [8888]


@pytest.mark.parametrize(("member", "status"), [("stopAfter", "EXITED"), ("terminateAfter", None)])
@pytest.mark.parametrize("fires", [False, True])
def test_deadlines_are_taken_and_kept_only_when_switched_on(
    sandbox: Sandbox, member: str, status: str | None, fires: bool
) -> None:
    sandbox.set(deadlinesFire=fires)
    deadline = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    id = sandbox.create(**{member: deadline})["id"]
    sandbox.admin("POST", "/clock", {"advance": 3600})
    assert sandbox.pod(id)["desiredStatus"] == "RUNNING"
    sandbox.admin("POST", "/clock", {"advance": 3700})
    pod = sandbox.pod(id)
    assert (pod and pod["desiredStatus"]) == (status if fires else "RUNNING")


def test_answers_are_dated_by_the_movable_clock(sandbox: Sandbox) -> None:
    sandbox.admin("POST", "/clock", {"advance": 7200})
    with urllib.request.urlopen(sandbox.environment["SANDBOX_ADMIN_URL"] + "/state") as answer:
        date = parsedate_to_datetime(answer.headers["Date"])
    assert timedelta(seconds=7190) < date - datetime.now(UTC) < timedelta(seconds=7210)


def test_money_runs_out(sandbox: Sandbox) -> None:
    sandbox.set(balance=1)
    id = sandbox.create(volumeInGb=100)["id"]
    sandbox.admin("POST", "/clock", {"advance": 3600})
    left = sandbox.admin("GET", "/state")["balance"]
    assert 0.58 < left < 0.61
    sandbox.admin("POST", "/clock", {"advance": 7200})
    assert sandbox.pod(id) is None
