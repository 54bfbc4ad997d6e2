"""A pod: what it was ordered as, where it is, and how it comes and goes."""

from __future__ import annotations

import asyncio
import random
import secrets
import socket
import string
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import ports
from .catalog import DATA_CENTERS, GPU_TYPES
from .container import Container
from .disk import IMAGE
from .image import Image
from .market import Place
from .order import Order

if TYPE_CHECKING:
    from .account import Account

ALPHANUMERIC = string.ascii_lowercase + string.digits
RESTART_SECONDS = 0.5
SSHD_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PrintMotd no
PidFile /run/sshd.pid
AcceptEnv LANG LC_*
Subsystem sftp internal-sftp
"""


def random_id(length: int) -> str:
    """Lower-case letters and digits, as RunPod's ids have them."""
    return "".join(secrets.choice(ALPHANUMERIC) for _ in range(length))


class Pod:
    """Its desired status is what the account wants; the container follows."""

    def __init__(self, account: Account, order: Order, place: Place, price: float) -> None:
        self.account = account
        self.settings = account.settings
        self.order = order
        self.place = place
        self.cost = price
        self.id = random_id(14)
        self.machine_id = random_id(12)
        self.host_id = f"{self.id}-{secrets.token_hex(4)}"
        self.key = f"rpa_{secrets.token_hex(20).upper()}"
        self.gpu_count = order.gpu_count if order.cpu_flavor is None else 0
        self.created = account.clock.now()
        self.status = "RUNNING"
        self.last_change = f"Rented by User: {account.clock.words()}"
        self.folder = account.folder / self.id
        self.volume = account.volume_folder(order.network_volume) or self.folder / "volume"
        self.log = self.folder / "log"
        self.container: Container | None = None
        self.restarts = 0
        self.is_killed = False
        self.public_ports: dict[int, int] = {}
        self._keepers: list[socket.socket] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.began: float | None = None
        self.booted = 0.0
        self.stopped: float | None = None
        self.started_at = self.created
        self.reordered()

    def reordered(self) -> None:
        """Takes over what its order says now."""
        self.image = Image(self.order.image)
        self.env = self._environment()

    # Reading.

    @property
    def holds_gpus(self) -> bool:
        """Whether its GPUs are not free for others."""
        return self.status == "RUNNING"

    @property
    def is_listed(self) -> bool:
        """Whether the list shows it: not at once, and not once it is gone."""
        return self.status != "TERMINATED" and self.past(self.settings.list_delay)

    @property
    def is_remembered(self) -> bool:
        """Whether asking for it by its id still shows it although it was terminated."""
        return self.stopped is not None and time.monotonic() - self.stopped < self.settings.terminated_visible

    @property
    def is_alive(self) -> bool:
        """Whether its container runs."""
        return self.container is not None and not self.container.ended.is_set()

    def past(self, delay: float | None) -> bool:
        """Whether that many seconds have gone by since its start."""
        return delay is not None and time.monotonic() - self.booted >= delay

    @property
    def has_runtime(self) -> bool:
        """Whether its host reports a container."""
        if self.status != "RUNNING":
            return self.stopped is not None and time.monotonic() - self.stopped < self.settings.stale_runtime
        return self.began is not None and self.past(self.settings.runtime_delay) and not self.is_killed

    @property
    def has_ports(self) -> bool:
        """Whether its ports are mapped."""
        return self.has_runtime and self.past(self.settings.port_delay)

    @property
    def uptime(self) -> int:
        """Seconds since its container began."""
        return int(time.monotonic() - self.began) if self.began is not None else 0

    @property
    def has_public_address(self) -> bool:
        """Secure hosts always have one, community hosts when it was asked for."""
        return self.settings.has_public_port and (self.place.cloud == "SECURE" or self.order.public_ip)

    @property
    def vcpus(self) -> int:
        """Of its share of the machine."""
        return self.order.vcpus or max(self.order.least_vcpus, 8 * self.gpu_count)

    @property
    def memory(self) -> int:
        """GB of its share of the machine."""
        return self.order.least_memory if self.order.vcpus else max(self.order.least_memory, 31 * self.gpu_count)

    @property
    def least_bid(self) -> float:
        """USD an hour for one GPU, below which nobody gets one like its own."""
        gpu = GPU_TYPES.get(self.place.gpu_type)
        return (gpu.price(self.place.cloud, spot=True) or 0.0) if gpu else 0.0

    def mappings(self) -> list[dict[str, Any]]:
        """Its ports and where they can be reached."""
        rows = []
        for entry in self.order.ports:
            number, _, kind = entry.partition("/")
            private = int(number)
            if kind == "http":
                address = {"ip": "100.65.0.101", "isIpPublic": False, "publicPort": 60000 + private % 5000}
            elif self.has_public_address:
                address = {"ip": "127.0.0.1", "isIpPublic": True, "publicPort": self.public_ports.get(private)}
            else:
                continue
            rows.append({**address, "privatePort": private, "type": kind})
        return rows

    # Living.

    def start(self) -> None:
        """Brings it up, from an empty container disk."""
        self.status, self.is_killed = "RUNNING", False
        self.booted = time.monotonic()
        self.started_at = self.account.clock.now()
        self.began = self.stopped = None
        self._release_ports()
        self.volume.mkdir(parents=True, exist_ok=True)
        if self.image.cannot_be_pulled:
            self.note(f"error pulling image: manifest for {self.order.image} not found")
            self._tasks = [asyncio.create_task(self._give_up())]
            return
        for entry in self.order.ports:
            number, _, kind = entry.partition("/")
            if kind == "tcp":
                self.public_ports[int(number)], keeper = ports.reserve()
                self._keepers.append(keeper)
        self._boot()

    def _boot(self) -> None:
        disk = self.folder / "disk"
        if not disk.exists():
            self.note("create container " + self.order.image)
        self.container = Container(
            self.id,
            self._mounts(disk),
            self._container_environment(),
            self.log,
            self._crashed,
            self.account.full,
            self.image.can_trace,
        )
        self.began = time.monotonic()
        self.note("start container")
        if self.image.crashes:
            self.container.order("exit")
            return
        self._tasks = [
            asyncio.create_task(self._order_when_due("key", "key_delay", not self.image.ignores_keys)),
            asyncio.create_task(self._order_when_due("sshd", "sshd_delay", self.image.has_sshd and 22 in self.public_ports)),
        ]

    async def _order_when_due(self, word: str, setting: str, applies: bool) -> None:
        if applies:
            await self.settings.wait_for(setting, self.booted)
            self.order_container(word)

    def order_container(self, word: str) -> None:
        """Tells its first process to do something; see start.sh."""
        if self.container:
            self.container.order(word)

    async def _give_up(self) -> None:
        await asyncio.sleep(self.settings.bad_image_delay)
        self._end("EXITED", f"Exited by Runpod: {self.account.clock.words()}")

    def _crashed(self) -> None:
        """Its command has ended by itself: it is started again, for ever."""
        self._cancel()
        self.note("container exited")
        self.restarts += 1
        self.began = time.monotonic() + RESTART_SECONDS
        asyncio.get_running_loop().call_later(RESTART_SECONDS, self._restart, self.container)

    def _restart(self, former: Container | None) -> None:
        if self.status == "RUNNING" and self.container is former and not self.account.closing:
            self._boot()

    def restart(self) -> None:
        """Starts the container again on its disk; ports stay."""
        self._cancel()
        if self.container:
            self.container.kill()
        self._boot()

    def stop(self, reason: str) -> None:
        """Ends the container and wipes its disk; the volume stays."""
        self._end("EXITED", f"{reason}: {self.account.clock.words()}")

    def kill(self) -> None:
        """Ends the container for good, although the account wants it and believes in it."""
        self._cancel()
        self.is_killed = True
        if self.container:
            self.container.kill()

    def outbid(self) -> None:
        """Takes a spot pod away: it has some seconds left."""
        self.status = self.settings.outbid_status
        self.last_change = f"Outbid: {self.account.clock.words()}"
        self._tasks.append(asyncio.create_task(self._end_after_grace()))

    async def _end_after_grace(self) -> None:
        await asyncio.sleep(self.settings.outbid_grace)
        self._end(self.status, self.last_change)

    def terminate(self, reason: str) -> None:
        """Ends it with all that it has."""
        self._end("TERMINATED", f"{reason}: {self.account.clock.words()}")
        self.account.discard(self.folder)

    def _end(self, status: str, change: str) -> None:
        self.status, self.last_change = status, change
        self.stopped = time.monotonic()
        self._cancel()
        if self.container:
            self.container.kill()
        self._release_ports()
        self.account.discard(self.folder / "disk")

    def _cancel(self) -> None:
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        self._tasks = []

    def _release_ports(self) -> None:
        for keeper in self._keepers:
            keeper.close()
        self._keepers, self.public_ports = [], {}

    # Making.

    def note(self, line: str) -> None:
        """A line of the host's own log."""
        self.account.notes.setdefault(self.id, []).append((self.account.clock.now(), line))

    def _environment(self) -> dict[str, str]:
        environment = dict(self.order.env)
        keys = self.settings.pub_key.strip()
        if self.order.start_ssh and keys:
            environment.setdefault("PUBLIC_KEY", keys)
        return environment

    def _container_environment(self) -> dict[str, str]:
        given = {
            "RUNPOD_POD_ID": self.id,
            "RUNPOD_DC_ID": self.place.data_center,
            "RUNPOD_POD_HOSTNAME": self.host_id,
            "RUNPOD_GPU_COUNT": str(self.gpu_count),
            "RUNPOD_CPU_COUNT": str(self.vcpus),
            "RUNPOD_PUBLIC_IP": "127.0.0.1",
            "RUNPOD_API_KEY": self.key,
            "CUDA_VERSION": "12.8.1",
            "NVIDIA_VISIBLE_DEVICES": "all",
            "PATH": "/usr/local/nvidia/bin:/usr/local/cuda/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LD_LIBRARY_PATH": "/usr/local/nvidia/lib:/usr/local/nvidia/lib64",
            "HOME": "/root",
        }
        for private, public in self.public_ports.items():
            given[f"RUNPOD_TCP_PORT_{private}"] = str(public)
        if self.order.network_volume:
            given["RUNPOD_VOLUME_ID"] = self.order.network_volume
        return {**given, **self.env}

    def _mounts(self, disk: Path) -> list[str]:
        files = {
            "/etc/hostname": f"{self.id}\n",
            "/etc/hosts": f"127.0.0.1 localhost\n127.0.1.1 {self.id}\n",
            "/etc/ssh/sshd_config": SSHD_CONFIG.format(port=self.public_ports.get(22, 22)),
        }
        gpu = GPU_TYPES.get(self.place.gpu_type)
        if gpu is not None and gpu.manufacturer == "Nvidia":
            values = {"@NAME@": gpu.id, "@MEMORY@": str(gpu.memory * 1024), "@COUNT@": str(self.gpu_count)}
            text = (IMAGE / "nvidia-smi").read_text()
            for mark, value in values.items():
                text = text.replace(mark, value)
            files["/usr/local/bin/nvidia-smi"] = text
        if self.image.has_libicu:
            files["/usr/local/lib/libicuuc.so.72"] = ""
        return [*self.account.disk.make(disk, files), "--bind", str(self.volume), self.order.volume_path]

    @property
    def country(self) -> str:
        """Where its machine is."""
        return DATA_CENTERS[self.place.data_center].country

    @property
    def lookup_fails(self) -> bool:
        """Whether asking its host for the runtime fails this once."""
        if self.settings.blind_calls > 0:
            self.settings.blind_calls -= 1
            return True
        return random.random() < self.settings.blind_share
