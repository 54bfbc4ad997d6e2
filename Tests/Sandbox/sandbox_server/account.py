"""One RunPod account: its pods, its money, and the hosts' capacity. Both faces work on it."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from .clock import Clock, seconds_of
from .container import Container, Ports, Spawner
from .pod import Pod, Timeline, identifier
from .settings import GPU_TYPES, Settings


class Refused(Exception):
    """A business failure, with RunPod's text and code."""

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class Account:
    """Everything is done under one lock; containers start and end beside it."""

    def __init__(self, settings: Settings, clock: Clock, folder: Path) -> None:
        self.lock = threading.RLock()
        self.settings = settings
        self.clock = clock
        self.key = f"rpa_{identifier(40).upper()}"
        self.id = f"user_{identifier(12)}"
        self.pods: dict[str, Pod] = {}
        self._folder = folder
        self._spawner = Spawner()
        self._ports = Ports()
        threading.Thread(target=self._keep_deadlines, daemon=True).start()

    # What can be seen

    def pod(self, id: str) -> Pod | None:
        """The pod unless it is gone."""
        with self.lock:
            pod = self.pods.get(id)
            return None if pod is None or pod.is_gone else pod

    def listed(self) -> list[Pod]:
        """Those that the list has."""
        with self.lock:
            now = self.clock.now()
            return [pod for pod in self.pods.values() if pod.is_listed(now)]

    def spend(self) -> float:
        """USD an hour for what runs now."""
        with self.lock:
            return sum(pod.cost for pod in self.pods.values() if pod.status == "RUNNING")

    def free(self, gpu_type: str) -> int:
        """GPUs of a type that could be rented."""
        if gpu_type not in GPU_TYPES:
            return 0
        with self.lock:
            total = self.settings.capacities.get(gpu_type, self.settings.capacity)
            rented = [pod for pod in self.pods.values() if pod.gpu_type == gpu_type and pod.status == "RUNNING"]
            return total - sum(pod.gpu_count for pod in rented)

    # What can be done

    def create(self, wish: dict[str, Any], *, interruptible: bool) -> Pod | None:
        """Rents a pod, checking money before capacity as RunPod does; None: no capacity and no word about it."""
        with self.lock:
            gpu_type, count = wish["gpu_type"], wish["gpu_count"]
            _, price, floor = GPU_TYPES.get(gpu_type, (0, 0.5, 0.25))
            cost = (max(wish["bid"] or floor, floor) if interruptible else price) * count
            self._check_money(cost)
            bid_is_low = interruptible and wish["bid"] is not None and wish["bid"] < floor
            if count > self.free(gpu_type) or bid_is_low:
                if self.settings.silentNoCapacity:
                    return None
                raise self._no_capacity(interruptible)
            now = self.clock.now()
            pod = Pod(
                name=wish["name"] or "my pod",
                image=wish["image"],
                gpu_type=gpu_type,
                gpu_count=count,
                interruptible=interruptible,
                bid=wish["bid"] or floor,
                env=dict(wish["env"]),
                ports=wish["ports"],
                cloud=wish["cloud"] or "SECURE",
                cost=cost,
                container_disk=wish["container_disk"],
                volume=wish["volume"],
                timeline=self._timeline(),
                created=now,
                started=now,
                has_public_port=self.settings.hasPublicPort
                and not (wish["cloud"] == "COMMUNITY" and not wish["public_ip"]),
                terminate_after=seconds_of(wish["terminate_after"]) if wish["terminate_after"] else None,
                stop_after=seconds_of(wish["stop_after"]) if wish["stop_after"] else None,
            )
            if wish["start_ssh"] and self.settings.pubKey and "PUBLIC_KEY" not in pod.env:
                pod.env["PUBLIC_KEY"] = self.settings.pubKey
            self.pods[pod.id] = pod
            self._start(pod, "Rented by User")
            return pod

    def stop(self, id: str, sentence: str = "Exited by user") -> Pod:
        """Gives the GPU back and wipes the container disk."""
        with self.lock:
            pod = self.pod(id)
            if pod is None:
                raise Refused("Attempted to stop pod that does not exist")
            if pod.status == "RUNNING":
                self._end(pod, sentence)
            return pod

    def resume(self, id: str, gpu_count: int | None, bid: float | None) -> Pod:
        """Starts a stopped pod on its host, behind another public port."""
        with self.lock:
            pod = self.pod(id)
            if pod is None:
                raise Refused("pod not found", "POD_NOT_FOUND")
            if pod.interruptible and bid is None:
                raise Refused("Cannot resume a spot pod as an on demand pod.")
            if pod.status == "RUNNING":
                return pod
            count = gpu_count or pod.gpu_count
            self._check_money(pod.cost)
            if self.settings.hostFull or count > self.free(pod.gpu_type):
                raise Refused("There are not enough free GPUs on the host machine to start this pod.")
            pod.gpu_count = count
            pod.status = "RUNNING"
            pod.started = self.clock.now()
            pod.timeline = self._timeline()
            self._start(pod, "Resumed by user")
            return pod

    def terminate(self, id: str, sentence: str = "Terminated by user") -> None:
        """Ends the pod and its disks."""
        with self.lock:
            pod = self.pod(id)
            if pod is None:
                raise Refused("pod not found to terminate", "POD_NOT_FOUND")
            self._end(pod, sentence)
            if pod.container:
                pod.container.remove()

    def outbid(self, id: str) -> None:
        """Takes a spot pod away."""
        with self.lock:
            pod = self.pods[id]
            container = pod.container
            pod.status = "EXITED"
            pod.stopped = self.clock.now()
            pod.last_change = f"Outbid: {time.ctime()}"
        if container:
            threading.Timer(self.settings.outbidGrace, container.stop).start()

    def close(self) -> None:
        """Ends all containers."""
        with self.lock:
            containers = [pod.container for pod in self.pods.values() if pod.container]
        for container in containers:
            container.stop()

    # Parts

    def _timeline(self) -> Timeline:
        settings = self.settings
        return Timeline(list=settings.listDelay, runtime=settings.runtimeDelay, ports=settings.portDelay)

    def _check_money(self, cost: float) -> None:
        if self.settings.balance < cost:
            raise Refused(
                "Your account balance is too low to rent a pod. Please add funds to your account.",
                "INSUFFICIENT_BALANCE",
            )
        limit = self.settings.spendLimit
        if self.spend() + cost > limit:
            raise Refused(
                f"Renting this pod would put you over your current spending limit (${limit:.2f}/hr).",
                "INSUFFICIENT_BALANCE",
            )

    @staticmethod
    def _no_capacity(interruptible: bool) -> Refused:
        if interruptible:
            return Refused(
                "There are no longer any instances available with the request specifications. Please try again later.",
                "SUPPLY_CONSTRAINT",
            )
        return Refused(
            "There are no longer any instances available with the requested specifications. "
            "Please refresh and try again.",
            "SUPPLY_CONSTRAINT",
        )

    def _start(self, pod: Pod, sentence: str) -> None:
        pod.last_change = f"{sentence}: {time.ctime()}"
        if "bad-image" in pod.image:
            pod.status = "EXITED"
            pod.stopped = self.clock.now()
            pod.last_change = f"Exited by Runpod: {time.ctime()}"
            return
        pod.public_port = self._ports.take()
        container = pod.container = pod.container or Container(self._folder / pod.id, self._spawner)
        if "crash-loop" in pod.image:
            return
        container.folder.mkdir(parents=True, exist_ok=True)
        container.begin(
            hostname=pod.id,
            port=pod.public_port,
            env=self._environment(pod),
            sshd_delay=self.settings.sshdDelay,
            image=pod.image,
            gpu=(pod.gpu_type, GPU_TYPES[pod.gpu_type][0], pod.gpu_count),
            icu=self.settings.icu,
        )

    def _environment(self, pod: Pod) -> dict[str, str]:
        return {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "CUDA_VERSION": "12.4.1",
            "RUNPOD_POD_ID": pod.id,
            "RUNPOD_POD_HOSTNAME": f"{pod.id}-{pod.suffix}",
            "RUNPOD_API_KEY": f"rpa_pod_{pod.id}",
            "RUNPOD_DC_ID": "EU-RO-1",
            "RUNPOD_GPU_COUNT": str(pod.gpu_count),
            "RUNPOD_CPU_COUNT": "8",
            "RUNPOD_PUBLIC_IP": "127.0.0.1",
            "RUNPOD_TCP_PORT_22": str(pod.public_port),
            **pod.env,
        }

    def _end(self, pod: Pod, sentence: str) -> None:
        pod.status = "EXITED"
        pod.stopped = self.clock.now()
        pod.last_change = f"{sentence}: {time.ctime()}"
        if pod.container:
            pod.container.stop()

    def _keep_deadlines(self) -> None:
        while True:
            time.sleep(0.2)
            now = self.clock.now()
            with self.lock:
                for pod in self.pods.values():
                    if pod.is_gone:
                        continue
                    if pod.terminate_after is not None and now >= pod.terminate_after:
                        self.terminate(pod.id, "Terminated by RunPod")
                    elif pod.stop_after is not None and now >= pod.stop_after and pod.status == "RUNNING":
                        pod.stop_after = None
                        self._end(pod, "Exited by RunPod")
