"""Other programs reach pods by name."""

from __future__ import annotations

import subprocess
from pathlib import Path

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

    service.call("pods/stop", podId=pod)
    assert pod not in Path(answer["path"]).read_text()
    service.call("pods/resume", podId=pod)
    moved = service.call("pods/wait", podId=pod)["pod"]["sshPort"]
    assert moved != host["port"]
    done = ssh(config, host["name"], "hostname")
    assert done.stdout == f"{pod}\n", done.stderr


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
