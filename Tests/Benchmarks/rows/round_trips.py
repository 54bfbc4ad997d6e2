"""One request at a time."""

from harness.row import PER_SECOND, Row, of_limit
from harness.wire import wire_row

OBSTACLE = (
    "A round trip is two switches between the processes, one read and one write, which the C program has as well, and what "
    "we do with the request. By callgrind that is 11,300 instructions: 10 % to find the frame, 31 % to parse it and judge its "
    "envelope in one go, 17 % to look the method up and word the refusal, 13 % for the text of the answer, 11 % to frame, "
    "queue and write it, 8 % to free what was made, the rest for locks and calls. No function has more than 6 %. Half of "
    "what we take longer is not instructions, by the CPU that both take with 64 in flight: after each switch ten times "
    "the code is cold. To come below the 4,000 that the aim leaves, nothing might be made of a request: no method's name, no "
    "error, no text of an answer but in the buffer that is written, which is a server for this measurement."
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
