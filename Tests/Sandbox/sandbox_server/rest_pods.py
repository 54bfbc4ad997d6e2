"""Pods by REST v2: there are neither spot pods nor deadlines."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from .account import Account
from .catalog import CPU_FLAVORS
from .clock import parse_time
from .http_server import Request, Response
from .order import Order
from .pod import Pod
from .rest_problem import Problem, not_found
from .rest_views import pod_view, status_of


class RestPods:
    """Answers /v2/pods and what is below."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def pod(self, id: str) -> Pod:
        """The pod; raises a `Problem`."""
        pod = self.account.pod(id)
        if pod is None:
            raise not_found("pod")
        return pod

    def view(self, id: str) -> dict[str, Any]:
        """A pod, or for a while one that was terminated; raises a `Problem`."""
        pod = self.account.shown(id)
        if pod is None:
            raise not_found("pod")
        return pod_view(pod)

    def list(self, request: Request) -> Response:
        """A page of pods, the newest first. A page can be shorter than what was asked for."""
        pods = self.account.listed()
        try:
            limit = int(request.query.get("limit", "1000"))
            start = int(request.query.get("cursor") or "0")
        except ValueError as error:
            raise Problem(400, "invalid cursor or limit") from error
        end = start + max(1, min(limit, self.account.settings.rest_page_size))
        more = end < len(pods)
        rows: list[dict[str, Any] | None] = [pod_view(pod) for pod in pods[start:end]]
        if rows and self.account.settings.null_in_list:
            rows[0] = None
        pagination = {"nextCursor": str(end) if more else None, "hasNextPage": more}
        return Response(200, {"pods": rows, "pagination": pagination})

    def create(self, body: dict[str, Any]) -> Response:
        """Rents a pod."""
        return Response(201, {**pod_view(self.account.create(self._order(body))), "runtime": {}})

    def _order(self, body: dict[str, Any]) -> Order:
        template = self._template(body)
        gpu, cpu, mounts = body.get("gpu"), body.get("cpu"), body.get("mounts") or {}
        image = body.get("image") or template.get("imageName")
        if not image:
            raise Problem(422, "Request validation failed.", ["$: missing property 'image'"])
        if (gpu is None) == (cpu is None):
            raise Problem(400, "exactly one of gpu or cpu must be set")
        if len(mounts) > 1:
            raise Problem(400, "only one of mounts.persistent or mounts.network can be set")
        if "args" in body and ("entrypoint" in body or "cmd" in body):
            raise Problem(400, "args cannot be combined with entrypoint or cmd")
        if gpu and gpu.get("allowedCudaVersions") and gpu.get("minCudaVersion"):
            raise Problem(400, "allowedCudaVersions and minCudaVersion are mutually exclusive")
        inherited = {entry["key"]: entry["value"] for entry in template.get("env") or []}
        order = Order(
            name=body["name"],
            image=image,
            gpu_types=[gpu["id"] if gpu else ""],
            gpu_count=gpu.get("count", 1) if gpu else 1,
            clouds=(body.get("cloud", "SECURE"),),
            data_centers=body.get("dataCenterIds", []),
            ports=body.get("ports", [port for port in (template.get("ports") or "").split(",") if port]),
            env={**inherited, **body.get("env", {})},
            disk=body.get("disk") or template.get("containerDiskInGb") or 50,
            args=body.get("args", ""),
            start_ssh=body.get("startSsh", bool(template.get("startSsh"))),
            registry=body.get("registry"),
            cuda_versions=(gpu or {}).get("allowedCudaVersions") or [],
            least_cuda=(gpu or {}).get("minCudaVersion"),
            start_jupyter=body.get("startJupyter", bool(template.get("startJupyter"))),
            global_network=body.get("globalNetworking", False),
        )
        if gpu:
            order.least_memory = gpu.get("minRamPerGpu", 1) * order.gpu_count
            order.least_vcpus = gpu.get("minVcpuCountPerGpu", 1) * order.gpu_count
        elif cpu:
            self._choose_cpu(order, cpu, mounts)
        self._mount(order, mounts)
        return order

    def _template(self, body: dict[str, Any]) -> dict[str, Any]:
        id = body.get("templateId")
        if id is None:
            return {}
        if id not in self.account.templates:
            raise not_found("template")
        return self.account.templates[id]

    @staticmethod
    def _choose_cpu(order: Order, cpu: dict[str, Any], mounts: dict[str, Any]) -> None:
        flavor = CPU_FLAVORS.get(cpu["id"])
        count = cpu["vcpuCount"]
        if flavor is None:
            raise Problem(400, f"unknown CPU flavor {cpu['id']}")
        if count & (count - 1):
            raise Problem(400, "vcpuCount must be a power of two")
        if "persistent" in mounts:
            raise Problem(400, "mounts.persistent is not available for CPU pods")
        order.cpu_flavor, order.vcpus, order.least_memory = flavor.id, count, count * flavor.ram_multiplier

    def _mount(self, order: Order, mounts: dict[str, Any]) -> None:
        if persistent := mounts.get("persistent"):
            order.volume, order.volume_path = persistent["size"], persistent["path"]
        for network in mounts.get("network", []):
            volume = self.account.volumes.get(network["volumeId"])
            if volume is None:
                raise not_found("network volume")
            order.network_volume, order.volume_path = volume.id, network["path"]
            order.data_centers = [volume.data_center]

    def update(self, pod: Pod, body: dict[str, Any]) -> Response:
        """Changes what a pod is, or runs."""
        if "locked" in body:
            pod.is_locked = body["locked"]
        if "name" in body:
            pod.order.name = body["name"]
        mounts = body.get("mounts") or {}
        if mounts and ("persistent" in mounts) != bool(pod.order.volume):
            raise Problem(400, "the kind of mount is fixed when a pod is created")
        changes: dict[str, Any] = {
            name: body[name] for name in ("image", "args", "disk", "ports", "env", "registry") if name in body
        }
        if persistent := mounts.get("persistent"):
            changes |= {"volume": persistent["size"], "volume_path": persistent["path"]}
        if changes:
            self.account.edit(pod, **changes)
        return Response(200, pod_view(pod))

    def act(self, pod: Pod, action: str) -> Response:
        """A transition, if the pod's status has it."""
        status = status_of(pod)
        if action not in pod_view(pod)["actions"]:
            raise Problem(409, f"action {action} is not valid for a pod in status {status}")
        if pod.is_locked and action in ("stop", "restart"):
            raise Problem(409, "pod is locked")
        match action:
            case "start":
                self.account.resume(pod)
            case "stop":
                pod.stop("Exited by user")
            case "restart":
                pod.start()
            case "terminate":
                return self.terminate(pod)
        return Response(200, pod_view(pod))

    def terminate(self, pod: Pod) -> Response:
        """Ends it for good."""
        pod.terminate("Terminated by user")
        return Response(204)

    def logs(self, pod: Pod, request: Request) -> Response:
        """A stream of events that does not end."""
        source = request.query.get("source")
        lines = pod.journal.lines
        try:
            since = request.headers.get("last-event-id", "").partition("/")
            if since[2]:
                first = int(since[2])
            elif "since" in request.query:
                moment = parse_time(request.query["since"])
                first = next((line.number - 1 for line in lines if line.time >= moment), len(lines))
            else:
                first = max(0, len(lines) - min(int(request.query.get("tail", "100")), 5000))
        except ValueError as error:
            raise Problem(422, "Request validation failed.", [str(error)]) from error

        async def events() -> AsyncIterator[bytes]:
            async for line in pod.journal.follow(first):
                if source in (None, line.source):
                    moment = self.account.clock.iso(line.time)
                    data = json.dumps({"ts": moment, "source": line.source, "line": line.text})
                    yield f"id: {moment}/{line.number:012}\ndata: {data}\n\n".encode()

        headers = {"content-type": "text/event-stream", "cache-control": "no-cache", "x-accel-buffering": "no"}
        return Response(200, headers=headers, stream=events())
