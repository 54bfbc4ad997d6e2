"""A fleet set up without us, in the fewest steps that lead there: pods rented and awaited over RunPod's API, and on each,
by one `ssh`, what GitHub's page for new runners says."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from typing import Any

from harness.fleet import Fleet

SCRIPT = """
set -e
id runner >/dev/null 2>&1 || useradd -m runner
mkdir -p /opt/actions-runner && cd /opt/actions-runner
curl -fsSL -o runner.tar.gz "$url"
echo "$digest  runner.tar.gz" | sha256sum -c --quiet
tar -xzf runner.tar.gz
chown -R runner .
as_runner() { setpriv --reuid runner --regid runner --init-groups "$@"; }
as_runner ./config.sh --unattended --url "$repository" --token "$token" --name "$name"
as_runner setsid -f ./run.sh </dev/null >runner.log 2>&1
until grep -q 'Listening for Jobs' runner.log; do sleep 0.5; done
"""
RENT = "mutation($input: PodFindAndDeployOnDemandInput) { podFindAndDeployOnDemand(input: $input) { id } }"
LIST = "{ myself { pods { id runtime { ports { ip privatePort publicPort } } } } }"
REPOSITORY = "octo/models"


def seconds(fleet: Fleet, count: int) -> float:
    """How long it takes until GitHub lists all of them as online."""
    start = time.monotonic()
    hub = fleet.environment["GITHUB_API_URL"]
    release = _call(f"{hub}/repos/actions/runner/releases/latest")
    [asset] = [asset for asset in release["assets"] if "linux-x64" in asset["name"]]
    token = _github(fleet, "POST", "registration-token")["token"]
    public_key = subprocess.run(["ssh-keygen", "-y", "-f", fleet.key], capture_output=True, text=True, check=True).stdout
    pod = {
        **{"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "gpuCount": 1, "ports": "22/tcp", "startSsh": True},
        "env": [{"key": "PUBLIC_KEY", "value": public_key}],
    }
    waiting = {_runpod(fleet, RENT, input=pod)["podFindAndDeployOnDemand"]["id"] for _ in range(count)}
    commands: list[subprocess.Popen[str]] = []
    while waiting:
        for known in _runpod(fleet, LIST)["myself"]["pods"]:
            ports = [port for port in (known["runtime"] or {}).get("ports") or [] if port["privatePort"] == 22]
            if known["id"] not in waiting or not ports:
                continue
            waiting.remove(known["id"])
            values = {
                **{"url": asset["browser_download_url"], "digest": asset["digest"].removeprefix("sha256:")},
                **{"repository": f"https://github.com/{REPOSITORY}", "token": token, "name": known["id"]},
            }
            text = "".join(f"{name}='{value}'\n" for name, value in values.items()) + SCRIPT
            commands.append(_ssh(fleet, ports[0], text))
        time.sleep(2)
    assert all(command.wait() == 0 for command in commands)
    while [runner["status"] for runner in _github(fleet, "GET", "?per_page=100")["runners"]].count("online") < count:
        time.sleep(1)
    return time.monotonic() - start


def _ssh(fleet: Fleet, port: dict[str, Any], script: str) -> subprocess.Popen[str]:
    options = [
        *("-i", fleet.key, "-p", str(port["publicPort"]), "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"),
        *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectionAttempts=60"),
    ]
    command = ["ssh", *options, f"root@{port['ip']}", "sh -s"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    process.stdin.write(script)
    process.stdin.close()
    return process


def _runpod(fleet: Fleet, query: str, **variables: Any) -> Any:
    key = fleet.environment["RUNPOD_API_KEY"]
    answer = _call(fleet.environment["RUNPOD_API_URL"], "POST", key, {"query": query, "variables": variables})
    return answer["data"]


def _github(fleet: Fleet, method: str, path: str) -> Any:
    runners = f"{fleet.environment['GITHUB_API_URL']}/repos/{REPOSITORY}/actions/runners"
    url = runners + path if path.startswith("?") else f"{runners}/{path}"
    return _call(url, method, fleet.environment["GITHUB_TOKEN"], None)


def _call(url: str, method: str = "GET", key: str | None = None, body: Any = None) -> Any:
    headers = {"User-Agent": "by-hand", "Content-Type": "application/json"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)
