"""Things as GraphQL shows them: one dictionary a type, values that take arguments as functions."""

from __future__ import annotations

from typing import Any

from .account import Account, NetworkVolume
from .catalog import DATA_CENTERS, GPU_TYPES, CpuFlavor, DataCenter, GpuType
from .market import Place
from .pod import Pod


def pod_view(pod: Pod) -> dict[str, Any]:
    """A pod. A terminated one is shown as exited: RunPod keeps TERMINATED for pods that were outbid."""
    order = pod.order
    account = pod.account
    volume = account.volumes.get(order.network_volume or "")
    lies = account.settings.lies
    ended_by_user = pod.status == "TERMINATED" and not pod.last_change.startswith("Outbid")
    return {
        "id": lies.get("id", pod.id),
        "name": lies.get("name", order.name),
        "machineId": lies.get("machineId", pod.machine_id),
        "imageName": lies.get("image", order.image),
        "desiredStatus": lies.get("status", "EXITED" if ended_by_user else pod.status),
        "gpuCount": pod.gpu_count,
        "vcpuCount": float(pod.vcpus),
        "memoryInGb": float(pod.memory),
        "costPerHr": pod.cost,
        "adjustedCostPerHr": pod.cost,
        "costMultiplier": 1.0,
        "gpuPowerLimitPercent": 100,
        "gpus": [{"id": f"gpu-{number}", "podId": pod.id} for number in range(pod.gpu_count)],
        "volumeEncrypted": False,
        "lowestBidPriceToResume": pod.least_bid if order.spot and pod.status != "RUNNING" else None,
        "env": [f"{key}={value}" for key, value in pod.env.items()],
        "ports": ",".join(order.ports) or None,
        "podType": "INTERRUPTABLE" if order.spot else "RESERVED",
        "dockerArgs": order.args,
        "templateId": order.template,
        "containerDiskInGb": order.disk,
        "volumeInGb": float(order.volume),
        "volumeMountPath": order.volume_path,
        "networkVolumeId": order.network_volume,
        "networkVolume": volume_view(account, volume) if volume else None,
        "containerRegistryAuthId": order.registry,
        "createdAt": account.clock.iso(pod.created),
        "lastStartedAt": account.clock.iso(pod.started_at),
        "lastStatusChange": lies.get("lastStatusChange", pod.last_change),
        "uptimeSeconds": pod.uptime,
        "version": 0,
        "locked": pod.is_locked,
        "machineType": "KVM",
        "cpuFlavorId": order.cpu_flavor,
        "apiKey": pod.key,
        "consumerUserId": account.id,
        "runtime": _runtime(pod),
        "machine": _machine(pod),
        "latestTelemetry": {"state": "running" if pod.is_alive else "exited", "time": account.clock.iso()},
    }


def _runtime(pod: Pod) -> dict[str, Any] | None:
    if not pod.has_runtime or pod.lookup_fails:
        return None
    return {
        "uptimeInSeconds": pod.uptime,
        "ports": pod.mappings() if pod.has_ports else pod.account.settings.unmapped_ports,
        "gpus": [
            {"id": f"gpu-{number}", "gpuUtilPercent": 0, "memoryUtilPercent": 0} for number in range(pod.gpu_count)
        ],
        "container": {"cpuPercent": 1, "memoryPercent": 1},
    }


def _machine(pod: Pod) -> dict[str, Any]:
    gpu = GPU_TYPES.get(pod.place.gpu_type)
    return {
        "id": pod.machine_id,
        "gpuDisplayName": gpu.display_name if gpu else None,
        "gpuTypeId": gpu.id if gpu else None,
        "location": DATA_CENTERS[pod.place.data_center].country,
        "podHostId": pod.host_id,
        "dataCenterId": pod.place.data_center,
        "secureCloud": pod.place.cloud == "SECURE",
        "supportPublicIp": pod.has_public_address,
        "costPerHr": pod.cost,
        "vcpuTotal": 128,
        "memoryTotal": 1024,
        "listed": True,
    }


def _list(account: Account) -> list[dict[str, Any] | None]:
    views: list[dict[str, Any] | None] = [pod_view(pod) for pod in account.listed()]
    if account.settings.null_in_list and views:
        views[0] = None
    return views


def user_view(account: Account) -> dict[str, Any]:
    """The account, its pods included."""
    settings = account.settings
    return {
        "id": account.id,
        "email": "sandbox@example.com",
        "authId": account.id,
        "pubKey": settings.pub_key,
        "clientBalance": round(settings.balance, 6),
        "currentSpendPerHr": round(account.spend_per_hour, 6),
        "clientLifetimeSpend": round(account.lifetime_spend, 6),
        "minBalance": 0.0,
        "spendLimit": int(settings.spend_limit),
        "underBalance": settings.balance <= 0,
        "pods": lambda _info: _list(account),
        "podTemplates": list(account.templates.values()),
        "networkVolumes": [volume_view(account, volume) for volume in account.volumes.values()],
        "containerRegistryCreds": [{"id": id, "name": name} for id, name in account.registries.items()],
        "notifyPodsStale": True,
        "notifyPodsGeneral": True,
        "notifyLowBalance": True,
    }


