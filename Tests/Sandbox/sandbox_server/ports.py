"""Ports of the loopback interface that are a pod's before its sshd listens on them."""

from __future__ import annotations

import random
import socket

FIRST, LAST = 20000, 32000
"""Below what the kernel gives to outgoing connections."""


def reserve() -> tuple[int, socket.socket]:
    """A free port and the socket that keeps it.

    Nobody can bind it but those who ask for address reuse, as sshd does; until then connections are refused.
    """
    for _ in range(1000):
        port = random.randrange(FIRST, LAST)
        keeper = socket.socket()
        try:
            keeper.bind(("127.0.0.1", port))
        except OSError:
            keeper.close()
            continue
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return port, keeper
    raise OSError("there is no free port")
