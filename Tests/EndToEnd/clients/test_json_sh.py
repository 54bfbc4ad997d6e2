"""JSON in bash, against Python's."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from clients.shell import BEHAVIOURS, SHELL

TEXTS = {
    "plain": "plain",
    "empty": "",
    "quotes": "it's \"quoted\" and \\ and \\\" and \\\\",
    "ampersands": "a & b && \\& $HOME `id` $(id) *",
    "lines": "one\ntwo\r\n\tthree\n",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f",
    "other scripts": "né 東京 🚀",
    "like an escape": "\\n \\u0041 %s %d",
    "brackets": '{"a": ["]"]} , :',
}
VALUES: dict[str, Any] = {
    "nested": {"pods": [{"id": "a", "ports": [{"n": 22}, {"n": 80}]}, {"id": None, "ports": []}], "next": "x"},
    "scalars": {"t": True, "f": False, "n": None, "i": -12, "d": 1.5, "e": 1e30, "s": "x"},
    "odd keys": {"a b": 1, "it's": 2, "[0]": 3, "$(touch /nonexistent/x)": 4},
    "empty": {"o": {}, "a": [], "s": ""},
    "array": [[1, [2]], "two"],
}


def bash(script: str, *arguments: str) -> str:
    """What a script that has `json.sh` prints, in bash as it is and as it was; raises when it fails."""
    argv = ["bash", "-uc", f". {SHELL}/json.sh; {script}", "bash", *arguments]
    printed = set()
    for behaviour in BEHAVIOURS.values():
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "BASH_ENV": behaviour}
        result = subprocess.run(argv, env=env, capture_output=True, timeout=30, check=True)
        assert result.stderr == b""
        printed.add(result.stdout.decode())
    assert len(printed) == 1, printed
    return printed.pop()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_strings_go_there_and_back(text: str) -> None:
    written = bash('json_string "$1"; printf %s "$REPLY"', text)
    assert json.loads(written) == text
    for form in (json.dumps(text, ensure_ascii=False), written):
        assert bash('json_text "$1"; printf "%s|" "$REPLY"', form) == text + "|"


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Everything in a value by its path."""
    found = {path or ".": value}
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        found |= leaves(member, f"{path}.{key}")
    return found


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
@pytest.mark.parametrize("indent", [None, 2])
def test_every_value_has_its_path(value: Any, indent: int | None) -> None:
    script = 'json_read "$1" || exit; shift; for path; do printf "%s\\0" "${JSON[$path]}"; done'
    expected = leaves(value)
    result = bash(script, json.dumps(value, indent=indent), *expected)
    assert list(map(json.loads, result.split("\0")[:-1])) == list(expected.values())


@pytest.mark.parametrize("text", ["", "{", '{"a":}', '{"a" 1}', "[1,2", '"open', "nul", "{} x", '{"a":1 "b":2}', "[1 2]"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        bash('json_read "$1"', text)


def test_objects_are_put_together() -> None:
    result = bash('json_object a 1 "b c" "\\"x\\"" d ""; printf %s "$REPLY"')
    assert json.loads(result) == {"a": 1, "b c": "x", "d": None}


def test_a_page_of_pods_is_read_in_no_time() -> None:
    pods = [{"id": f"pod{n}", "name": f"runpod-rpc-{n}", "status": "running", "gpuCount": 1} for n in range(200)]
    result = bash('json_read "$1"; json_get .pods.199.id; echo "$REPLY"', json.dumps({"pods": pods}))
    assert result == "pod199\n"
