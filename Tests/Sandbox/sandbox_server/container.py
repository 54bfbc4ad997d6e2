"""A pod's container: bubblewrap around an sshd, with disks, process space and host keys of its own."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import socket
import subprocess
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

PASSWD = """root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
sshd:x:100:65534::/run/sshd:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""
GROUP = "root:x:0:\ndaemon:x:1:\ntty:x:5:\nshadow:x:42:\nusers:x:100:\nnogroup:x:65534:\n"
SHADOW = "root:*:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\nsshd:!:19000::::::\nnobody:*:19000:0:99999:7:::\n"
SSHD = """Port {port}
ListenAddress 127.0.0.1
HostKey /etc/ssh/ssh_host_ed25519_key
PidFile /run/sshd.pid
AuthorizedKeysFile .ssh/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PrintMotd no
AcceptEnv LANG LC_*
Subsystem sftp /usr/lib/openssh/sftp-server
"""
# What the container runs first: as RunPod's images do, then sshd when its time has come.
START = """#!/bin/bash
mkdir -p /root/.ssh /run/sshd /var/log
chmod 700 /root/.ssh
[ -z "${PUBLIC_KEY-}" ] || printf '%s\\n' "$PUBLIC_KEY" >>/root/.ssh/authorized_keys
env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=\\(.*\\)$/export \\1="\\2"/p' | grep -v '^export PUBLIC_KEY=' >/etc/rp_environment
sleep "$1"
[ "$2" = no-sshd ] || /usr/sbin/sshd -f /etc/ssh/sshd_config -E /var/log/sshd.log
exec sleep infinity
"""
NVIDIA_SMI = """#!/bin/bash
# What the driver's tool would say of this pod's GPUs.
name={name!r} memory={memory} count={count}
case "$*" in
  *--query-gpu*)
    case "$*" in *noheader*) ;; *) echo 'name, memory.total [MiB]' ;; esac
    for _ in $(seq $count); do echo "$name, $memory MiB"; done ;;
  *-L*) for i in $(seq 0 $((count - 1))); do echo "GPU $i: $name (UUID: GPU-{uuid}-$i)"; done ;;
  *)
    echo '+-----------------------------------------------------------------------------+'
    echo '| NVIDIA-SMI 550.127.05   Driver Version: 550.127.05   CUDA Version: 12.4     |'
    echo '+-----------------------------------------------------------------------------+'
    for i in $(seq 0 $((count - 1))); do printf '| %2d  %-34s     0MiB / %6sMiB      0%% Default |\\n' "$i" "$name" "$memory"; done
    echo '+-----------------------------------------------------------------------------+' ;;
esac
"""


class Spawner:
    """Starts processes from one thread that lives as long as we do: the kernel takes the end of the thread that started
    a process for the end of its parent."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[list[str], Future[subprocess.Popen[bytes]]]] = queue.SimpleQueue()
        threading.Thread(target=self._run, daemon=True).start()

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """A process in a session of its own, without input and output."""
        future: Future[subprocess.Popen[bytes]] = Future()
        self._queue.put((command, future))
        return future.result()

    def _run(self) -> None:
        while True:
            command, future = self._queue.get()
            try:
                future.set_result(
                    subprocess.Popen(
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                        start_new_session=True,
                    )
                )
            except OSError as error:
                future.set_exception(error)


class Ports:
    """Free ports on loopback, each given once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: set[int] = set()

    def take(self) -> int:
        """A port that nobody listens on."""
        while True:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port: int = probe.getsockname()[1]
            with self._lock:
                if port not in self._given:
                    self._given.add(port)
                    return port


