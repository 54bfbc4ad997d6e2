"""Pods that are ready."""

from __future__ import annotations

from service import Service


def rent(service: Service) -> str:
    """The id of a new pod that can be reached."""
    id = service.call("pods/create", imageName="runpod/base:1.0", gpuTypeId="NVIDIA L4")["pod"]["id"]
    service.call("pods/wait", podId=id, timeoutSeconds=60)
    return id