def volume_view(account: Account, volume: NetworkVolume) -> dict[str, Any]:
    """A network volume."""
    center = DATA_CENTERS.get(volume.data_center)
    return {
        "id": volume.id,
        "name": volume.name,
        "size": volume.size,
        "dataCenterId": volume.data_center,
        "storageType": "NETWORK",
        "dataCenter": data_center_view(account, center) if center else None,
    }


def gpu_view(account: Account, gpu: GpuType) -> dict[str, Any]:
    """A GPU type with its prices; stock is told by `lowestPrice`."""

    def lowest_price(_info: Any, input: dict[str, Any] | None = None) -> dict[str, Any]:
        wanted = input or {}
        secure = wanted.get("secureCloud")
        clouds = ["SECURE", "COMMUNITY"] if secure is None else ["SECURE" if secure else "COMMUNITY"]
        clouds = [cloud for cloud in clouds if gpu.price(cloud) is not None]
        centers = [wanted["dataCenterId"]] if wanted.get("dataCenterId") else list(DATA_CENTERS)
        count = wanted.get("gpuCount", 1)
        places = [Place(gpu.id, cloud, center) for cloud in clouds for center in centers]
        best = max(places, key=account.market.free, default=None)
        stock = account.market.stock(best, count) if best else "None"
        stocked = stock != "None"
        # Both figures are for all of the GPUs asked for, not for one: read live by two clients and held against a bill, and the
        # overbid that came of it repaired by RunPod's staff in skypilot-org/skypilot PR #9000.
        price = round(min((gpu.price(cloud) or 0 for cloud in clouds), default=0) * count, 4)
        floor = round(min((account.market.floor(gpu, cloud) for cloud in clouds), default=0) * count, 4)
        return {
            "gpuName": gpu.display_name,
            "gpuTypeId": gpu.id,
            "minimumBidPrice": floor if stocked else None,
            "uninterruptablePrice": price if stocked else None,
            "stockStatus": stock,
            "minMemory": 31,
            "minVcpu": 6,
            "supportPublicIp": "SECURE" in clouds,
            "maxGpuCount": gpu.max_count,
            "maxUnreservedGpuCount": min(gpu.max_count, account.market.free(best)) if best else 0,
        }

    return {
        "id": gpu.id,
        "displayName": gpu.display_name,
        "manufacturer": gpu.manufacturer,
        "memoryInGb": gpu.memory,
        "cudaCores": gpu.cuda_cores,
        "secureCloud": gpu.secure is not None,
        "communityCloud": gpu.community is not None,
        "securePrice": gpu.secure,
        "communityPrice": gpu.community,
        "secureSpotPrice": gpu.secure_spot,
        "communitySpotPrice": gpu.community_spot,
        "maxGpuCount": gpu.max_count,
        "maxGpuCountSecureCloud": gpu.max_count if gpu.secure else 0,
        "maxGpuCountCommunityCloud": gpu.max_count if gpu.community else 0,
        "minPodGpuCount": 1,
        "lowestPrice": lowest_price,
    }


def data_center_view(account: Account, center: DataCenter) -> dict[str, Any]:
    """A data centre, with what it has."""

    def availability(_info: Any, input: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        wanted = (input or {}).get("gpuTypeId")
        count = (input or {}).get("gpuCount") or 1
        rows = []
        for gpu in GPU_TYPES.values():
            if wanted in (None, gpu.id):
                stock = account.market.stock(Place(gpu.id, "SECURE" if gpu.secure else "COMMUNITY", center.id), count)
                row = {"available": stock != "None", "stockStatus": stock, "gpuTypeId": gpu.id, "id": gpu.id}
                rows.append({**row, "gpuTypeDisplayName": gpu.display_name, "displayName": gpu.display_name})
        return rows

    return {
        "id": center.id,
        "name": center.id,
        "location": center.name,
        "region": center.region,
        "listed": True,
        "storageSupport": True,
        "globalNetwork": True,
        "compliance": [],
        "gpuAvailability": availability,
    }


def cpu_flavor_view(flavor: CpuFlavor) -> dict[str, Any]:
    """A kind of CPU pod."""
    def specifics(_info: Any, input: dict[str, Any] | None = None) -> dict[str, Any]:
        vcpus = int(((input or {}).get("instanceId") or f"{flavor.id}-2-0").split("-")[1])
        return {"stockStatus": "High", "securePrice": round(flavor.price_per_vcpu * vcpus, 4)}

    return {
        "id": flavor.id,
        "groupId": flavor.id[:4],
        "groupName": flavor.display_name,
        "displayName": flavor.display_name,
        "minVcpu": 2,
        "maxVcpu": 32,
        "vcpuBurstable": False,
        "ramMultiplier": flavor.ram_multiplier,
        "diskLimitPerVcpu": 10,
        "specifics": specifics,
    }
