"""Just-in-time runners: registered by one call, configured by a blob instead of config.sh."""

from __future__ import annotations

import base64
import json
from typing import Any

from .github import GitHub
from .runner import Runner, label_rows


class Invalid(Exception):
    """A request with which nothing can be done; has a status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def generate(github: GitHub, scope: str, body: Any, service_url: str, web_url: str) -> tuple[Runner, str]:
    """A new runner, offline, and its blob; raises `Invalid`."""
    if not isinstance(body, dict) or not isinstance(body.get("name"), str) or not body["name"]:
        raise Invalid(422, 'Invalid request.\n\n"name" wasn\'t supplied.')
    group = body.get("runner_group_id")
    if group not in range(1, 1 + len(github.groups(scope))):
        raise Invalid(422, "Validation Failed")
    labels = body.get("labels")
    if not isinstance(labels, list) or not 1 <= len(labels) <= 100:
        raise Invalid(422, "Validation Failed")
    if github.named(scope, body["name"]):
        raise Invalid(409, f"Already exists - A runner with the name {body['name']} already exists.")
    # It has only the labels that were given, and its own system is not known before it connects.
    runner = github.add(scope, body["name"], label_rows(labels, []), ephemeral=True, os="unknown", group_id=group)
    return runner, _blob(runner, body.get("work_folder") or "_work", service_url, web_url)


def _blob(runner: Runner, work_folder: str, service_url: str, web_url: str) -> str:
    kind, *names = runner.scope.strip("/").split("/")
    path = "/".join(["enterprises", *names] if kind == "enterprises" else names)
    settings = {
        "agentId": runner.id,
        "agentName": runner.name,
        "poolId": 1,
        "poolName": "Default",
        "serverUrl": service_url,
        "gitHubUrl": f"{web_url}/{path}",
        "workFolder": work_folder,
        "ephemeral": True,
        "useV2Flow": True,
    }
    files = {
        ".runner": json.dumps(settings),
        ".credentials": json.dumps({"scheme": "OAuth", "data": {"clientId": runner.key}}),
        ".credentials_rsaparams": json.dumps({"d": "", "exponent": "AQAB", "modulus": ""}),
    }
    encoded = {name: base64.b64encode(text.encode()).decode() for name, text in files.items()}
    blob = base64.b64encode(json.dumps(encoded).encode()).decode()
    runner.github.credentials += [blob, encoded[".credentials"]]
    return blob
