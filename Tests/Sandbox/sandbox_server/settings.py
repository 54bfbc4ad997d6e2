"""The switches: what tests set, each with a default that suits the main job."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

GPU_TYPES: dict[str, tuple[int, float, float]] = {
    # id: (memory in GB, USD an hour, lowest bid)
    "NVIDIA GeForce RTX 3090": (24, 0.30, 0.163),
    "NVIDIA GeForce RTX 4090": (24, 0.44, 0.29),
    "NVIDIA GeForce RTX 5090": (32, 0.89, 0.53),
    "NVIDIA L4": (24, 0.43, 0.22),
    "NVIDIA A40": (48, 0.40, 0.20),
    "NVIDIA RTX A6000": (48, 0.49, 0.232),
    "NVIDIA A100 80GB PCIe": (80, 1.64, 0.82),
    "NVIDIA H100 80GB HBM3": (80, 2.99, 1.50),
}


@dataclass
class Settings:
    """Seconds unless said otherwise. Names are those of the admin API."""

    # Life of a pod
    listDelay: float = 0.0  # before a new pod is on the list
    runtimeDelay: float = 0.3  # before the host reports the container
    portDelay: float = 0.6  # before it has its ports
    sshdDelay: float = 0.9  # before sshd listens
    staleRuntime: float = 1.0  # how long a stopped pod keeps its runtime
    stopDelay: float = 0.0  # before a stopped pod says EXITED
    outbidGrace: float = 0.2  # between TERM and KILL for a pod that was outbid
    blindCalls: int = 0  # so many of the next answers leave runtimes out
    hasPublicPort: bool = True

    # The account
    balance: float = 25.0  # USD
    spendLimit: float = 80.0  # USD an hour
    capacity: int = 1000  # GPUs of each type
    capacities: dict[str, int] = field(default_factory=dict)  # by GPU type, before `capacity`
    silentNoCapacity: bool = False  # null without an error
    hostFull: bool = False  # a stopped pod cannot be resumed
    pubKey: str = ""  # the account's registered keys
    scopeTooSmall: bool = False  # the key may not do anything
    userAgentBan: bool = False  # 403, error code: 1010
    graphqlRetired: bool = False  # 410

    # GitHub
    githubMayAdminister: bool = True
    releaseVersion: str = "2.338.0"
    releaseDigest: str = "right"  # right, wrong, absent
    onlineDelay: float = 0.0  # before a listening runner is shown online
    offlineDelay: float = 1.0  # before a dead one is shown offline
    reportedOffline: bool = False  # working runners are shown offline
    rateLimit: int = 5000  # calls left
    refuseVersions: list[str] = field(default_factory=list)  # deprecated: they end after "Listening for Jobs"
    icu: bool = True  # whether images have libicu

    def merge(self, changes: dict[str, Any]) -> None:
        """Takes over what is named; an unknown name is an error."""
        known = {entry.name for entry in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise KeyError(f"there is no setting {name}; there are {', '.join(sorted(known))}")
            setattr(self, name, value)
