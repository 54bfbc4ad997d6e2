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
    assert "DPkg::Lock::Timeout" in pod.path("/root/asked-for-noninteractive-libicu").read_text()
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


def test_jobs_see_what_the_image_has_for_them_and_not_its_secrets(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD)
    lines = ['PATH="/opt/conda/bin:/usr/bin:/bin"', 'CUDA_HOME="/usr/local/cuda"', 'RUNPOD_API_KEY="rpa_podkey"', 'X="$(touch /hacked)"']
    pod.path("/etc/rp_environment").write_text("".join(f"export {line}\n" for line in lines))
    pod.ready("install", "configure", "start")
    environment = (pod.base / "run-environment").read_text().splitlines()
    assert "PATH=/opt/conda/bin:/usr/bin:/bin" in environment and "CUDA_HOME=/usr/local/cuda" in environment
    assert not any("RUNPOD" in line or "podkey" in line for line in environment)
    assert not pod.path("/hacked").exists()
