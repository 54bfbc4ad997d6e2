"""From starting the process to the answer of `initialize`."""

from harness.row import MILLISECONDS, Row, ahead_of_all_but, below
from harness.wire import wire_row


def rows() -> list[Row]:
    return [
        wire_row(
            "start to `initialize` answered",
            MILLISECONDS,
            lambda call: call.start * 1e3,
            [below(4, MILLISECONDS), ahead_of_all_but("ruff")],
            requests=1,
        )
    ]
