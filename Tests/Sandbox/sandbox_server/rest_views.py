"""Things as REST v2 shows them."""

from __future__ import annotations

from typing import Any

from .account import Account, NetworkVolume
from .catalog import CPU_FLAVORS, DATA_CENTERS, CpuFlavor, DataCenter, GpuType
from .market import Place
from .pod import Pod

ACTIONS = {
    "PROVISIONING": ["stop", "terminate"],
    "STARTING": ["stop", "terminate"],
    "RUNNING": ["stop", "restart", "terminate"],
    "EXITED": ["start", "terminate"],
    "ERROR": ["start", "terminate"],
    "TERMINATED": [],
}


def status_of(pod: Pod) -> str:
    """The status, which is made of what the account wants and how far the container is."""
    if pod.status != "RUNNING":
        return "ERROR" if pod.has_failed else pod.status
    if not pod.has_runtime:
        return "PROVISIONING"
    return "RUNNING" if pod.has_ports else "STARTING"


def pod_view(pod: Pod) -> dict[str, Any]:
    """A pod."""
    order = pod.order
    status = status_of(pod)
    lies = pod.account.settings.lies
    view: dict[str, Any] = {
        "id": lies.get("id", pod.id),
        "name": lies.get("name", order.name),
        "status": lies.get("status", status),
        "actions": ACTIONS[status],
        "image": lies.get("image", order.image),
        "args": order.args,
        "disk": order.disk,
        "ports": order.ports,
        "env": pod.env,
        "registry": order.registry,
        "mounts": _mounts(pod),
        "cloud": pod.place.cloud,
        "dataCenterId": lies.get("dataCenterId", pod.place.data_center),
        "cudaVersion": "12.8" if order.cpu_flavor is None else None,
        "ssh": _ssh(pod),
        # A created pod keeps no link to its template.
        "template": None,
        "cost": pod.cost if pod.status == "RUNNING" else 0.0,
        "locked": pod.is_locked,
        "globalNetworking": {"enabled": order.global_network},
        "runtime": _runtime(pod) if status == "RUNNING" else None,
        "createdAt": pod.account.clock.iso(pod.created),
        "startedAt": pod.account.clock.iso(pod.started_at) if pod.began is not None else None,
    }
    if order.cpu_flavor is None:
        view["gpu"] = {"id": pod.place.gpu_type, "count": pod.gpu_count, "vcpuCount": pod.vcpus, "memory": pod.memory}
    else:
        view["cpu"] = {"id": order.cpu_flavor, "vcpuCount": order.vcpus, "memory": pod.memory}
    return view


def _mounts(pod: Pod) -> dict[str, Any]:
    order = pod.order
    if order.network_volume:
        return {"network": [{"volumeId": order.network_volume, "path": order.volume_path}]}
    return {"persistent": {"size": order.volume, "path": order.volume_path}} if order.volume else {}


def _runtime(pod: Pod) -> dict[str, Any] | None:
    if pod.lookup_fails:
        return None
    ports = [
        {"private": row["privatePort"], "public": row["publicPort"], "type": row["type"], "ip": row["ip"]}
        for row in pod.mappings()
    ]
    if pod.settings.private_port_first:
        ports = [{"private": 22, "public": 60022, "type": "tcp", "ip": "100.65.0.101"}, *ports]
    gpus = [{"util": 0, "memoryUtil": 0} for _ in range(pod.gpu_count)]
    return {"uptime": pod.uptime, "gpus": gpus, "cpu": {"util": 1}, "memory": {"util": 1}, "ports": ports}


def _ssh(pod: Pod) -> dict[str, Any]:
    proxy = {
        "host": "ssh.runpod.io",
        "port": 22,
        "username": pod.host_id,
        "command": f"ssh {pod.host_id}@ssh.runpod.io",
    }
    port = pod.public_ports.get(22) if pod.has_ports and pod.has_public_address and pod.status == "RUNNING" else None
    direct = None
    if port is not None:
        lies = pod.account.settings.lies
        address = {"host": lies.get("ip", "127.0.0.1"), "port": lies.get("port", port)}
        direct = {**address, "username": "root", "command": f"ssh root@127.0.0.1 -p {port}"}
    return {"proxy": proxy if pod.began is not None else None, "direct": direct}