class Container:
    """One life of a pod: from its start to the end of its process space."""

    def __init__(self, folder: Path, spawner: Spawner) -> None:
        self.folder = folder
        self._spawner = spawner
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._is_wanted = False

    def begin(self, **kwargs: object) -> None:
        """Starts it on a thread, since a disk takes its time; what comes after may end it at any moment."""
        self._is_wanted = True
        threading.Thread(target=self._begin, kwargs=kwargs, daemon=True).start()

    def _begin(self, **kwargs: Any) -> None:
        with self._lock:
            if self._is_wanted:
                self.start(**kwargs)

    def start(
        self,
        *,
        hostname: str,
        port: int,
        env: dict[str, str],
        sshd_delay: float,
        image: str,
        gpu: tuple[str, int, int],
        icu: bool,
    ) -> None:
        """Makes the disk anew and runs the image's start script.

        `gpu` is the type's name, its memory in GB, and how many there are.
        """
        shutil.rmtree(self.folder / "disk", ignore_errors=True)
        disk = self.folder / "disk"
        for name in ("root", "opt", "home", "tmp", "run", "var/tmp", "var/lib", "srv"):
            (disk / name).mkdir(parents=True)
        (disk / "tmp").chmod(0o1777)
        (disk / "var/tmp").chmod(0o1777)
        (self.folder / "workspace").mkdir(exist_ok=True)
        self._write_etc(disk / "etc", hostname, port, icu)
        self._write_tools(disk / "local-bin", gpu)
        mode = "no-sshd" if "no-sshd" in image else "sshd"
        arguments = self._arguments(disk, hostname, env) + ["/bin/bash", "/etc/start", str(sshd_delay), mode]
        self._process = self._spawner.start(arguments)

    def stop(self) -> None:
        """Ends everything in it."""
        self._is_wanted = False
        with self._lock:
            if self._process is None:
                return
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        """Ends it and deletes its disks, the volume too."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _arguments(self, disk: Path, hostname: str, env: dict[str, str]) -> list[str]:
        arguments = ["bwrap", "--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
        arguments += ["--unshare-cgroup-try", "--hostname", hostname, "--ro-bind", "/usr", "/usr"]
        for name in ("bin", "sbin", "lib", "lib32", "lib64"):
            path = Path("/") / name
            if path.is_symlink():
                arguments += ["--symlink", os.readlink(path), str(path)]
            elif path.is_dir():
                arguments += ["--ro-bind", str(path), str(path)]
        for name in ("etc", "root", "opt", "home", "tmp", "run", "var", "srv"):
            arguments += ["--bind", str(disk / name), f"/{name}"]
        arguments += ["--bind", str(disk / "local-bin"), "/usr/local/bin"]
        arguments += ["--bind", str(self.folder / "workspace"), "/workspace"]
        for name in ("/etc/alternatives", "/etc/ssl", "/usr/share/ca-certificates"):
            if Path(name).is_dir():
                arguments += ["--ro-bind", name, name]
        arguments += ["--proc", "/proc", "--dev", "/dev", "--chdir", "/", "--clearenv"]
        for name, value in env.items():
            arguments += ["--setenv", name, value]
        return arguments

    @staticmethod
    def _write_etc(etc: Path, hostname: str, port: int, icu: bool) -> None:
        for name in ("ssh", "systemd/system", "pam.d", "alternatives", "ssl", "default", "skel", "icu"):
            (etc / name).mkdir(parents=True)
        files = {
            "passwd": PASSWD,
            "group": GROUP,
            "shadow": SHADOW,
            "hostname": hostname + "\n",
            "hosts": f"127.0.0.1 localhost {hostname}\n",
            "nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n",
            "shells": "/bin/sh\n/bin/bash\n",
            "start": START,
            "ssh/sshd_config": SSHD.format(port=port),
            "ld.so.conf": "/etc/icu\n" if icu else "",
            "profile": "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n",
        }
        for name, text in files.items():
            (etc / name).write_text(text)
        (etc / "shadow").chmod(0o640)
        (etc / "os-release").symlink_to("/usr/lib/os-release")
        for name in ("debian_version", "login.defs", "ld.so.cache", "localtime", "resolv.conf", "default/useradd"):
            if (Path("/etc") / name).exists():
                shutil.copyfile(Path("/etc") / name, etc / name)
        if icu:
            # The look that the runner's scripts take is for a file of that name.
            library = next(Path("/usr/lib").glob("*-linux-gnu/libdl.so.2"))
            shutil.copyfile(library, etc / "icu" / "libicuuc.so.72")
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", hostname, "-f", str(etc / "ssh/ssh_host_ed25519_key")],
            check=True,
        )

    @staticmethod
    def _write_tools(folder: Path, gpu: tuple[str, int, int]) -> None:
        folder.mkdir()
        name, memory, count = gpu
        tool = folder / "nvidia-smi"
        tool.write_text(NVIDIA_SMI.format(name=name, memory=memory * 1024, count=count, uuid="5a1b0c7e"))
        tool.chmod(0o755)
