"""What GraphQL queries answer. Each public method is a field of the schema's Query type."""

from __future__ import annotations

from typing import Any

from .account import Account
from .catalog import CPU_FLAVORS, DATA_CENTERS, GPU_TYPES, DataCenter
from .graphql_views import cpu_flavor_view, data_center_view, gpu_view, pod_view, user_view
from .refusal import unauthorized


class Queries:
    """Queries by the holder of a key; `access` is "all", "readOnly", "restricted", "none" or a pod's id."""

    def __init__(self, account: Account, access: str) -> None:
        self._account = account
        self._access = access

    @property
    def _may_read(self) -> bool:
        return self._access in ("all", "readOnly")

    def myself(self) -> dict[str, Any] | None:
        """The account; null without a key."""
        if self._access == "none":
            return None
        if not self._may_read:
            raise unauthorized()
        return user_view(self._account)

    def pod(self, input: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """One pod; null when there is none, or it is somebody else's."""
        id = (input or {}).get("podId", "")
        if not self._may_read and self._access != id:
            raise unauthorized()
        pod = self._account.shown(id)
        return pod_view(pod) if pod else None

    def gpuTypes(self, input: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The GPU types asked for, or all."""
        wanted = input or {}
        ids = [*(wanted.get("ids") or []), *([wanted["id"]] if wanted.get("id") else [])]
        gone = self._account.settings.gpu_types_gone
        chosen = [gpu for gpu in GPU_TYPES.values() if (not ids or gpu.id in ids) and gpu.id not in gone]
        return [gpu_view(self._account, gpu) for gpu in chosen]

    def cpuTypes(self) -> list[dict[str, Any]]:
        """The kinds of CPU in the machines."""
        return [
            {"id": "epyc-9354", "displayName": "AMD EPYC 9354", "manufacturer": "AMD", "cores": 32, "threadsPerCore": 2}
        ]

    def cpuFlavors(self, input: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The kinds of CPU pods."""
        wanted = (input or {}).get("id")
        return [cpu_flavor_view(flavor) for flavor in CPU_FLAVORS.values() if wanted in (None, flavor.id)]

    def dataCenters(self) -> list[dict[str, Any]]:
        """All data centres."""
        return [self._center(center) for center in DATA_CENTERS.values()]

    def _center(self, center: DataCenter) -> dict[str, Any]:
        return data_center_view(self._account, center)
