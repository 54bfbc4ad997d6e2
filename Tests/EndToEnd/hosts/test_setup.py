"""`runpod-rpc setup HOST` on files as the hosts' own documentation has them."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parent / "samples"
# Where each host keeps its configuration, the sample, and the way to the list of servers.
HOSTS = {
    "claude": (".claude.json", "claude.json", "mcpServers"),
    "claude-desktop": (".config/Claude/claude_desktop_config.json", "claude-desktop.json", "mcpServers"),
    "cursor": (".cursor/mcp.json", "cursor.json", "mcpServers"),
    "vscode": (".config/Code/User/mcp.json", "vscode.json", "servers"),
    "windsurf": (".codeium/windsurf/mcp_config.json", "windsurf.json", "mcpServers"),
    "codex": (".codex/config.toml", "codex.toml", "mcp_servers"),
    "gemini": (".gemini/settings.json", "gemini.json", "mcpServers"),
    "zed": (".config/zed/settings.json", "zed.json", "context_servers"),
}
EXTRA = {"claude": {"type": "stdio"}, "vscode": {"type": "stdio"}, "zed": {"source": "custom"},
         "codex": {"env_vars": ["RUNPOD_API_KEY", "GITHUB_TOKEN"]}}
KEY = "rpa_THISISASECRET0123456789"
Setup = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def setup(product: str, home: dict[str, str]) -> Setup:
    """Runs the command as a user of this home."""

    def run(*arguments: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            [product, "setup", *arguments],
            env={**home, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert ended.returncode == code, ended.stderr
        return ended

    return run


def parsed(path: Path) -> Any:
    """A configuration as its host reads it: with comments, and commas after last members."""
    text = path.read_text()
    if path.suffix == ".toml":
        return tomllib.loads(text)
    tokens = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/|,(?=\s*(?://[^\n]*\s*)*[}\]])', re.DOTALL)
    return json.loads(tokens.sub(lambda found: found[1] or "", text))


@pytest.mark.parametrize("host", HOSTS)
def test_the_entry_is_added_and_all_else_stays(setup: Setup, product: str, tmp_path: Path, host: str) -> None:
    place, sample, member = HOSTS[host]
    file = tmp_path / place
    file.parent.mkdir(parents=True, exist_ok=True)
    original = (SAMPLES / sample).read_text()
    file.write_text(original)
    file.chmod(0o640)
    before = parsed(file)

    shown = setup(host, "--print").stdout
    assert str(file) in shown and "\n+ " in shown
    assert file.read_text() == original and [entry.name for entry in file.parent.iterdir()] == [file.name]

    said = setup(host, RUNPOD_API_KEY=KEY).stdout
    assert all(line in said for line in shown.splitlines())
    assert "No key was written" in said and KEY not in said + file.read_text()
    after = parsed(file)
    entry = after[member].pop("runpod")
    assert after == before
    assert entry == {"command": entry["command"], "args": ["mcp"], **EXTRA.get(host, {})}
    assert os.path.isabs(entry["command"]) and os.path.exists(entry["command"])
    # Every line with its comment is still there, apart from a comma.
    kept = [line.rstrip(",") for line in file.read_text().splitlines()]
    assert all(line.rstrip(",") in kept for line in original.splitlines())
    assert file.stat().st_mode & 0o777 == 0o640
    backup = file.with_name(file.name + ".bak")
    assert backup.read_text() == original

    written = file.read_text()
    assert "nothing to change" in setup(host).stdout
    assert file.read_text() == written

    setup(host, "--read-only", "--tools", "pods,ssh")
    assert parsed(file)[member]["runpod"]["args"] == ["mcp", "--read-only", "--tools", "pods,ssh"]
    setup(host, "--remove")
    assert file.read_text() == original
    assert "nothing to change" in setup(host, "--remove").stdout


@pytest.mark.parametrize("host", HOSTS)
def test_a_key_is_written_only_when_it_is_named(setup: Setup, tmp_path: Path, host: str) -> None:
    place, _, member = HOSTS[host]
    file = tmp_path / place
    ended = setup(host, "--env", "RUNPOD_API_KEY", "--env", "MAX_COST_PER_HOUR=2", RUNPOD_API_KEY=KEY)
    entry = parsed(file)[member]["runpod"]
    assert entry["env"] == {"RUNPOD_API_KEY": KEY, "MAX_COST_PER_HOUR": "2"}
    assert KEY not in ended.stdout + ended.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    # Members that the user adds stay.
    if file.suffix == ".json":
        whole = parsed(file)
        whole[member]["runpod"]["autoApprove"] = ["pods_list"]
        file.write_text(json.dumps(whole))
    again = setup(host, "--env", "RUNPOD_API_KEY", RUNPOD_API_KEY=KEY + "NEW")
    assert KEY not in again.stdout
    entry = parsed(file)[member]["runpod"]
    assert entry["env"] == {"RUNPOD_API_KEY": KEY + "NEW", "MAX_COST_PER_HOUR": "2"}
    assert file.suffix != ".json" or entry["autoApprove"] == ["pods_list"]


def test_a_secret_in_the_arguments_is_refused(setup: Setup, tmp_path: Path) -> None:
    ended = setup("cursor", "--env", f"RUNPOD_API_KEY={KEY}", code=64)
    assert "argument lists" in ended.stderr and KEY not in ended.stderr
    assert "is not set" in setup("cursor", "--env", "RUNPOD_API_KEY", code=64).stderr
    assert not (tmp_path / ".cursor").exists()


def test_what_cannot_be_understood_is_left_alone(setup: Setup, tmp_path: Path) -> None:
    file = tmp_path / ".cursor" / "mcp.json"
    file.parent.mkdir()
    for text in ('{"mcpServers": ', '{"mcpServers": []}', "[]"):
        file.write_text(text)
        assert "is left as it is" in setup("cursor", code=1).stderr
        assert file.read_text() == text
    assert "did you mean cursor?" in setup("curser", code=64).stderr
    assert "setup takes a host: claude" in setup(code=64).stderr


def test_the_change_that_is_shown_holds_nobody_elses_secret(setup: Setup, tmp_path: Path) -> None:
    file = tmp_path / ".cursor" / "mcp.json"
    file.parent.mkdir()
    other = '{"command":"npx","env":{"TOKEN":"sk-other"}}'
    for text in (
        f'{{"mcpServers":{{"a":{other}}}}}',
        f'{{"mcpServers":{{"a":{other},"runpod":{{"command":"old","env":{{"RUNPOD_API_KEY":"rpa_old"}}}},"z":{other}}}}}',
    ):
        file.write_text(text)
        for arguments in ((), ("--read-only",), ("--remove",)):
            ended = setup("cursor", *arguments)
            assert "sk-other" not in ended.stdout and "rpa_old" not in ended.stdout
            assert arguments or "+ " in ended.stdout
        after = parsed(file)["mcpServers"]
        assert after.pop("a") == json.loads(other) and after.pop("z", None) in (None, json.loads(other)) and not after


def test_a_plugin_of_the_users_own_is_left_alone(setup: Setup, tmp_path: Path) -> None:
    file = tmp_path / ".config/nvim/plugin/runpod.lua"
    file.parent.mkdir(parents=True)
    file.write_text("-- mine\n")
    for arguments in ((), ("--remove",)):
        assert "it was not written by runpod-rpc setup" in setup("neovim", *arguments, code=1).stderr
    assert file.read_text() == "-- mine\n"


@pytest.mark.parametrize("name", ["", "=x", "A B=1", "1A=x", "A-B"])
def test_a_variable_has_a_name(setup: Setup, tmp_path: Path, name: str) -> None:
    assert "--env takes the name of a variable" in setup("cursor", "--env", name, code=64).stderr
    assert not (tmp_path / ".cursor").exists()


def test_a_link_stays_a_link(setup: Setup, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "gemini.json"
    real.parent.mkdir()
    real.write_text("{}\n")
    link = tmp_path / ".gemini" / "settings.json"
    link.parent.mkdir()
    link.symlink_to(real)
    setup("gemini")
    assert link.is_symlink() and "runpod" in parsed(real)["mcpServers"]


@pytest.mark.parametrize("answer", ["y", "n"])
def test_on_a_terminal_the_user_is_asked(product: str, home: dict[str, str], tmp_path: Path, answer: str) -> None:
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [product, "setup", "windsurf"], env=home, stdin=follower, stdout=subprocess.PIPE, text=True
    ) as process:
        os.write(leader, answer.encode() + b"\n")
        said = process.communicate(timeout=20)[0]
    os.close(leader)
    os.close(follower)
    assert "Write this? [y/N]" in said
    assert (tmp_path / HOSTS["windsurf"][0]).exists() == (answer == "y")


def test_neovim_calls_methods(setup: Setup, home: dict[str, str], tmp_path: Path) -> None:
    setup("neovim")
    command = ["nvim", "--headless", "-i", "NONE", "+Runpod service/status", "+lua vim.wait(8000, function() return false end)", "+qa!"]
    # The plugin file is Neovim's to find; what it prints goes to standard error.
    ended = subprocess.run(command, env={**home, "XDG_CONFIG_HOME": str(tmp_path / ".config"), "TERM": "dumb"},
                           capture_output=True, text=True, timeout=60, check=False)
    assert 'dialect = "editor"' in ended.stdout + ended.stderr
    setup("neovim", "--remove")
    assert not (tmp_path / ".config/nvim/plugin/runpod.lua").exists()


def test_emacs_reads_its_init_file(setup: Setup, home: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / ".emacs.d" / "init.el"
    file.parent.mkdir()
    original = (SAMPLES / "emacs.el").read_text()
    file.write_text(original)
    setup("emacs", "--tools", "pods")
    script = "(progn (package-initialize) (load user-init-file) (require 'eglot) (princ (format \"%S\" (assq 'runpod-mode eglot-server-programs))))"
    ended = subprocess.run(
        ["emacs", "--batch", "--no-init-file", "--eval", f'(setq user-init-file "{file}")', "--eval", script],
        env=home, capture_output=True, text=True, timeout=60, check=False,
    )
    assert "runpod-mode" in ended.stdout and '"--tools" "pods"' in ended.stdout, ended.stderr
    setup("emacs", "--remove")
    assert file.read_text() == original
