"""A pod: what it was ordered as, where it is, and how it comes and goes."""

from __future__ import annotations

import asyncio
import itertools
import random
import secrets
import socket
import string
import time
from typing import TYPE_CHECKING, Any

from . import ports
from .boot import recipe
from .catalog import GPU_TYPES
from .container import Container
from .image import Image
from .journal import Journal
from .market import Place
from .order import Order

if TYPE_CHECKING:
    from .account import Account

ALPHANUMERIC = string.ascii_lowercase + string.digits
RESTART_SECONDS = 0.5


def random_id(length: int) -> str:
    """Lower-case letters and digits, as RunPod's ids have them."""
    return "".join(random.choices(ALPHANUMERIC, k=length))


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
        self.journal = Journal(account.clock)
        self.container: Container | None = None
        self.restarts = 0
        self.is_locked = False
        self.has_failed = False
        self.is_killed = False
        self.public_ports: dict[int, int] = {}
        self._keepers: list[socket.socket] = []
        self._task: asyncio.Task[None] | None = None
        self._disks = itertools.count(1)
        self.disk = self.folder
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

    @property
    def lookup_fails(self) -> bool:
        """Whether asking its host for the runtime fails this once."""
        if self.settings.blind_calls > 0:
            self.settings.blind_calls -= 1
            return True
        return random.random() < self.settings.blind_share

    def mappings(self) -> list[dict[str, Any]]:
        """Its ports and where they can be reached."""
        rows = []
        for entry in self.order.ports:
            number, _, kind = entry.partition("/")
            private = int(number)
            if kind == "http":
                address = {"ip": "100.65.0.101", "isIpPublic": False, "publicPort": 60000 + private % 5000}
            elif self.has_public_address:
                lies = self.settings.lies
                address = {
                    "ip": lies.get("ip", "127.0.0.1"),
                    "isIpPublic": True,
                    "publicPort": lies.get("port", self.public_ports.get(private)),
                }
            else:
                continue
            rows.append({**address, "privatePort": private, "type": kind})
        return rows

    # Living.

    def start(self) -> None:
        """Brings it up from an empty container disk and behind new ports, after ending what runs."""
        self._halt()
        self.status, self.is_killed, self.has_failed = "RUNNING", False, False
        self.booted = time.monotonic()
        self.started_at = self.account.clock.now()
        self.began = self.stopped = None
        for entry in self.order.ports:
            number, _, kind = entry.partition("/")
            if kind == "tcp":
                self.public_ports[int(number)], keeper = ports.reserve()
                self._keepers.append(keeper)
        self.disk = self.folder / f"disk-{next(self._disks)}"
        self._task = asyncio.create_task(self._fail_to_pull() if self.image.cannot_be_pulled else self._boot())

    async def _boot(self) -> None:
        self.journal.write("system", f"start container {self.order.image}")
        made = await asyncio.get_running_loop().run_in_executor(None, recipe, self)
        self.container = Container(made, self.journal.feed, self._crashed)
        self.began = time.monotonic()
        if self.image.crashes:
            self.container.order("exit")
            return
        has_sshd = self.image.has_sshd and 22 in self.public_ports
        await asyncio.gather(
            self._order_when_due("key", "key_delay", not self.image.ignores_keys),
            self._order_when_due("sshd", "sshd_delay", has_sshd),
        )

    async def _order_when_due(self, word: str, setting: str, applies: bool) -> None:
        if applies:
            await self.settings.wait_for(setting, self.booted)
            self.order_container(word)

    def order_container(self, word: str) -> None:
        """Tells its first process to do something; see start.sh."""
        if self.container:
            self.container.order(word)

    async def _fail_to_pull(self) -> None:
        self.journal.write("system", f"error pulling image: manifest for {self.order.image} not found")
        await asyncio.sleep(self.settings.bad_image_delay)
        self.has_failed = True
        self._end("EXITED", f"Exited by Runpod: {self.account.clock.words()}")

    def _crashed(self) -> None:
        """Its command has ended by itself: it is started again, for ever."""
        self._cancel()
        self.journal.write("system", "container exited")
        self.restarts += 1
        self.began = time.monotonic() + RESTART_SECONDS
        asyncio.get_running_loop().call_later(RESTART_SECONDS, self._restart, self.container)

    def _restart(self, former: Container | None) -> None:
        if self.status == "RUNNING" and self.container is former and not self.account.closing:
            self._task = asyncio.create_task(self._boot())

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
        self._cancel()
        self._task = asyncio.create_task(self._end_after_grace())

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
        self._halt()

    def _halt(self) -> None:
        self._cancel()
        if self.container:
            self.container.kill()
        self._release_ports()
        if self.disk != self.folder:
            self.account.discard(self.disk)

    def _cancel(self) -> None:
        if self._task and self._task is not asyncio.current_task():
            self._task.cancel()
        self._task = None

    def _release_ports(self) -> None:
        for keeper in self._keepers:
            keeper.close()
        self._keepers, self.public_ports = [], {}

    # Making.

    def _environment(self) -> dict[str, str]:
        environment = dict(self.order.env)
        keys = self.settings.pub_key.strip()
        if self.order.start_ssh and keys:
            environment.setdefault("PUBLIC_KEY", keys)
        if self.order.start_jupyter:
            # runpod/typescript-api-sdk, `startJupyter`: a password is made up unless the request sets one.
            environment.setdefault("JUPYTER_PASSWORD", secrets.token_hex(10))
        return environment
