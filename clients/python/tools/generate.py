#!/usr/bin/env python3
"""Writes the typed methods of both clients from the OpenRPC document; with ``--check`` only says what is out of date."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from render import method_modules
from schema import TypeTable

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1] / "runpod_rpc"


def modules(document: Path) -> dict[Path, str]:
    """The text of each generated file."""
    methods = json.loads(document.read_text())["methods"]
    types = TypeTable()
    sync, asynchronous = method_modules(methods, types)
    return {
        PACKAGE / "types.py": types.module(),
        PACKAGE / "methods.py": sync,
        PACKAGE / "async_methods.py": asynchronous,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--document", type=Path, default=ROOT / "protocol" / "openrpc.json")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    stale = {
        path: text
        for path, text in modules(options.document).items()
        if not path.exists() or path.read_text() != text
    }
    if options.check:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run clients/python/tools/generate.py", file=sys.stderr)
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
