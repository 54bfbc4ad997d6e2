"""The real Neovim and Emacs, each with its own client: commands, progress, its cancel button, and a clean exit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
EDITORS = {
    "nvim": ["--headless", "--clean", "-u", "NONE", "-c", f"luafile {HERE / 'neovim.lua'}"],
    "emacs": ["--batch", "--quick", "--load", str(HERE / "emacs.el")],
}


@pytest.mark.parametrize("editor", EDITORS)
def test_editor(editor: str, conformance_server: str, home: dict[str, str], tmp_path: Path) -> None:
    executable = shutil.which(editor)
    assert executable, f"{editor} is not installed; Tests/run installs it"
    path = tmp_path / "report.json"
    environment = {**home, "SERVER": conformance_server, "REPORT": str(path), "TERM": os.environ.get("TERM", "dumb")}
    ended = subprocess.run(
        [executable, *EDITORS[editor]], env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert path.exists(), ended.stderr
    report: dict[str, Any] = json.loads(path.read_text())
    assert "failure" not in report, (report["failure"], ended.stderr)
    assert "pods/create" in report["commands"]
    assert report["ping"] == {"text": "hello"}
    assert report["again"] == {"text": "again"}
    assert report["exit"] == 0
    by_token = [list(values) for _, values in groupby(report["progress"], key=lambda value: value["token"])]
    assert len(by_token) == 2, report["progress"]
    for values in by_token:
        kinds = [value["kind"] for value in values]
        assert (kinds[0], kinds[-1], set(kinds[1:-1])) == ("begin", "end", {"report"})
    assert by_token[0][-2]["message"] == "report 7"
