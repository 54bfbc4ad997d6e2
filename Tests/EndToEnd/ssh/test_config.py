"""Other programs reach pods by name."""

from __future__ import annotations

import asyncio
import socket
import struct
import subprocess
from pathlib import Path

import asyncssh
import paramiko

from service import Service


def ssh(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the SSH client with a configuration of the user's own."""
    return subprocess.run(
        ["ssh", "-F", str(config), "-o", "BatchMode=yes", *arguments], capture_output=True, text=True, timeout=60
    )


def test_pods_are_reached_by_name_wherever_they_go(service: Service, pod: str, tmp_path: Path) -> None:
    answer = service.call("ssh/config")
    (host,) = answer["hosts"]
    name = service.call("pods/get", podId=pod)["pod"]["name"]
    assert (host["name"], host["podId"]) == (f"runpod-{name}", pod)
    assert answer["isIncluded"] is False
    config = tmp_path / "config"
    config.write_text(f"{answer['line']}\nHost *\n  User nobody\n")

    for called in (host["name"], f"runpod-{pod}"):
        done = ssh(config, called, "hostname")
        assert done.stdout == f"{pod}\n", done.stderr
    source = tmp_path / "file"
    source.write_text("content")
    subprocess.run(["scp", "-q", "-F", str(config), str(source), f"{host['name']}:copied"], check=True, timeout=60)
    assert service.call("ssh/exec", podId=pod, command="cat copied")["stdout"] == "content"

    rsync = ["rsync", "-a", "-e", f"ssh -F {config}", str(source), f"{host['name']}:synced"]
    subprocess.run(rsync, check=True, timeout=60)
    assert service.call("ssh/exec", podId=pod, command="cat synced")["stdout"] == "content"

    service.call("pods/stop", podId=pod)
    assert pod not in Path(answer["path"]).read_text()
    service.call("pods/resume", podId=pod)
    moved = service.call("pods/wait", podId=pod)["pod"]["sshPort"]
    assert moved != host["port"]
    done = ssh(config, host["name"], "hostname")
    assert done.stdout == f"{pod}\n", done.stderr


def test_an_editor_works_on_a_pod_as_vs_code_does(service: Service, pod: str, tmp_path: Path) -> None:
    answer = service.call("ssh/config")
    config = tmp_path / "config"
    config.write_text(f"{answer['line']}\n")
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    # It pipes a script to a shell, reads what it prints, and goes through that connection's SOCKS port from then on.
    command = ["ssh", "-T", "-D", str(port), "-o", "ConnectTimeout=15", "-F", str(config), answer["hosts"][0]["name"], "bash"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as remote:
        try:
            print("echo begun: $(hostname)", file=remote.stdin, flush=True)
            assert remote.stdout.readline() == f"begun: {pod}\n"
            with socket.create_connection(("127.0.0.1", port), 10) as through:
                through.sendall(b"\x05\x01\x00")
                assert through.recv(2) == b"\x05\x00"
                there = socket.inet_aton("127.0.0.1") + struct.pack(">H", answer["hosts"][0]["port"])
                through.sendall(b"\x05\x01\x00\x01" + there)
                with through.makefile("rb") as reply:
                    assert reply.read(10)[1] == 0
                    assert reply.read(4) == b"SSH-"
            print("exit 3", file=remote.stdin, flush=True)
            assert remote.wait(30) == 3
        finally:
            remote.kill()


def test_other_readers_of_such_files_reach_pods_too(service: Service, pod: str) -> None:
    service.call("ssh/connect", podId=pod)
    answer = service.call("ssh/config")
    (host,) = answer["hosts"]
    text = Path(answer["path"]).read_text()
    assert "Match" not in text
    assert "StrictHostKeyChecking yes" in text
    for name in (host["name"], f"runpod-{pod}"):
        found = paramiko.SSHConfig.from_path(answer["path"]).lookup(name)
        assert (found["hostname"], found["port"], found["user"]) == (host["host"], str(host["port"]), "root")
        with paramiko.SSHClient() as client:
            client.load_host_keys(found["userknownhostsfile"])
            (known,) = client.get_host_keys().lookup(found["hostkeyalias"]).values()
            client.get_host_keys().add(f"[{found['hostname']}]:{found['port']}", known.get_name(), known)
            client.connect(
                found["hostname"], int(found["port"]), found["user"], key_filename=found["identityfile"], timeout=30
            )
            _, output, _ = client.exec_command("hostname")
            assert output.read().decode() == f"{pod}\n"

    async def through_asyncssh() -> str:
        async with asyncssh.connect(host["name"], config=[answer["path"]]) as connection:
            return (await connection.run("hostname", check=True)).stdout

    assert asyncio.run(asyncio.wait_for(through_asyncssh(), 30)) == f"{pod}\n"


def test_a_pod_is_strict_from_its_first_connection_on(service: Service, pod: str) -> None:
    path = Path(service.call("ssh/config")["path"])
    assert "StrictHostKeyChecking accept-new" in path.read_text()
    service.call("ssh/connect", podId=pod)
    assert "accept-new" not in path.read_text()
    assert "StrictHostKeyChecking yes" in path.read_text()


def test_another_host_key_is_refused_by_name_too(service: Service, pod: str, tmp_path: Path) -> None:
    answer = service.call("ssh/config")
    name = answer["hosts"][0]["name"]
    service.call("ssh/connect", podId=pod)
    (pinned,) = (Path(answer["path"]).parent / "known_hosts" / pod).iterdir()
    stranger = tmp_path / "stranger"
    # A key of another kind is not simply one more key of a pod that is known.
    subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", str(stranger)], check=True)
    public = stranger.with_suffix(".pub").read_text().split()
    pinned.write_text(f"runpod-{pod} {public[0]} {public[1]}\n")
    done = ssh(Path(answer["path"]), name, "hostname")
    assert done.returncode == 255
    assert "Host key verification failed" in done.stderr


def test_a_pod_that_is_gone_has_no_name(service: Service, pod: str) -> None:
    path = Path(service.call("ssh/config")["path"])
    assert pod in path.read_text()
    service.call("pods/terminate", podId=pod)
    assert pod not in path.read_text()
    assert service.call("ssh/config")["hosts"] == []
