"""What GraphQL mutations do. Each public method is a field of the schema's Mutation type."""

from __future__ import annotations

from typing import Any

from . import refusal
from .account import Account
from .catalog import CPU_FLAVORS
from .clock import parse_time
from .graphql_views import pod_view, user_view, volume_view
from .order import Order
from .pod import Pod, random_id


class Mutations:
    """Mutations by the holder of a key; `access` as in `Queries`."""

    def __init__(self, account: Account, access: str) -> None:
        self._account = account
        self._access = access

    def _need_all(self) -> None:
        if self._access != "all":
            raise refusal.unauthorized()

    def _own(self, id: str) -> Pod | None:
        if self._access not in ("all", id):
            raise refusal.unauthorized()
        return self._account.pod(id)

    # Creation.

    def podFindAndDeployOnDemand(self, input: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """A pod at the price of the catalogue."""
        return self._create(input or {}, spot=False)

    def podRentInterruptable(self, input: dict[str, Any]) -> dict[str, Any] | None:
        """A spot pod."""
        return self._create(input, spot=True)

    def deployCpuPod(self, input: dict[str, Any]) -> dict[str, Any] | None:
        """A pod without GPUs."""
        self._need_all()
        flavor, _, size = input["instanceId"].partition("-")
        vcpus, _, memory = size.partition("-")
        if flavor not in CPU_FLAVORS or not vcpus.isdigit() or not memory.isdigit():
            raise refusal.no_capacity()
        order = self._order(input)
        order.volume = 0
        order.gpu_types, order.cpu_flavor, order.vcpus, order.least_memory = [""], flavor, int(vcpus), int(memory)
        return self._rent(order)

    def _create(self, input: dict[str, Any], spot: bool) -> dict[str, Any] | None:
        self._need_all()
        order = self._order(input)
        order.spot, order.bid = spot, input.get("bidPerGpu")
        return self._rent(order)

    def _rent(self, order: Order) -> dict[str, Any] | None:
        try:
            return pod_view(self._account.create(order))
        except refusal.Refusal as refused:
            if refused.code in ("SUPPLY_CONSTRAINT", None) and self._account.settings.silent_no_capacity:
                return None
            raise

    def _order(self, input: dict[str, Any]) -> Order:
        template = self._account.templates.get(input.get("templateId") or "", {})
        cloud = input.get("cloudType") or "ALL"
        types = input.get("gpuTypeIdList") or [input.get("gpuTypeId") or ""]
        image = input.get("imageName") or template.get("imageName")
        if not image:
            raise refusal.against_the_rules("An image or a template is needed.")
        environment = {
            entry["key"]: entry["value"] for entry in [*(template.get("env") or []), *(input.get("env") or [])]
        }
        ports = input.get("ports") or template.get("ports") or ""
        return Order(
            name=input.get("name") or "my pod",
            image=image,
            gpu_types=types,
            gpu_count=input.get("gpuCount") or 1,
            clouds=("COMMUNITY", "SECURE") if cloud == "ALL" else (cloud,),
            data_centers=[input["dataCenterId"]] if input.get("dataCenterId") else [],
            country=input.get("countryCode"),
            ports=[port.strip() for port in ports.split(",") if port.strip()],
            env=environment,
            disk=input.get("containerDiskInGb") or template.get("containerDiskInGb") or 10,
            volume=input.get("volumeInGb") or 0,
            volume_path=input.get("volumeMountPath") or template.get("volumeMountPath") or "/workspace",
            network_volume=input.get("networkVolumeId"),
            args=input.get("dockerArgs") or "",
            start_ssh=bool(input.get("startSsh") or template.get("startSsh")),
            public_ip=bool(input.get("supportPublicIp")),
            highest_price=input.get("deployCost"),
            least_vcpus=input.get("minVcpuCount") or 1,
            least_memory=input.get("minMemoryInGb") or 1,
            stop_after=_moment(input.get("stopAfter")),
            terminate_after=_moment(input.get("terminateAfter")),
            template=input.get("templateId"),
            registry=input.get("containerRegistryAuthId"),
            cuda_versions=input.get("allowedCudaVersions") or [],
            least_cuda=input.get("minCudaVersion"),
            start_jupyter=input.get("startJupyter") in (True, "true"),
            global_network=bool(input.get("globalNetwork")),
        )

    # Life.

    def podResume(self, input: dict[str, Any]) -> dict[str, Any]:
        """Starts a stopped pod that is no spot pod."""
        pod = self._found(input["podId"])
        if pod.order.spot:
            raise refusal.spot_on_demand()
        self._resume(pod)
        return pod_view(pod)

    def podBidResume(self, input: dict[str, Any]) -> dict[str, Any]:
        """Starts a stopped spot pod."""
        pod = self._found(input["podId"])
        if input["bidPerGpu"] < pod.least_bid:
            raise refusal.bid_too_low(pod.least_bid)
        self._resume(pod)
        pod.order.bid, pod.order.spot = input["bidPerGpu"], True
        pod.cost = round(input["bidPerGpu"] * max(pod.gpu_count, 1), 4)
        return pod_view(pod)

    def _resume(self, pod: Pod) -> None:
        self._account.resume(pod)
        if self._account.settings.resume_lies:
            raise refusal.broken()

    def _found(self, id: str) -> Pod:
        pod = self._own(id)
        if pod is None:
            raise refusal.nothing_to_resume()
        return pod

    def podStop(self, input: dict[str, Any]) -> dict[str, Any]:
        """Stops a pod. Stopping a stopped one changes nothing."""
        pod = self._own(input["podId"])
        if pod is None:
            raise refusal.nothing_to_stop()
        if pod.status == "RUNNING":
            pod.stop("Exited by user")
        return pod_view(pod)

    def podTerminate(self, input: dict[str, Any]) -> None:
        """Ends a pod for good."""
        pod = self._own(input["podId"])
        if pod is None:
            raise refusal.nothing_to_terminate()
        pod.terminate("Terminated by user")

    def podEditJob(self, input: dict[str, Any]) -> dict[str, Any]:
        """Changes what a pod runs, which restarts it on an empty disk."""
        pod = self._found(input["podId"])
        self._account.edit(
            pod,
            image=input["imageName"],
            disk=input["containerDiskInGb"],
            args=input.get("dockerArgs"),
            ports=input["ports"].split(",") if input.get("ports") else None,
            volume_path=input.get("volumeMountPath"),
            env={entry["key"]: entry["value"] for entry in input["env"]} if input.get("env") is not None else None,
        )
        return pod_view(pod)

    # The account.

    def updateUserSettings(self, input: dict[str, Any] | None = None) -> dict[str, Any]:
        """Replaces all of the account's SSH keys."""
        self._need_all()
        if input and input.get("pubKey") is not None:
            self._account.settings.pub_key = input["pubKey"]
        return user_view(self._account)

    def saveTemplate(self, input: dict[str, Any] | None = None) -> dict[str, Any]:
        """Makes or replaces a template."""
        self._need_all()
        template = dict(input or {})
        template["id"] = template.get("id") or random_id(10)
        self._account.templates[template["id"]] = template
        return template

    def deleteTemplate(self, templateName: str | None = None) -> None:
        """Removes a template by its name."""
        self._need_all()
        templates = self._account.templates
        for id in [id for id, template in templates.items() if template.get("name") == templateName]:
            del templates[id]

    def createNetworkVolume(self, input: dict[str, Any]) -> dict[str, Any]:
        """Makes a volume that outlives pods."""
        self._need_all()
        volume = self._account.create_volume(
            input.get("name") or "volume", input.get("size") or 10, input["dataCenterId"]
        )
        return volume_view(self._account, volume)

    def updateNetworkVolume(self, input: dict[str, Any]) -> dict[str, Any]:
        """Renames or enlarges a volume."""
        self._need_all()
        volume = self._account.volumes.get(input["id"])
        if volume is None:
            raise refusal.broken()
        volume.name = input.get("name") or volume.name
        volume.size = max(volume.size, input.get("size") or 0)
        return volume_view(self._account, volume)

    def deleteNetworkVolume(self, input: dict[str, Any]) -> None:
        """Removes a volume with its files."""
        self._need_all()
        if not self._account.delete_volume(input["id"]):
            raise refusal.Refusal("Tried to delete nonexistent network volume", None, 404)

    def saveRegistryAuth(self, input: dict[str, Any] | None = None) -> dict[str, Any]:
        """Keeps credentials of an image registry."""
        self._need_all()
        id = random_id(10)
        self._account.registries[id] = (input or {})["name"]
        return {"id": id, "name": self._account.registries[id]}

    def updateRegistryAuth(self, input: dict[str, Any] | None = None) -> dict[str, Any]:
        """Replaces them."""
        self._need_all()
        id = (input or {})["id"]
        return {"id": id, "name": self._account.registries.get(id)}

    def deleteRegistryAuth(self, registryAuthId: str | None = None) -> None:
        """Forgets them."""
        self._need_all()
        self._account.registries.pop(registryAuthId or "", None)


def _moment(text: str | None) -> float | None:
    if not text:
        return None
    try:
        return parse_time(text)
    except ValueError as error:
        raise refusal.against_the_rules(f"{text!r} is not a time.") from error
