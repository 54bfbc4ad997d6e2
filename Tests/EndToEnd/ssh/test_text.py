"""Text that Swift takes for other text than a shell does: apostrophes with combining marks, CR LF.

A file with such a name on a pod once ran commands here: https://nvd.nist.gov/vuln/detail/CVE-2019-6111 is the kind.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from service import Service

MARK = "\u0301"
QUOTED = f"l'{MARK}eau; a'{MARK};echo INJECTED;'{MARK}"


def test_a_name_on_the_pod_runs_nothing_here(service: Service, pod: str, tmp_path: Path) -> None:
    make = f"n=\"x'{MARK};touch PWNED;'{MARK}\"; echo hello >\"$n\"; ln -sfn \"$n\" model.bin"
    service.call("ssh/exec", podId=pod, command=make)
    there = tmp_path / "there"
    there.mkdir()
    service.call("ssh/copy", podId=pod, direction="download", source="model.bin", destination=f"{there}/")
    assert not (there / "PWNED").exists()
    assert "hello\n" in [path.read_text() for path in there.iterdir()]


@pytest.mark.parametrize(
    "text", [QUOTED, "a\r\nb", "\r", "a\u2028b", "\u202eabc\u202c", "e\u0301\u00e9", "'\u200d'\ufe0f'\u20e3", "A=b"]
)
def test_an_argument_arrives_as_it_is(service: Service, pod: str, text: str) -> None:
    result = service.call("ssh/exec", podId=pod, command=["printf", "%s", text])
    assert (result["exitCode"], result["stdout"]) == (0, text)
    result = service.call("ssh/exec", podId=pod, command='printf %s "$TEXT"', env={"TEXT": text})
    assert (result["exitCode"], result["stdout"]) == (0, text)


def test_a_path_here_is_what_it_is(service: Service, pod: str, tmp_path: Path) -> None:
    source = tmp_path / f"it'{MARK}s"
    source.write_text("q")
    answer = service.call("ssh/copy", podId=pod, direction="upload", source=str(source), destination="/tmp/x04")
    assert answer["files"] == 1
    assert service.call("ssh/exec", podId=pod, command="cat /tmp/x04")["stdout"] == "q"


def test_a_command_with_line_breaks_of_windows_is_run(service: Service, pod: str) -> None:
    # What bash does with the carriage returns is bash's affair: `exit 3` is the last line.
    result = service.call("ssh/exec", podId=pod, command="touch /tmp/did1\r\ntouch /tmp/did2; exit 3")
    assert (result["exitCode"], result["stdout"]) == (3, "")
    assert service.call("ssh/exec", podId=pod, command="test -e /tmp/did2")["exitCode"] == 0
    result = service.call("ssh/exec", podId=pod, command="cat\r\nexit 4", stdin="in\n")
    assert result["exitCode"] == 4
