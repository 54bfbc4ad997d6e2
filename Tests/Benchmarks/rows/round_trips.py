"""One request at a time."""

from harness.row import PER_SECOND, Row, of_limit
from harness.wire import wire_row

OBSTACLE = (
    "A round trip is two switches between the processes and four calls of the system, which the C program has as well, and "
    "what we do with the request. By callgrind that is 16,000 instructions: to find the frame 800, to parse it 3,400, to "
    "judge its envelope 1,800, to look the method up and word the refusal 2,300, to enter and leave the table of requests "
    "1,200, to write the answer 1,800, to frame and send it 2,200; the rest frees what these made. No function has more than "
    "4 %: it is strings, arrays and their reference counts. To come below the 4,000 that the aim leaves, envelopes would "
    "have to be read out of the bytes without making values of them, a second parser beside the one that answers for "
    "every test of conformance."
)


def rows() -> list[Row]:
    return [
        wire_row(
            "requests answered, one at a time",
            PER_SECOND,
            lambda call: call.per_second,
            [of_limit(0.9)],
            seconds=0.5,
            pinned=True,
            obstacle=OBSTACLE,
        )
    ]
