"""From starting the process to the answer of `initialize`."""

from harness.row import MILLISECONDS, Row, below
from harness.wire import wire_row


def rows() -> list[Row]:
    return [
        wire_row(
            "start to `initialize` answered", MILLISECONDS, lambda call: call.start * 1e3,
            [below(4, MILLISECONDS)], requests=1,
        )
    ]
