"""Images that runners come up on, and images where they cannot, and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from download import Server
from machine import Machine
from pod import Pod
from tree import BARE, BARE_ONES, MUSL, SYSTEMD, Tree

MakePod = Callable[..., Pod]


def owner(pod: Pod) -> str:
    """Who the listener runs as."""
    pid = pod.ready("status").facts["listener"].strip()
    return pod.execute("stat", "-c", "%U", f"/proc/{pid}").stdout.strip()


def test_an_image_where_nothing_is_missing(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD)
    pod.ready("preflight", "install", "configure")
    assert pod.ready("start").facts["mode"] == "supervised"
    assert owner(pod) == "runner"
    pod.ready("stop")
    assert pod.ready("remove", token="good-remove-token").facts["deregistered"] == "yes"
    assert [path.name for path in pod.path("/opt").iterdir()] == ["runner-shared"]


@pytest.mark.parametrize("tree", BARE_ONES, ids=lambda tree: tree.name)
def test_a_bare_image_gets_what_it_lacks_from_its_distribution(make_pod: MakePod, server: Server, tree: Tree) -> None:
    pod = make_pod(tree)
    for tool in ("curl", "wget", "jq", "sudo", "ps", "python3"):
        assert pod.execute("sh", "-c", f"command -v {tool}").returncode != 0
    pod.parameters["archive_url"] = server.url("runner.tar.gz")
    pod.path("/etc/apt/sources.list.d/gone.list").write_text("deb https://nowhere.invalid/debian stable main\n")
    installed = pod.run("install", packages="time bc")
    if "Unable to fetch some archives" in installed.errors or "Unable to locate package curl" in installed.errors:
        pytest.skip("the distribution's packages cannot be reached")
    assert installed.last == "@done", installed.all
    assert "nowhere.invalid" in installed.errors and all("Docker" in warning for warning in installed.warnings)
    assert pod.execute("sh", "-c", "command -v bc").returncode == 0
    pod.ready("configure", "start")
    assert owner(pod) == "runner"
    pod.ready("stop")


def test_a_bare_image_that_cannot_get_it_says_what_it_lacks(make_pod: MakePod) -> None:
    pod = make_pod(BARE)
    pod.lose("/usr/bin/apt-get")
    answer = pod.run("install")
    assert answer.failure == "toolsMissing" and answer.last.endswith("lacks curl")


def test_packages_that_do_not_exist_are_missed(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD)
    pod.fake("/usr/bin/apt-get", "exit 100")
    pod.ready("install", packages="dbus wget")
    missing = pod.run("install", packages="dbus no-such-package")
    assert missing.failure == "toolsMissing" and "lacks no-such-package," in missing.last


def test_an_image_without_glibc_is_told_so(make_pod: MakePod) -> None:
    pod = make_pod(MUSL)
    answer = pod.run("preflight")
    assert answer.failure == "unsupported" and "Alpine Linux) uses musl" in answer.last
    # Also when nobody has looked before, and there is no bash either.
    assert pod.run("install").failure in ("unsupported", "toolsMissing")
    assert not pod.base.exists()


def test_libraries_that_cannot_be_had_are_named_by_the_runner_itself(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD)
    pod.fake("/usr/bin/apt-get", 'cat "$APT_CONFIG" >>"/root/asked-for-$DEBIAN_FRONTEND-$3"; exit 100')
    pod.fake("/usr/sbin/ldconfig", 'ldconfig.real "$@" | grep -v libicu')
    assert any("libraries" in warning for warning in pod.ready("install").warnings)
    # Also of the runner's own script.
    asked = list(pod.path("/root").glob("asked-for-noninteractive-*"))
    assert asked and all("DPkg::Lock::Timeout" in file.read_text() for file in asked)
    answer = pod.run("configure")
    assert answer.failure == "librariesMissing" and "Libicu" in answer.last


@pytest.mark.parametrize(
    ("fakes", "failure", "words"),
    [
        ({"getconf": "exit 1", "ldd": "echo 'musl libc (x86_64)' >&2; exit 1"}, "unsupported", "musl"),
        ({"getconf": "echo glibc 2.17"}, "unsupported", "glibc 2.17"),
        ({"uname": '[ "$1" = -m ] && echo riscv64 || echo Linux'}, "unsupported", "riscv64"),
        ({"uname": "echo FreeBSD"}, "unsupported", "FreeBSD"),
        ({"ln": 'case "$*" in *probe*) exit 1 ;; esac; exec ln.real "$@"'}, "unwritable", "symbolic links"),
    ],
)
def test_what_a_runner_cannot_live_on(machine: Machine, fakes: dict[str, str], failure: str, words: str) -> None:
    for program, text in fakes.items():
        machine.fake(program, text)
    answer = machine.run("install")
    assert answer.failure == failure and words in answer.last
    assert not machine.base.exists()


def test_each_architecture_has_its_archive(machine: Machine) -> None:
    machine.fake("uname", '[ "$1" = -m ] && echo aarch64 || echo Linux')
    assert machine.ready("preflight").facts["architecture"] == "arm64"


@pytest.mark.parametrize(
    ("mount", "megabytes", "failure", "words"),
    [
        ("--tmpfs=/opt:mode=755,size=3m", 1500, "diskFull", "the runner needs 1500 MB"),
        ("--tmpfs=/opt:mode=755,nr_inodes=500", 1, "diskFull", "more files"),
        ("--tmpfs=/opt:mode=755,noexec", 1, "unwritable", "cannot be run"),
        ("--tmpfs=/opt:mode=755,ro", 1, "unwritable", "cannot be"),
    ],
)
def test_disks_that_will_not_do(make_pod: MakePod, mount: str, megabytes: int, failure: str, words: str) -> None:
    answer = make_pod(SYSTEMD, mount).run("preflight", free_megabytes=megabytes)
    assert answer.failure == failure and words in answer.last


def test_a_disk_that_fills_up_on_the_way_is_left_as_it_was(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD, "--tmpfs=/opt:mode=755,size=16k")
    answer = pod.run("install", free_megabytes=0)
    assert answer.failure in ("unwritable", "diskFull"), answer.all
    assert not pod.base.exists() and not pod.path("/opt/runner.new").exists()


def test_a_user_is_made_with_what_there_is(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD)
    pod.lose("/usr/sbin/useradd", "/usr/sbin/adduser", "/usr/bin/setpriv", "/usr/bin/setsid")
    assert pod.ready("install").facts["user"] == "runner"
    pod.ready("configure", "start")
    assert owner(pod) == "runner"
    pod.ready("stop")


def test_where_nobody_can_become_another_user_it_is_root_and_that_is_said(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD)
    pod.lose("/usr/bin/setpriv", "/usr/sbin/runuser", "/usr/bin/su")
    installed = pod.ready("install")
    assert installed.facts["user"] == "root" and any("runs as root" in warning for warning in installed.warnings)
    pod.ready("configure", "start", "stop")


def test_an_ordinary_user_can_have_a_runner(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD)
    pod.execute("useradd", "-m", "someone")
    pod.user = "someone"
    pod.parameters["base"] = "/home/someone/runner"
    assert pod.ready("install").facts["user"] == "someone"
    pod.ready("configure", "start", "stop")
    assert pod.run("install", work_dir="/opt/runner").failure == "unwritable"


CONTAINER = {
    "PATH": "/opt/conda/bin:/usr/local/cuda/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LD_LIBRARY_PATH": "/usr/local/nvidia/lib64",
    "CUDA_VERSION": "12.8.1",
    "NVIDIA_VISIBLE_DEVICES": "all",
    "HF_HOME": "/workspace/models",
    "NCCL_DEBUG": "INFO",
    "PYTHONPATH": "/opt/python path",
    "OMP_NUM_THREADS": "8",
    "LANG": "de_DE.UTF-8",
    "GREETING": 'it\'s 100% "quoted" $HOME `touch /hacked` \\n = \u00e9',
    "LINES_OF_TEXT": "one\ntwo=2\n",
    # Also names that a script may have for something of its own.
    "user": "mallory",
    "root": "/elsewhere",
    "IFS": "x",
}
SECRETS = {
    "RUNPOD_API_KEY": "rpa_podkey",
    "RUNPOD_POD_ID": "podkey1",
    "PUBLIC_KEY": "ssh-ed25519 AAAA podkey",
    "JUPYTER_PASSWORD": "podkey2",
    "ACTIONS_RUNNER_INPUT_JITCONFIG": "podkey3",
}


def variables(pod: Pod, pid: str) -> dict[str, str]:
    """What a process of the pod sees."""
    text = pod.execute("cat", f"/proc/{pid}/environ").stdout
    return dict(variable.split("=", 1) for variable in text.split("\0") if variable)


@pytest.mark.parametrize("boots", [False, True], ids=["supervised", "systemd"])
@pytest.mark.parametrize("exported", [False, True], ids=["alone", "with RunPod's file"])
def test_jobs_see_the_container_and_not_its_secrets(make_pod: MakePod, boots: bool, exported: bool) -> None:
    given = [f"--setenv={name}={value}" for name, value in {**CONTAINER, **SECRETS}.items()]
    pod = make_pod(SYSTEMD, *given, boots=boots)
    if exported:
        lines = ['PATH="/usr/bin:/bin"', 'RUNPOD_API_KEY="rpa_podkey"', 'X="$(touch /hacked)"', 'ONLY_HERE="yes"']
        pod.path("/etc/rp_environment").write_text("".join(f"export {line}\n" for line in lines))
    pod.ready("install", "configure")
    assert pod.ready("start").facts["mode"] == ("systemd" if boots else "supervised")
    found = variables(pod, pod.ready("status").facts["listener"].strip())
    expected = {name: value for name, value in CONTAINER.items() if name != "IFS"}
    assert {name: found.get(name) for name in expected} == expected
    assert (found["HOME"], found["USER"], found["LOGNAME"]) == ("/home/runner", "runner", "runner")
    assert found.get("ONLY_HERE") == ("yes" if exported else None)
    assert found.get("X") == ("$(touch /hacked)" if exported else None)
    assert not SECRETS.keys() & found.keys() and "podkey" not in str(found)
    for name in ("TERM", "SSH_CONNECTION", "NOTIFY_SOCKET", "INVOCATION_ID", "rr_variables", "IFS"):
        assert name not in found
    assert not pod.path("/hacked").exists()
    if exported:
        as_runner = ["setpriv", "--reuid", "runner", "--clear-groups", "cat"]
        assert pod.execute(*as_runner, "/etc/rp_environment").returncode != 0
        assert pod.execute(*as_runner, "/proc/1/environ").returncode != 0
    # No file of the unit or of ours has what is the container's alone.
    assert pod.execute("grep", "-rlI", "podkey", "/opt", "/etc/systemd/system").stdout == ""


def test_jobs_of_an_image_that_says_nothing_have_what_every_process_needs(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD)
    pod.ready("install", "configure", "start")
    found = variables(pod, pod.ready("status").facts["listener"].strip())
    assert "/usr/bin" in found["PATH"].split(":") and found["LANG"] == "C.UTF-8"


def test_who_lets_jobs_be_root_is_told_what_they_can_read(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD, "--setenv=RUNPOD_API_KEY=rpa_podkey")
    assert not any("API key" in warning for warning in pod.ready("install").warnings)
    assert any("RunPod API key" in warning for warning in pod.ready("install", as_root="yes").warnings)
