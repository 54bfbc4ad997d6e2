"""What a server takes when it has nothing to do."""

from harness.row import MEGABYTES, Row, below
from harness.wire import wire_row


def rows() -> list[Row]:
    return [
        wire_row(
            "resident memory after 100 requests",
            MEGABYTES,
            lambda call: call.rss / 1e6,
            [below(12, MEGABYTES)],
            requests=100,
        ),
        wire_row("the same, shared pages counted by part (PSS)", MEGABYTES, lambda call: call.pss / 1e6, requests=100),
    ]
