"""What is free to rent, and where: the capacity table of the settings less what running pods hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import refusal
from .catalog import (
    CPU_FLAVORS,
    CUDA_VERSION,
    DATA_CENTERS,
    GPU_TYPES,
    LARGEST_DISK,
    LARGEST_MEMORY,
    LARGEST_VCPUS,
    GpuType,
)
from .order import Order
from .settings import Settings

if TYPE_CHECKING:
    from .pod import Pod


@dataclass(frozen=True)
class Place:
    """A kind of machine somewhere."""

    gpu_type: str
    cloud: str
    data_center: str

    def keys(self) -> list[str]:
        """Its names in the capacity table, the most exact first."""
        exact = f"{self.gpu_type}/{self.cloud}/{self.data_center}"
        return [exact, f"{self.gpu_type}/{self.cloud}", self.gpu_type]


class Market:
    """Finds places for orders."""

    def __init__(self, settings: Settings, pods: Iterable[Pod]) -> None:
        self.settings = settings
        self.pods = pods

    def free(self, place: Place) -> int:
        """GPUs to be had there now. A table's entry counts for all that it covers together."""
        table = self.settings.capacities
        entry = next((key for key in place.keys() if key in table), place.gpu_type)
        taken = sum(max(pod.gpu_count, 1) for pod in self.pods if pod.holds_gpus and entry in pod.place.keys())
        return max(0, table.get(entry, self.settings.capacity) - taken)

    def places(self, order: Order) -> Iterator[Place]:
        """Where the order may go, in order of preference."""
        for gpu_type in order.gpu_types:
            gpu = GPU_TYPES.get(gpu_type)
            if gpu_type in self.settings.gpu_types_gone or (gpu is None and order.cpu_flavor is None):
                continue
            for cloud in order.clouds:
                if gpu is not None and gpu.price(cloud) is None:
                    continue
                if order.network_volume and cloud != "SECURE":
                    continue
                for center in DATA_CENTERS.values():
                    if order.data_centers and center.id not in order.data_centers:
                        continue
                    if order.country and center.country != order.country:
                        continue
                    yield Place(gpu_type, cloud, center.id)

    def floor(self, gpu: GpuType, cloud: str) -> float:
        """The least bid for one GPU: no less than the price on demand where spot is gone (a live read of 15 Aug 2026)."""
        return gpu.price(cloud, spot=self.settings.spot == "there") or 0

    def price(self, order: Order, place: Place) -> float:
        """USD an hour for the whole pod."""
        if order.cpu_flavor is not None:
            return round(CPU_FLAVORS[order.cpu_flavor].price_per_vcpu * order.vcpus, 4)
        if order.spot and order.bid is not None:
            return round(order.bid * order.gpu_count, 4)
        return round((GPU_TYPES[place.gpu_type].price(place.cloud, order.spot) or 0) * order.gpu_count, 4)

    def asking_price(self, order: Order) -> float:
        """USD an hour at the place liked best, free or not."""
        place = next(self.places(order), None)
        return self.price(order, place) if place else 0

    def find(self, order: Order) -> Place:
        """The place for the order; raises a `Refusal`."""
        if order.disk + order.volume > LARGEST_DISK:
            raise refusal.not_enough_disk()
        if order.least_vcpus > LARGEST_VCPUS * order.gpu_count or order.least_memory > LARGEST_MEMORY * order.gpu_count:
            raise refusal.machine_too_small()
        if order.spot and self.settings.spot == "gone":
            raise refusal.no_spot_capacity()
        if not order.fits_cuda(CUDA_VERSION):
            raise refusal.no_capacity(order.spot)
        least_bid = None
        for place in self.places(order):
            gpu = GPU_TYPES.get(place.gpu_type)
            if gpu is not None and order.gpu_count > gpu.max_count:
                continue
            if self.free(place) < max(order.gpu_count, 1):
                continue
            if order.spot and gpu is not None:
                floor = self.floor(gpu, place.cloud)
                if order.bid is not None and order.bid < floor:
                    least_bid = floor if least_bid is None else min(floor, least_bid)
                    continue
            if order.highest_price is not None and self.price(order, place) > order.highest_price:
                continue
            return place
        if least_bid is not None:
            raise refusal.bid_too_low(least_bid)
        raise refusal.no_capacity(order.spot)

    def stock(self, place: Place, count: int) -> str:
        """The word of the catalogue: High, Medium, Low or None."""
        free = self.free(place)
        if free < count:
            return "None"
        return "Low" if free < 4 * count else "Medium" if free < 16 * count else "High"
