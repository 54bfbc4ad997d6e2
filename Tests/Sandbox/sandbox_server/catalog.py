"""What RunPod rents: GPU types with their prices, data centres, CPU flavours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GpuType:
    """Prices are USD an hour for one GPU; none: that cloud does not have it."""

    id: str
    display_name: str
    manufacturer: str
    memory: int
    cuda_cores: int
    secure: float | None
    community: float | None
    secure_spot: float | None
    community_spot: float | None
    max_count: int = 8

    def price(self, cloud: str, spot: bool = False) -> float | None:
        """The price, or the least bid, in a cloud."""
        if cloud == "SECURE":
            return self.secure_spot if spot else self.secure
        return self.community_spot if spot else self.community


@dataclass(frozen=True)
class DataCenter:
    """A place; `country` is an ISO 3166-1 code."""

    id: str
    name: str
    country: str
    region: str


@dataclass(frozen=True)
class CpuFlavor:
    """A kind of CPU pod: `cpu3c-2-4` has 2 vCPUs and 4 GB."""

    id: str
    display_name: str
    ram_multiplier: int
    price_per_vcpu: float


SHORT_NAMES = {
    "A100 80GB PCIe": "A100 PCIe",
    "A100-SXM4-80GB": "A100 SXM",
    "H100 80GB HBM3": "H100 SXM",
    "H200": "H200 SXM",
}
"""Names of the console: https://docs.runpod.io/references/gpu-types"""


def _nvidia(name: str, memory: int, cores: int, secure: float, community: float | None = None) -> GpuType:
    spot = round(secure * 0.5, 3)
    community_spot = community and round(community * 0.5, 3)
    return GpuType(
        f"NVIDIA {name}",
        SHORT_NAMES.get(name, name.removeprefix("GeForce ").removesuffix(" Generation")),
        "Nvidia",
        memory,
        cores,
        secure,
        community,
        spot,
        community_spot,
    )


GPU_TYPES = {
    gpu.id: gpu
    for gpu in (
        _nvidia("GeForce RTX 3090", 24, 10496, 0.46, 0.22),
        _nvidia("GeForce RTX 4090", 24, 16384, 0.69, 0.34),
        _nvidia("GeForce RTX 5090", 32, 21760, 0.99, 0.69),
        _nvidia("RTX A4000", 16, 6144, 0.25, 0.17),
        _nvidia("RTX A4500", 20, 7168, 0.25, 0.19),
        _nvidia("RTX A5000", 24, 8192, 0.27, 0.16),
        _nvidia("RTX A6000", 48, 10752, 0.49, 0.33),
        _nvidia("RTX 2000 Ada Generation", 16, 2816, 0.24),
        _nvidia("RTX 4000 Ada Generation", 20, 6144, 0.26, 0.2),
        _nvidia("RTX 6000 Ada Generation", 48, 18176, 0.77, 0.74),
        _nvidia("A40", 48, 10752, 0.4),
        _nvidia("L4", 24, 7424, 0.39),
        _nvidia("L40", 48, 18176, 0.99, 0.69),
        _nvidia("L40S", 48, 18176, 0.86, 0.79),
        _nvidia("A100 80GB PCIe", 80, 6912, 1.39, 1.19),
        _nvidia("A100-SXM4-80GB", 80, 6912, 1.49, 1.39),
        _nvidia("H100 PCIe", 80, 14592, 2.39, 1.99),
        _nvidia("H100 NVL", 94, 16896, 3.07, 2.59),
        _nvidia("H100 80GB HBM3", 80, 16896, 2.99, 2.69),
        _nvidia("H200", 141, 16896, 3.99),
        _nvidia("B200", 180, 20480, 5.98),
        # Of the original's examples. RunPod has listed it for community machines; the setting `gpuTypesGone` takes it away.
        GpuType("NVIDIA GeForce GTX 1080 Ti", "GTX 1080 Ti", "Nvidia", 11, 3584, None, 0.18, None, 0.09),
        GpuType("AMD Instinct MI300X OAM", "MI300X", "AMD", 192, 19456, 2.49, None, 1.25, None),
    )
}

DATA_CENTERS = {
    center.id: center
    for center in (
        DataCenter("EU-RO-1", "Romania", "RO", "EUROPE"),
        DataCenter("EU-SE-1", "Sweden", "SE", "EUROPE"),
        DataCenter("EU-CZ-1", "Czechia", "CZ", "EUROPE"),
        DataCenter("EUR-IS-1", "Iceland", "IS", "EUROPE"),
        DataCenter("CA-MTL-1", "Montreal", "CA", "NORTH_AMERICA"),
        DataCenter("CA-MTL-3", "Montreal", "CA", "NORTH_AMERICA"),
        DataCenter("US-TX-3", "Texas", "US", "NORTH_AMERICA"),
        DataCenter("US-KS-2", "Kansas", "US", "NORTH_AMERICA"),
        DataCenter("US-GA-2", "Georgia", "US", "NORTH_AMERICA"),
    )
}

CPU_FLAVORS = {
    flavor.id: flavor
    for flavor in (
        CpuFlavor("cpu3c", "Compute-Optimized", 2, 0.03),
        CpuFlavor("cpu3g", "General Purpose", 4, 0.04),
        CpuFlavor("cpu3m", "Memory-Optimized", 8, 0.05),
    )
}

CUDA_VERSION = "12.8"
"""Of the driver of every host."""
LARGEST_DISK = 2000
"""GB that a host can give to one pod."""
LARGEST_VCPUS = 32
"""For one GPU."""
LARGEST_MEMORY = 251
"""GB for one GPU."""
