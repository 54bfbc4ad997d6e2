"""Messages as clients and this service send them, of three sizes, always the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.paths import TOOLS


def _pod(number: int) -> dict[str, Any]:
    return {
        "id": f"pod{number:06}xk4q",
        "name": f"runpod-rpc-{number}",
        "status": ("running", "stopped", "waiting")[number % 3],
        "imageName": "runpod/pytorch:2.4.0-py3.11-cuda12.4.1-devel-ubuntu22.04",
        "gpuTypeId": "NVIDIA GeForce RTX 4090",
        "gpuCount": 1 + number % 4,
        "costPerHour": 0.34 + number % 10 / 100,
        "interruptible": number % 2 == 0,
        "containerDiskInGb": 50,
        "ports": [{"private": 22, "public": 10000 + number, "host": f"100.65.{number % 256}.7"}],
        "env": {"MODE": "training", "NOTE": "Größe „groß“\n"},
        "created": "2026-11-24T16:40:00Z",
        "terminateAfter": None,
    }


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _pods(size: int) -> bytes:
    """The answer of `pods/list` with as many pods as fit into `size` bytes."""
    count = size // len(_text(_pod(0)))
    return _text({"jsonrpc": "2.0", "id": 7, "result": {"pods": [_pod(number) for number in range(count)]}})


def messages() -> dict[str, Path]:
    """Files by size."""
    request = {
        "jsonrpc": "2.0",
        "id": 7,
        "method": "pods/wait",
        "params": {"podId": "pod000042xk4q", "timeoutSeconds": 600, "workDoneToken": "5b7c2e0f-wait"},
    }
    texts = {"150 bytes": _text(request), "10 KB": _pods(10_000), "1 MB": _pods(1_000_000)}
    folder = TOOLS / "messages"
    folder.mkdir(exist_ok=True)
    paths = {size: folder / (size.replace(" ", "-") + ".json") for size in texts}
    for size, path in paths.items():
        path.write_bytes(texts[size])
    return paths
