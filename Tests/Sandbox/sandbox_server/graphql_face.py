"""RunPod's GraphQL API: every call is validated and executed by a GraphQL engine against the schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from .account import Account, Refused
from .faults import Faults
from .http_face import Face, Request, Response
from .pod import Pod
from .recorder import Recorder
from .settings import GPU_TYPES

SCHEMA = build_schema((Path(__file__).parents[1] / "runpod.graphql").read_text())


class GraphQLFace(Face):
    """`POST /graphql`."""

    name = "graphql"

    def __init__(self, faults: Faults, recorder: Recorder, account: Account) -> None:
        self.account = account
        super().__init__(faults, recorder)

    def operation(self, request: Request) -> str:
        """The root field."""
        try:
            return _root_field(parse(request.json()["query"]))
        except Exception:  # pylint: disable=broad-except
            return "malformed"

    def answer(self, request: Request) -> Response:
        settings = self.account.settings
        if request.path != "/graphql" or request.method != "POST":
            return Response(404, b"Not Found", {"Content-Type": "text/plain"})
        if settings.graphqlRetired:
            return Response(410, {"message": "The GraphQL API has been retired. Use https://api.runpod.io/v2."})
        if settings.userAgentBan or not request.headers.get("user-agent"):
            return Response(403, b"error code: 1010", {"Content-Type": "text/plain"})
        key = request.headers.get("authorization", "").removeprefix("Bearer ") or request.query.get("api_key", "")
        pod_id = key.removeprefix("rpa_pod_") if key.startswith("rpa_pod_") else None
        if key != self.account.key and (pod_id is None or self.account.pod(pod_id) is None):
            return Response(401, b"", {"Content-Type": "text/plain"})
        try:
            body = request.json()
            document = parse(body["query"])
        except (ValueError, KeyError, TypeError, GraphQLError) as error:
            return _invalid([str(error)])
        if _asks_for_schema(document):
            return _invalid(["GraphQL introspection is not allowed."])
        if errors := validate(SCHEMA, document):
            return _invalid([error.message for error in errors])
        field = _root_field(document)
        if settings.scopeTooSmall or (pod_id and field not in ("pod", "podStop", "podTerminate")):
            return _failed(field, "Unauthorized", "RUNPOD")
        result = execute_sync(SCHEMA, document, _Root(self.account), variable_values=body.get("variables") or {})
        if result.data is None and result.errors and result.errors[0].path is None:
            return _invalid([error.message for error in result.errors])
        if result.errors:
            original = result.errors[0].original_error
            code = original.code if isinstance(original, Refused) else "INTERNAL_SERVER_ERROR"
            return _failed(field, result.errors[0].message, code)
        return Response(200, {"data": result.data})


def _root_field(document: DocumentNode) -> str:
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            for selection in definition.selection_set.selections:
                if isinstance(selection, FieldNode):
                    return selection.name.value
    return "none"


def _asks_for_schema(document: DocumentNode) -> bool:
    return _root_field(document) in ("__schema", "__type")


def _invalid(messages: list[str]) -> Response:
    errors = [{"message": message, "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}} for message in messages]
    return Response(400, {"errors": errors})


def _failed(field: str, message: str, code: str | None) -> Response:
    error: dict[str, Any] = {"message": message, "path": [field]}
    if code:
        error["extensions"] = {"code": code}
    return Response(200, {"errors": [error], "data": {field: None}})


class _Root:
    """The resolvers of the root fields."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def myself(self, _info: Any) -> dict[str, Any]:
        account = self.account
        with account.lock:
            return {
                "id": account.id,
                "email": "me@example.org",
                "pubKey": account.settings.pubKey,
                "clientBalance": account.settings.balance,
                "currentSpendPerHr": account.spend(),
                "spendLimit": int(account.settings.spendLimit),
                "underBalance": account.settings.balance <= 0,
                "pods": [self._describe(pod) for pod in account.listed()],
            }

    def pod(self, _info: Any, input: dict[str, Any]) -> dict[str, Any] | None:
        with self.account.lock:
            pod = self.account.pod(input["podId"])
            return self._describe(pod) if pod else None

    def gpuTypes(self, _info: Any, input: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        wish = input or {}
        wanted = wish.get("ids") or ([wish["id"]] if wish.get("id") else list(GPU_TYPES))
        return [self._gpu_type(name) for name in wanted if name in GPU_TYPES]

    def podFindAndDeployOnDemand(self, _info: Any, input: dict[str, Any] | None = None) -> dict[str, Any] | None:
        pod = self.account.create(_wish(input or {}), interruptible=False)
        return self._describe(pod) if pod else None

    def podRentInterruptable(self, _info: Any, input: dict[str, Any]) -> dict[str, Any] | None:
        pod = self.account.create(_wish(input), interruptible=True)
        return self._describe(pod) if pod else None

    def podStop(self, _info: Any, input: dict[str, Any]) -> dict[str, Any]:
        return self._describe(self.account.stop(input["podId"]))

    def podResume(self, _info: Any, input: dict[str, Any]) -> dict[str, Any]:
        return self._describe(self.account.resume(input["podId"], input.get("gpuCount"), None))

    def podBidResume(self, _info: Any, input: dict[str, Any]) -> dict[str, Any]:
        return self._describe(self.account.resume(input["podId"], input["gpuCount"], input["bidPerGpu"]))

    def podTerminate(self, _info: Any, input: dict[str, Any]) -> None:
        self.account.terminate(input["podId"])

    def updateUserSettings(self, info: Any, input: dict[str, Any] | None = None) -> dict[str, Any]:
        self.account.settings.pubKey = (input or {}).get("pubKey") or ""
        return self.myself(info)

    def _describe(self, pod: Pod) -> dict[str, Any]:
        settings, now = self.account.settings, self.account.clock.now()
        memory, _, floor = GPU_TYPES.get(pod.gpu_type, (0, 0.0, 0.0))
        runtime = None
        if pod.has_runtime(now, settings.staleRuntime):
            if settings.blindCalls > 0:
                settings.blindCalls -= 1
            else:
                uptime = -1 if "crash-loop" in pod.image else int(now - pod.started)
                runtime = {"uptimeInSeconds": uptime, "ports": pod.runtime_ports(now)}
        return {
            "id": pod.id,
            "name": pod.name,
            "machineId": pod.machine,
            "imageName": pod.image,
            "desiredStatus": pod.status,
            "gpuCount": pod.gpu_count,
            "vcpuCount": 8.0 * pod.gpu_count,
            "memoryInGb": 32.0 * pod.gpu_count,
            "costPerHr": pod.cost,
            "adjustedCostPerHr": pod.cost,
            "volumeEncrypted": False,
            "lowestBidPriceToResume": floor,
            "env": [f"{name}={value}" for name, value in pod.env.items()],
            "ports": pod.ports,
            "podType": "INTERRUPTABLE" if pod.interruptible else "RESERVED",
            "containerDiskInGb": pod.container_disk,
            "volumeInGb": float(pod.volume),
            "createdAt": self.account.clock.text(pod.created),
            "lastStartedAt": self.account.clock.text(pod.started),
            "lastStatusChange": pod.last_change,
            "runtime": runtime,
            "machine": {
                "id": pod.machine,
                "gpuTypeId": pod.gpu_type,
                "gpuDisplayName": pod.gpu_type.removeprefix("NVIDIA "),
                "podHostId": f"{pod.id}-{pod.suffix}",
                "dataCenterId": "EU-RO-1",
                "secureCloud": pod.cloud == "SECURE",
                "gpuType": {"id": pod.gpu_type, "memoryInGb": memory},
            },
            "latestTelemetry": {
                "state": "exited" if "crash-loop" in pod.image else "running",
                "time": self.account.clock.text(),
            },
        }

    def _gpu_type(self, name: str) -> dict[str, Any]:
        memory, price, floor = GPU_TYPES[name]
        account = self.account

        def lowest_price(_info: Any, input: dict[str, Any] | None = None) -> dict[str, Any]:
            count = (input or {}).get("gpuCount", 1)
            free = account.free(name)
            stock = "None" if free < count else "Low" if free < 3 else "Medium" if free < 20 else "High"
            return {
                "gpuTypeId": name,
                "gpuName": name,
                "minimumBidPrice": floor * count if free >= count else None,
                "uninterruptablePrice": price * count if free >= count else None,
                "stockStatus": stock,
                "totalCount": account.settings.capacities.get(name, account.settings.capacity),
            }

        return {
            "id": name,
            "displayName": name.removeprefix("NVIDIA "),
            "manufacturer": "Nvidia",
            "memoryInGb": memory,
            "secureCloud": True,
            "communityCloud": True,
            "securePrice": price,
            "communityPrice": price,
            "secureSpotPrice": floor,
            "communitySpotPrice": floor,
            "maxGpuCount": 8,
            "lowestPrice": lowest_price,
        }


def _wish(input: dict[str, Any]) -> dict[str, Any]:
    if len(input.get("name") or "") > 191:
        raise Refused("Pod name is too long.")
    env = input.get("env") or []
    if len(env) > 50:
        raise Refused("A pod can have at most 50 environment variables.")
    return {
        "name": input.get("name"),
        "image": input.get("imageName") or "",
        "gpu_type": input.get("gpuTypeId") or "",
        "gpu_count": input.get("gpuCount") or 1,
        "bid": input.get("bidPerGpu"),
        "env": {entry["key"]: entry["value"] for entry in env},
        "ports": input.get("ports") or "",
        "cloud": input.get("cloudType"),
        "public_ip": bool(input.get("supportPublicIp")),
        "container_disk": input.get("containerDiskInGb") or 10,
        "volume": input.get("volumeInGb") or 0,
        "start_ssh": bool(input.get("startSsh")),
        "terminate_after": input.get("terminateAfter"),
        "stop_after": input.get("stopAfter"),
    }
