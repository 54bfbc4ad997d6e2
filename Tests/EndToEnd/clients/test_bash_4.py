"""The shell clients use nothing that bash 4.2 does not have; what the tests run them with is newer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clients.shell import SHELL

# What came later, with the version that it came with, and a line that has it.
NEWER = {
    "4.3 reference": (r"\b(?:local|declare|typeset) +-\w*n\b", "local -n other=$1"),
    "4.3 wait for any": (r"\bwait +-\w*n\b", "wait -n"),
    "4.3 last element": (r"\$\{?\w+\[-\d", 'echo "${names[-1]}"'),
    "4.4 transformation": (r"\$\{[\w@*]+(?:\[[^]]*\])?@[A-Za-z]\}", 'echo "${name@Q}"'),
    "4.4 local options": (r"\blocal +-(?:\s|$)", "local -"),
    "4.4 delimiter": (r"\b(?:mapfile|readarray)\b.* -d", "mapfile -d '' files"),
    "4.4 options": (r"\binherit_errexit\b", "shopt -s inherit_errexit"),
    "5.0 clocks": (r"\bEPOCH(?:SECONDS|REALTIME)\b|\bBASH_ARGV0\b", "now=$EPOCHSECONDS"),
    "5.0 inheritance": (r"\b(?:local|declare) +-\w*I\b|\blocalvar_inherit\b|\bassoc_expand_once\b", "local -I name"),
    "5.1 names": (r"\bSRANDOM\b|\bwait +-\w*[pf]\b", 'wait -f "$pid"'),
    "5.2 varredir": (r"\bvarredir_close\b|\bpatsub_replacement\b", "shopt -u patsub_replacement"),
    "5.3 substitution": (r"\$\{[ |]", "size=${ wc -c; }"),
}


def of_bash() -> list[Path]:
    """The files that bash reads."""
    return [
        path
        for path in sorted(SHELL.iterdir())
        if path.suffix in (".sh", ".bash") or path.read_text().startswith("#!/usr/bin/env bash")
    ]


@pytest.mark.parametrize("path", of_bash(), ids=lambda path: path.name)
def test_nothing_is_newer(path: Path) -> None:
    # Comments and texts for people are no code.
    text = re.sub(r"<<'(\w+)'\n.*?\n\1\n", "\n", path.read_text(), flags=re.DOTALL)
    lines = [re.sub(r"(^|\s)#.*", "", line) for line in text.splitlines()]
    assert [(name, line) for line in lines for name, (pattern, _) in NEWER.items() if re.search(pattern, line)] == []


@pytest.mark.parametrize(("pattern", "line"), NEWER.values(), ids=NEWER.keys())
def test_what_is_newer_is_seen(pattern: str, line: str) -> None:
    assert re.search(pattern, line)
