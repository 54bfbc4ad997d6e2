"""Containers that restart, and the runners in them."""

from __future__ import annotations

from collections.abc import Callable

from pod import Pod
from tree import SYSTEMD
from wait import until

MakePod = Callable[..., Pod]
START = "#!/bin/bash\n[ ! -f /post_start.sh ] || bash /post_start.sh\nsleep infinity\n"


def restart(pod: Pod) -> None:
    """All processes of the runner end as in a container's end; what its first process would do at the next start is done."""
    supervisor = pod.path("/opt/runner/.supervisor/pid").read_text().split()[0]
    listener = pod.ready("status").facts["listener"].strip()
    pod.kill(f"{supervisor} {listener}")
    until(lambda: not pod.ready("status").facts["listener"].strip())


def test_a_hook_of_the_image_brings_the_runner_back(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD, "--setenv=HF_HOME=/models")
    pod.path("/start.sh").write_text(START)
    pod.path("/post_start.sh").write_text("#!/bin/bash\ntouch /of-the-image\n")
    pod.ready("install", "configure", "start")
    pod.ready("install", "configure", "start", name="it-s-r2")
    pod.ready("stop", name="it-s-r2")
    restart(pod)
    pod.execute("bash", "/post_start.sh")
    pid = until(lambda: pod.ready("status").facts["listener"].strip())
    assert pod.execute("stat", "-c", "%U", f"/proc/{pid}").stdout == "runner\n"
    assert "HF_HOME=/models" in pod.execute("cat", f"/proc/{pid}/environ").stdout
    assert pod.path("/of-the-image").exists()
    # What was stopped stays stopped.
    assert pod.ready("status", name="it-s-r2").facts["mode"] == "none"
    # Nobody but root can change what root will run.
    as_runner = ["setpriv", "--reuid", "runner", "--regid", "runner", "--clear-groups", "sh", "-c"]
    for file in ("/opt/runner-shared/resume.sh", "/opt/runner-shared/container.sh", "/opt/runner-shared/launch/x", "/post_start.sh"):
        assert pod.execute(*as_runner, f"echo evil >>{file}").returncode != 0
    pod.ready("stop", "remove")
    pod.ready("remove", name="it-s-r2")
    assert pod.path("/post_start.sh").read_text() == "#!/bin/bash\ntouch /of-the-image\n"


def test_where_the_image_has_none_the_next_look_is_told(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD)
    pod.ready("install", "configure", "start")
    restart(pod)
    # The container is the one that it was: this was no restart.
    assert "restarted" not in pod.ready("status").facts
    pod.path("/opt/runner/.supervisor/run").write_text("another-boot 77\n")
    assert pod.ready("status").facts["restarted"] == "yes"
    pod.ready("start")
    assert "restarted" not in pod.ready("status").facts
    assert not pod.path("/post_start.sh").exists()
