"""A request for a pod, whichever face it came through."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import refusal


@dataclass
class Order:
    """What is to be rented. Sizes are GB."""

    name: str
    image: str
    gpu_types: list[str]
    gpu_count: int = 1
    clouds: tuple[str, ...] = ("COMMUNITY", "SECURE")
    data_centers: list[str] = field(default_factory=list)
    country: str | None = None
    ports: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    disk: int = 10
    volume: int = 0
    volume_path: str = "/workspace"
    network_volume: str | None = None
    args: str = ""
    start_ssh: bool = False
    public_ip: bool = False
    bid: float | None = None
    highest_price: float | None = None
    least_vcpus: int = 1
    least_memory: int = 1
    stop_after: float | None = None
    terminate_after: float | None = None
    template: str | None = None
    registry: str | None = None
    cuda_versions: list[str] = field(default_factory=list)
    least_cuda: str | None = None
    start_jupyter: bool = False
    global_network: bool = False
    cpu_flavor: str | None = None
    vcpus: int = 0
    spot: bool = False

    def fits_cuda(self, version: str) -> bool:
        """Whether a host with this version of CUDA will do: versions are compared by their numbers, 12.11 is above 12.2."""
        if self.cuda_versions and version not in self.cuda_versions:
            return False
        return self.least_cuda is None or _numbers(version) >= _numbers(self.least_cuda)

    def check(self) -> None:
        """Raises what RunPod refuses whatever there is to rent."""
        if len(self.env) > 50:
            raise refusal.against_the_rules("A pod can have at most 50 environment variables.")
        if len(self.name) > 191:
            raise refusal.against_the_rules("A pod's name can have at most 191 characters.")
        if sum(port.endswith("/http") for port in self.ports) > 10:
            raise refusal.against_the_rules("A pod can have at most 10 HTTP ports.")
        for port in self.ports:
            number, _, kind = port.partition("/")
            if not number.isdigit() or kind not in ("tcp", "http"):
                raise refusal.against_the_rules(f"{port!r} is not a port; write it as 22/tcp or 8888/http.")


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
