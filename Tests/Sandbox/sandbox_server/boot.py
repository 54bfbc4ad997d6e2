"""How a pod's container is made: files, environment, configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .catalog import GPU_TYPES
from .container import Recipe
from .disk import IMAGE

if TYPE_CHECKING:
    from .pod import Pod

SSHD_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey /etc/ssh/ssh_host_ecdsa_key
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PrintMotd no
PidFile /run/sshd.pid
AcceptEnv LANG LC_*
AllowTcpForwarding {forwarding}
Subsystem sftp internal-sftp
"""
PATH = "/usr/local/nvidia/bin:/usr/local/cuda/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def recipe(pod: Pod) -> Recipe:
    """The container of a pod; its disk is made unless it is there."""
    pod.volume.mkdir(parents=True, exist_ok=True)
    mounts = pod.account.disk.make(pod.disk, _files(pod))
    mounts += ["--bind", str(pod.volume), pod.order.volume_path]
    return Recipe(pod.id, mounts, _environment(pod), pod.account.disk.is_full, pod.image.can_trace, pod.image.exports)


def _environment(pod: Pod) -> dict[str, str]:
    given = {
        "RUNPOD_POD_ID": pod.id,
        "RUNPOD_DC_ID": pod.place.data_center,
        "RUNPOD_POD_HOSTNAME": pod.host_id,
        "RUNPOD_GPU_COUNT": str(pod.gpu_count),
        "RUNPOD_CPU_COUNT": str(pod.vcpus),
        "RUNPOD_PUBLIC_IP": "127.0.0.1",
        "RUNPOD_API_KEY": pod.key,
        "CUDA_VERSION": "12.8.1",
        "NVIDIA_VISIBLE_DEVICES": "all",
        "PATH": PATH,
        "LD_LIBRARY_PATH": "/usr/local/nvidia/lib:/usr/local/nvidia/lib64",
        "HOME": "/root",
    }
    given |= {f"RUNPOD_TCP_PORT_{private}": str(public) for private, public in pod.public_ports.items()}
    if pod.order.network_volume:
        given["RUNPOD_VOLUME_ID"] = pod.order.network_volume
    return {**given, **pod.env}


def _files(pod: Pod) -> dict[str, str]:
    files = {
        "/etc/hostname": f"{pod.id}\n",
        "/etc/hosts": f"127.0.0.1 localhost\n127.0.1.1 {pod.id}\n",
        "/etc/ssh/sshd_config": SSHD_CONFIG.format(
            port=pod.public_ports.get(22, 22), forwarding="yes" if pod.image.forwards_ports else "no"
        ),
    }
    gpu = GPU_TYPES.get(pod.place.gpu_type)
    if gpu is not None and gpu.manufacturer == "Nvidia":
        text = (IMAGE / "nvidia-smi").read_text()
        for mark, value in {
            "@NAME@": gpu.id,
            "@MEMORY@": str(gpu.memory * 1024),
            "@COUNT@": str(pod.gpu_count),
        }.items():
            text = text.replace(mark, value)
        files["/usr/local/bin/nvidia-smi"] = text
    if pod.image.has_libicu:
        files["/usr/local/lib/libicuuc.so.72"] = ""
    if not pod.image.has_network:
        files["/usr/local/etc/no-network"] = ""
    return files
