"""Requests answered a second, from one on the wire to more than anybody has."""

from harness.growth import Growth
from harness.row import PER_SECOND
from harness.wire import GROWTH_SERVERS, wire_row

COUNTS = (1, 10, 100, 1_000, 10_000)


def rows() -> list[Growth]:
    rows = {
        count: wire_row(
            f"{count:,} in flight",
            PER_SECOND,
            lambda call: call.per_second,
            seconds=0.2,
            in_flight=count,
            pinned=True,
            only=GROWTH_SERVERS,
        )
        for count in COUNTS
    }
    return [Growth("in-flight", "Requests answered, by how many are on the wire", "in flight", rows)]
