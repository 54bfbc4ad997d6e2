"""Many requests on the wire at once."""

from harness.row import PER_SECOND, Row, of_limit, times_best_peer
from harness.wire import wire_row

OBSTACLE = (
    "With so many a system call, all that counts is what one request costs by itself: the instructions told of at one request "
    "at a time, less the calls and the wake-ups. The C program looks for an id and copies it, in 1,200 instructions; half of its "
    "figure would leave us 3,000, fewer than a strict parser takes alone."
)


def rows() -> list[Row]:
    return [
        wire_row(
            "requests answered, 64 in flight",
            PER_SECOND,
            lambda call: call.per_second,
            [of_limit(0.5), times_best_peer(4)],
            seconds=0.5,
            in_flight=64,
            pinned=True,
            obstacle=OBSTACLE,
        )
    ]
