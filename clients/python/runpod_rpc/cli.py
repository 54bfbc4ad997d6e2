"""The command ``runpod-rpc-py``."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from .client import Client
from .errors import RunPodError, ServerDied
from .wire import Notification, Progress, ProtocolFault

#: What a terminal obeys instead of showing it, or that changes how its neighbours look: C0, DEL, C1, the separators of lines and
#: paragraphs, the controls of bidirectional text.
CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
VISIBLE = {code: f"<U+{code:04X}>" for code in CONTROLS} | dict.fromkeys(map(ord, "\t\n\r"), " ")
VISIBLE_JSON = {code: f"\\u{code:04X}" for code in CONTROLS}
EXIT_CODES = {-32000: 13, -32600: 64, -32601: 64, -32602: 64, -32700: 64}


def params(arguments: Sequence[str]) -> dict[str, Any]:
    """Params from ``key=TEXT``, ``key:=JSON``, a JSON object, ``@FILE`` and ``@-``.

    Raises:
        ValueError: An argument is none of these.
    """
    members: dict[str, Any] = {}
    for argument in arguments:
        if pair := re.fullmatch(r"(\w+)(:?=)(.*)", argument, re.DOTALL):
            name, sign, text = pair.groups()
            members[name] = json.loads(text) if sign == ":=" else text
            continue
        if argument.startswith("@"):
            text = sys.stdin.read() if argument == "@-" else Path(argument[1:]).read_text()
        else:
            text = argument
        whole = json.loads(text)
        if not isinstance(whole, dict):
            raise ValueError("the params must be a JSON object")
        members |= whole
    return members


def exit_code(error: RunPodError) -> int:
    """1001 is 10, 1101 is 20, 1402 is 51; the same codes as runpod-rpc-call's."""
    group, number = divmod(error.code - 1000, 100)
    return group * 10 + number + 9 if 0 <= group < 5 and 0 < number < 10 else EXIT_CODES.get(error.code, 1)


def visible(text: str) -> str:
    """The text on one line, safe to show on a terminal: it may come from a pod or an API."""
    return text.translate(VISIBLE)


def show_progress(report: Progress) -> None:
    """A line to standard error."""
    if report.kind == "report":
        print(f"{report.percentage or 0:3}%  {visible(report.message)}", file=sys.stderr, flush=True)


def show_output(notification: Notification) -> None:
    """What a remote command prints, to standard error."""
    if notification.method == "ssh/output":
        sys.stderr.write(notification.params["data"])
        sys.stderr.flush()


def show_error(error: RunPodError) -> None:
    """What happened, what to do, and what exists."""
    print(f"runpod-rpc-py: {visible(error.message)}", file=sys.stderr)
    facts = [("kind", error.kind), ("hint", error.hint), *(("exists", f"{k} {v}") for k, v in error.resources.items())]
    for name, text in facts:
        if text:
            print(f"  {name}: {visible(text)}", file=sys.stderr)


class Parser(argparse.ArgumentParser):
    """Exits with 64 when the command line makes no sense."""

    def error(self, message: str) -> NoReturn:
        """Says why."""
        self.print_usage(sys.stderr)
        self.exit(64, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Calls one method; the result is one line of JSON on standard output."""
    parser = Parser(prog="runpod-rpc-py", description=main.__doc__)
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("method")
    parser.add_argument("params", nargs="*", help="key=TEXT, key:=JSON, a JSON object, @FILE or @-")
    options = parser.parse_args(arguments)
    try:
        members = params(options.params)
    except (OSError, ValueError) as error:
        print(f"runpod-rpc-py: {error}", file=sys.stderr)
        return 64
    # service/ping answers what it is given, which should be what was typed.
    progress = None if options.quiet or options.method == "service/ping" else show_progress
    output = None if options.quiet else show_output
    try:
        with Client() as client:
            result = client.call(options.method, members, on_progress=progress, on_notification=output)
    except RunPodError as error:
        show_error(error)
        return exit_code(error)
    except (FileNotFoundError, ServerDied, ProtocolFault) as error:
        print("\n".join(map(visible, f"runpod-rpc-py: {error}".split("\n"))), file=sys.stderr)
        return 69
    except KeyboardInterrupt:
        return 130
    print(json.dumps(result, ensure_ascii=False).translate(VISIBLE_JSON))
    return 0


if __name__ == "__main__":
    sys.exit(main())
