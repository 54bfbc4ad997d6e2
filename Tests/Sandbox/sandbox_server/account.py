"""The account: its keys, its pods, its money."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import refusal
from .clock import Clock
from .disk import Disk
from .market import Market
from .order import Order
from .pod import Pod, random_id
from .settings import Settings

VOLUME_PRICE = 0.10 / 730
"""USD an hour for a GB of a running pod's volume; a stopped pod's costs twice as much."""


@dataclass
class NetworkVolume:
    """A volume that outlives pods."""

    id: str
    name: str
    size: int
    data_center: str
    kind: str = "STANDARD"


class Account:
    """One RunPod account. Both faces act on it."""

    def __init__(self, folder: Path, disk: Disk, settings: Settings, clock: Clock) -> None:
        self.folder = folder
        self.disk = disk
        self.settings = settings
        self.clock = clock
        self.id = f"user_{secrets.token_hex(12)}"
        self.keys = {scope: f"rpa_{secrets.token_hex(20).upper()}" for scope in ("all", "readOnly", "restricted")}
        self.pods: dict[str, Pod] = {}
        self.volumes: dict[str, NetworkVolume] = {}
        self.templates: dict[str, dict[str, Any]] = {}
        self.registries: dict[str, str] = {}
        self.market = Market(settings, self.pods.values())
        self.lifetime_spend = 0.0
        self.closing = False
        self._settled = clock.now()
        self._trash = folder / ".trash"
        self._trash.mkdir(parents=True)

    def access(self, key: str | None) -> str | None:
        """What a key opens: its scope, or the id of the pod whose own key it is; nil for a wrong one."""
        for scope, known in self.keys.items():
            if key == known:
                return scope
        return next((pod.id for pod in self.pods.values() if pod.key == key), None)

    # Pods.

    def create(self, order: Order) -> Pod:
        """Rents a pod; raises a `Refusal`."""
        order.check()
        self.settle()
        price = self.market.asking_price(order)
        if self.settings.balance < max(price, 0.01):
            raise refusal.low_balance()
        if self.spend_per_hour + price > self.settings.spend_limit:
            raise refusal.over_limit(self.settings.spend_limit)
        place = self.market.find(order)
        price = self.market.price(order, place)
        pod = Pod(self, order, place, price)
        self.pods[pod.id] = pod
        pod.start()
        return pod

    def pod(self, id: str) -> Pod | None:
        """A pod that exists."""
        self.settle()
        pod = self.pods.get(id)
        return pod if pod and pod.status != "TERMINATED" else None

    def shown(self, id: str) -> Pod | None:
        """As `pod`, but a terminated one for a while longer."""
        pod = self.pod(id) or self.pods.get(id)
        return pod if pod and (pod.status != "TERMINATED" or pod.is_remembered) else None

    def listed(self) -> list[Pod]:
        """The pods that the list shows, the newest first."""
        self.settle()
        return [pod for pod in reversed(self.pods.values()) if pod.is_listed]

    def resume(self, pod: Pod) -> None:
        """Starts a stopped pod again on its host; raises a `Refusal`. A running pod stays as it is."""
        self.settle()
        if pod.status == "RUNNING":
            return
        if self.settings.balance < pod.cost:
            raise refusal.low_balance()
        if self.settings.host_full or self.market.free(pod.place) < max(pod.gpu_count, 1):
            raise refusal.host_full()
        pod.last_change = f"Resumed by user: {self.clock.words()}"
        pod.start()

    def edit(self, pod: Pod, **changes: Any) -> None:
        """Changes what a pod runs; a running one starts again on an empty disk."""
        for name, value in changes.items():
            if value is not None:
                setattr(pod.order, name, value)
        pod.order.check()
        pod.reordered()
        if pod.status == "RUNNING":
            pod.start()

    # Money.

    @property
    def spend_per_hour(self) -> float:
        """USD an hour for what runs now."""
        return sum(pod.cost for pod in self.pods.values() if pod.status == "RUNNING")

    def settle(self) -> None:
        """Bills for the time since the last bill, and does what was due in it."""
        now = self.clock.now()
        hours, self._settled = max(0.0, now - self._settled) / 3600, now
        for pod in list(self.pods.values()):
            if pod.status == "TERMINATED":
                continue
            running = pod.status == "RUNNING"
            bill = hours * ((pod.cost if running else 0) + pod.order.volume * VOLUME_PRICE * (1 if running else 2))
            self.settings.balance -= bill
            self.lifetime_spend += bill
            fires = self.settings.deadlines_fire
            if fires and pod.order.terminate_after is not None and now >= pod.order.terminate_after:
                pod.terminate("Terminated by RunPod")
            elif fires and running and pod.order.stop_after is not None and now >= pod.order.stop_after:
                pod.stop("Exited by Runpod")
            elif running and self.settings.balance <= 0 and hours > 0:
                if pod.order.network_volume:
                    pod.stop("Exited by RunPod: Insufficient balance")
                else:
                    pod.terminate("Terminated by RunPod")

    # Places for files.

    def volume_folder(self, id: str | None) -> Path | None:
        """Where a network volume's files are."""
        return self.folder / ".volumes" / id if id else None

    def create_volume(self, name: str, size: int, data_center: str) -> NetworkVolume:
        """A new network volume."""
        volume = NetworkVolume(random_id(10), name, size, data_center)
        self.volumes[volume.id] = volume
        return volume

    def delete_volume(self, id: str) -> bool:
        """Removes a network volume; whether there was one."""
        if self.volumes.pop(id, None) is None:
            return False
        self.discard(self.folder / ".volumes" / id)
        return True

    def discard(self, path: Path) -> None:
        """Removes a folder that nobody uses any more, without anybody waiting for it."""
        if path.exists():
            trash = self._trash / secrets.token_hex(8)
            path.rename(trash)
            asyncio.get_running_loop().run_in_executor(None, lambda: shutil.rmtree(trash, ignore_errors=True))

    async def close(self) -> None:
        """Ends all containers."""
        self.closing = True
        containers = [pod.container for pod in self.pods.values() if pod.container]
        for pod in self.pods.values():
            pod._cancel()
        for container in containers:
            container.kill()
        await asyncio.gather(*(container.ended.wait() for container in containers))
