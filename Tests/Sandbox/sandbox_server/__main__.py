"""The command line: `serve`, and `run -- COMMAND …`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from functools import partial

from .parent import end_with
from .privileges import seek_root
from .sandbox import Sandbox

SERVER = [sys.executable, "-P", "-m", "sandbox_server", "serve"]
PARENT = "--parent"
USAGE = "usage: sandbox serve | sandbox run -- COMMAND …"


async def serve() -> None:
    """Serves until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    sandbox = Sandbox()
    await sandbox.start()
    try:
        print(json.dumps(sandbox.environment), flush=True)
        await stop.wait()
    finally:
        await sandbox.close()


def run(command: list[str]) -> int:
    """Runs the command beside a sandbox; its exit code, or 128 and the signal that ended it."""
    # A process group of its own: the terminal's interrupt is the command's, and the sandbox outlasts it.
    server = subprocess.Popen([*SERVER, PARENT, str(os.getpid())], stdout=subprocess.PIPE, process_group=0)
    assert server.stdout
    try:
        line = server.stdout.readline()
        if not line:
            return server.wait() or 70
        environment = {**os.environ, **json.loads(line)}
        for name in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
            environment.pop(name, None)
        try:
            child = subprocess.Popen(command, env=environment, preexec_fn=partial(end_with, os.getpid()))
        except OSError as error:
            print(f"sandbox: {command[0]}: {error.strerror}", file=sys.stderr)
            return 127 if isinstance(error, FileNotFoundError) else 126
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda received, _frame: child.send_signal(received))
        code = child.wait()
        return code if code >= 0 else 128 - code
    finally:
        server.terminate()
        server.wait()


def main() -> int:
    """Does what the arguments say."""
    match sys.argv[1:]:
        case ["serve"]:
            seek_root(SERVER)
            asyncio.run(serve())
            return 0
        case ["serve", option, parent] if option == PARENT:
            seek_root([*SERVER, option, parent])
            end_with(int(parent))
            asyncio.run(serve())
            return 0
        case ["run", "--", *command] if command:
            return run(command)
    print(USAGE, file=sys.stderr)
    return 64


if __name__ == "__main__":
    sys.exit(main())
