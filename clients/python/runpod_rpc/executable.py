"""Where the service is, and how it is started."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

#: Bytes of the service's standard error that are kept for `ServerDied`.
STDERR_TAIL = 16_384


def command(given: Sequence[str] | None) -> list[str]:
    """The service's argument list: the one given, or ``$RUNPOD_RPC``, or ``runpod-rpc`` in ``PATH``.

    Raises:
        FileNotFoundError: There is none of them.
    """
    words = list(given) if given else [os.environ.get("RUNPOD_RPC") or "runpod-rpc"]
    found = shutil.which(words[0])
    if found is None:
        raise FileNotFoundError(
            f"{words[0]} was not found: build it with 'swift build -c release --static-swift-stdlib' "
            "and put it into PATH, or set RUNPOD_RPC to its path."
        )
    return [found, *words[1:]]
