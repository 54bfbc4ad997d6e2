"""RunPod's REST API v2, over the same account: https://docs.runpod.io/api-reference-v2"""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from typing import Any

from .account import Account
from .catalog import CPU_FLAVORS, DATA_CENTERS, GPU_TYPES
from .http_server import Request, Response
from .refusal import Refusal
from .rest_pods import RestPods
from .rest_problem import Problem, not_found
from .rest_schema import (
    CREATE_POD,
    CREATE_REGISTRY,
    CREATE_VOLUME,
    POD_ACTION,
    SSH_KEYS,
    UPDATE_POD,
    UPDATE_VOLUME,
    Schema,
    violations,
)
from .pod import random_id
from .rest_views import cpu_view, data_center_view, gpu_view, template_view, volume_view

LARGEST_BODY = 102_400


class RestFace:
    """Answers /v2."""

    name = "rest"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.settings = account.settings
        self.pods = RestPods(account)
        self._window = 0
        self._calls = 0

    def operation(self, request: Request) -> str:
        """Method and path without /v2."""
        return f"{request.method} {request.path.removeprefix('/v2')}"

    async def handle(self, request: Request) -> Response:
        """One call, and the headers that answers have."""
        agent = request.headers.get("user-agent", "")
        if self.settings.user_agent_ban or not agent or fnmatchcase(agent, self.settings.banned_agents):
            return Response(403, "error code: 1010")
        try:
            access = self._access(request)
        except Problem as problem:
            return problem.response
        headers = self._count()
        try:
            response = self._answer(request, access)
        except Problem as problem:
            response = problem.response
        except Refusal as refused:
            response = Problem(refused.status, refused.detail).response
        response.headers |= headers
        return response

    def _access(self, request: Request) -> str:
        if not request.headers.get("authorization", "").startswith("Bearer "):
            raise Problem(401, "missing bearer token")
        access = self.account.access(request.bearer)
        if access is None:
            raise Problem(401, "invalid bearer token")
        if access in self.account.pods and not self.settings.rest_pod_keys:
            raise Problem(401, "invalid bearer token")
        may = self.settings.rest_pod_reads or request.method != "GET"
        is_of_its_own_pod = may and request.path.split("/")[2:4] == ["pods", access]
        if access not in ("all", "readOnly") and not is_of_its_own_pod or self.settings.scope_too_small:
            raise Problem(403, "access denied")
        return access

    def _count(self) -> dict[str, str]:
        """Counts the call against the minute's quota; the headers that tell of it."""
        quota, now = self.settings.rest_quota, int(time.time())
        if self._window != now // 60:
            self._window, self._calls = now // 60, 0
        self._calls += 1
        left = max(0, quota - self._calls)
        reset = 60 - now % 60
        windows = f'"minute";r={left};t={reset}, "hour";r={left * 50};t=1800, "day";r={left * 800};t=43200'
        policy = f'"minute";q={quota};w=60, "hour";q={quota * 50};w=3600, "day";q={quota * 800};w=86400'
        headers = {"ratelimit": windows, "ratelimit-policy": policy}
        return headers | ({"retry-after": str(reset)} if self._calls > quota else {})

    def _answer(self, request: Request, access: str) -> Response:
        if self._calls > self.settings.rest_quota:
            raise Problem(429, "rate limit exceeded for the minute window")
        if access == "readOnly" and request.method != "GET":
            raise Problem(403, "access denied")
        if len(request.body) > LARGEST_BODY:
            raise Problem(413, "request body too large")
        self.account.settle()
        pods = self.pods
        match request.method, request.path.split("/")[2:]:
            case "GET", ["pods"]:
                return pods.list(request)
            case "POST", ["pods"]:
                return pods.create(self._body(request, CREATE_POD))
            case "GET", ["pods", id]:
                return Response(200, pods.view(id))
            case "PATCH", ["pods", id]:
                return pods.update(pods.pod(id), self._body(request, UPDATE_POD))
            case "DELETE", ["pods", id]:
                return pods.terminate(pods.pod(id))
            case "POST", ["pods", id, "action"]:
                return pods.act(pods.pod(id), self._body(request, POD_ACTION)["action"])
            case "GET", ["pods", id, "logs"]:
                return pods.logs(pods.pod(id), request)
            case "GET", ["account", "ssh-keys"]:
                return self._keys()
            case "PUT", ["account", "ssh-keys"]:
                self.settings.pub_key = "".join(f"{key}\n" for key in self._body(request, SSH_KEYS)["keys"])
                return self._keys()
            case "GET", ["catalog", what, *id]:
                return self._catalog(request, what, id)
            case "GET", ["templates"]:
                return Response(200, {"templates": [template_view(each) for each in self.account.templates.values()]})
            case method, ["registries", *id]:
                return self._registries(request, method, id)
            case method, ["network-volumes", *id]:
                return self._volumes(request, method, id)
        raise not_found("resource")

    def _body(self, request: Request, schema: Schema) -> Any:
        try:
            body = request.json()
        except ValueError as error:
            raise Problem(400, "request body is not valid JSON") from error
        if found := violations(body, schema):
            raise Problem(422, "Request validation failed.", found)
        return body

    def _keys(self) -> Response:
        return Response(200, {"keys": [line for line in self.settings.pub_key.splitlines() if line.strip()]})

    def _catalog(self, request: Request, what: str, id: list[str]) -> Response:
        query = request.query
        includes = [word for word in query.get("include", "").split(",") if word]
        if what == "datacenters":
            gpus = list(GPU_TYPES.values()) if "GPU_AVAILABILITY" in includes else []
            regions = query["regions"].split(",") if "regions" in query else None
            rows = [
                data_center_view(self.account, center, gpus, "CPU_AVAILABILITY" in includes)
                for center in DATA_CENTERS.values()
                if regions is None or center.region in regions
            ]
            return self._one_or_all("dataCenters", rows, id)
        if ("AVAILABILITY" in includes) != ("product" in query):
            raise Problem(400, "include=AVAILABILITY and product require each other")
        if what == "gpus":
            wanted = {"count": int(query.get("count", "1")), "cloud": query.get("cloud", "SECURE")}
            rows = [
                gpu_view(self.account, gpu, wanted if includes else None)
                for gpu in GPU_TYPES.values()
                if gpu.id not in self.settings.gpu_types_gone
            ]
            return self._one_or_all("gpus", rows, id)
        if what == "cpus":
            return self._one_or_all("cpus", [cpu_view(flavor, bool(includes)) for flavor in CPU_FLAVORS.values()], id)
        raise not_found("resource")

    @staticmethod
    def _one_or_all(name: str, rows: list[dict[str, Any]], id: list[str]) -> Response:
        if not id:
            return Response(200, {name: rows})
        found = next((row for row in rows if row["id"] == id[0]), None)
        if found is None:
            raise not_found("resource")
        return Response(200, found)

    def _registries(self, request: Request, method: str, id: list[str]) -> Response:
        registries = self.account.registries
        if id and id[0] not in registries:
            raise not_found("registry")
        match method, id:
            case "GET", []:
                return Response(200, {"registries": [{"id": id, "name": name} for id, name in registries.items()]})
            case "POST", []:
                name = self._body(request, CREATE_REGISTRY)["name"]
                new = random_id(10)
                registries[new] = name
                return Response(201, {"id": new, "name": name})
            case "DELETE", [only]:
                del registries[only]
                return Response(204)
        raise Problem(405, "The requested method is not allowed for this path.")

    def _volumes(self, request: Request, method: str, id: list[str]) -> Response:
        volumes = self.account.volumes
        if id and id[0] not in volumes:
            raise not_found("network volume")
        match method, id:
            case "GET", []:
                return Response(200, {"networkVolumes": [volume_view(each) for each in volumes.values()]})
            case "POST", []:
                body = self._body(request, CREATE_VOLUME)
                if body["dataCenter"] not in DATA_CENTERS:
                    raise Problem(400, f"unknown data center {body['dataCenter']}")
                volume = self.account.create_volume(body["name"], body["size"], body["dataCenter"])
                volume.kind = body.get("type", "STANDARD")
                return Response(201, volume_view(volume))
            case "GET", [only]:
                return Response(200, volume_view(volumes[only]))
            case "PATCH", [only]:
                body, volume = self._body(request, UPDATE_VOLUME), volumes[only]
                if body.get("size", volume.size) < volume.size:
                    raise Problem(400, "a network volume cannot be made smaller")
                volume.name, volume.size = body.get("name", volume.name), body.get("size", volume.size)
                return Response(200, volume_view(volume))
            case "DELETE", [only]:
                self.account.delete_volume(only)
                return Response(204)
        raise Problem(405, "The requested method is not allowed for this path.")
