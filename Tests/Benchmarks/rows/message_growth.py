"""The time that one message takes, from small to nearly as long as a message may be."""

from harness.growth import Growth
from harness.row import MILLISECONDS
from harness.wire import GROWTH_SERVERS, wire_row

SIZES = (1_000, 16_000, 256_000, 1_000_000, 4_000_000, 16_000_000)


def rows() -> list[Growth]:
    rows = {
        size: wire_row(
            f"a message of {size:,} bytes",
            MILLISECONDS,
            lambda call: 1e3 / call.per_second,
            seconds=0.2,
            size=size,
            pinned=True,
            only=GROWTH_SERVERS,
        )
        for size in SIZES
    }
    return [Growth("message-size", "One request and its answer, by the request's length", "bytes", rows)]
