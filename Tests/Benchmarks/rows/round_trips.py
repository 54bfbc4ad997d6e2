"""One request at a time."""

from harness.row import PER_SECOND, Row, of_limit
from harness.wire import wire_row


def rows() -> list[Row]:
    return [
        wire_row(
            "requests answered, one at a time",
            PER_SECOND,
            lambda call: call.per_second,
            [of_limit(0.9)],
            seconds=0.5,
            pinned=True,
        )
    ]
