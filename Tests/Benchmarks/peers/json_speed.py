"""Measures a Python implementation of JSON on one text:  json_speed.py json|orjson parse|write FILE SECONDS

Prints how many bytes of the text it goes through a second. Both turn bytes into a tree or a tree into bytes.
"""

import json
import sys
import time
from pathlib import Path

import orjson

name, direction, path, seconds = sys.argv[1:]
text = Path(path).read_bytes()
tree = json.loads(text)


def write(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


work, argument = {
    ("json", "parse"): (json.loads, text),
    ("json", "write"): (write, tree),
    ("orjson", "parse"): (orjson.loads, text),
    ("orjson", "write"): (orjson.dumps, tree),
}[name, direction]

batch = max(1, 65536 // len(text))
times = 0
start = time.perf_counter()
while time.perf_counter() - start < float(seconds):
    for _ in range(batch):
        work(argument)
    times += batch
print(times * len(text) / (time.perf_counter() - start))
