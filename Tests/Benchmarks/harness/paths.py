"""Where things are."""

from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1]
PACKAGE = BENCHMARKS.parents[1]
RELEASE = PACKAGE / ".build" / "release"
TOOLS = PACKAGE / ".build" / "benchmarks"
VENV = PACKAGE / ".build" / "benchmarks-venv" / "bin"
PEERS = BENCHMARKS / "peers"