def template_view(template: dict[str, Any]) -> dict[str, Any]:
    """A template, however it was saved."""
    size = template.get("volumeInGb")
    path = template.get("volumeMountPath") or "/workspace"
    return {
        "id": template["id"],
        "name": template.get("name"),
        "image": template.get("imageName"),
        "args": template.get("dockerArgs"),
        "disk": template.get("containerDiskInGb"),
        "ports": [port for port in (template.get("ports") or "").split(",") if port],
        "env": {entry["key"]: entry["value"] for entry in template.get("env") or []},
        "mounts": {"persistent": {"size": size, "path": path}} if size else {},
    }


def volume_view(volume: NetworkVolume) -> dict[str, Any]:
    """A network volume."""
    return {
        "id": volume.id,
        "name": volume.name,
        "size": volume.size,
        "dataCenter": volume.data_center,
        "type": volume.kind,
    }


def gpu_view(account: Account, gpu: GpuType, availability: dict[str, Any] | None) -> dict[str, Any]:
    """A GPU type. `availability` is the count and the cloud for which stock is to be told."""
    view: dict[str, Any] = {
        "id": gpu.id,
        "name": gpu.display_name,
        "pool": None,
        "manufacturer": gpu.manufacturer.upper(),
        "memory": gpu.memory,
        "secure": gpu.secure is not None,
        "community": gpu.community is not None,
        "price": {"secure": gpu.secure or 0.0, "community": gpu.community or 0.0},
        "maxCount": {
            "secure": gpu.max_count if gpu.secure is not None else 0,
            "community": gpu.max_count if gpu.community is not None else 0,
        },
    }
    if availability is None:
        return view
    count, cloud = availability["count"], availability["cloud"]
    rows = []
    if gpu.price(cloud) is not None and count <= gpu.max_count:
        for center in DATA_CENTERS.values():
            level = account.market.stock(Place(gpu.id, cloud, center.id), count).upper()
            rows.append({"id": center.id, "name": center.name, "availability": level})
    levels = [row["availability"] for row in rows]
    view["availability"] = next((level for level in ("HIGH", "MEDIUM", "LOW") if level in levels), "NONE")
    if view["availability"] != "NONE":
        view["dataCenters"] = rows
    if gpu.manufacturer == "Nvidia":
        view["cudaVersions"] = [{"version": "12.8", "available": view["availability"] != "NONE"}]
    return view


def cpu_view(flavor: CpuFlavor, with_availability: bool) -> dict[str, Any]:
    """A kind of CPU pod."""
    view: dict[str, Any] = {
        "id": flavor.id,
        "name": flavor.display_name,
        "group": "Gen 3",
        "vcpu": {"min": 2, "max": 32},
        "ramGbPerVcpu": flavor.ram_multiplier,
        "price": {"securePerVcpu": flavor.price_per_vcpu, "serverlessPerVcpu": flavor.price_per_vcpu},
    }
    if with_availability:
        view["availability"] = "HIGH"
    return view


def data_center_view(account: Account, center: DataCenter, gpus: list[GpuType], cpus: bool) -> dict[str, Any]:
    """A data centre, with the stock of these GPU types."""
    view: dict[str, Any] = {
        "id": center.id,
        "name": center.name,
        "region": center.region,
        "globalNetwork": True,
        "networkVolumeTypes": ["STANDARD"],
        "compliance": [],
    }
    rows = []
    for gpu in gpus:
        place = Place(gpu.id, "SECURE" if gpu.secure is not None else "COMMUNITY", center.id)
        rows.append({"id": gpu.id, "name": gpu.display_name, "availability": account.market.stock(place, 1).upper()})
    if rows:
        view["gpuAvailability"] = rows
    if cpus:
        view["cpuAvailability"] = [
            {"id": flavor.id, "name": flavor.display_name, "availability": "HIGH"} for flavor in CPU_FLAVORS.values()
        ]
    return view
