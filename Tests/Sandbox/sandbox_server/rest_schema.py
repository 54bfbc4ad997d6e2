"""The bodies that REST v2 takes: closed objects, checked before anything is done."""

from __future__ import annotations

import re
from typing import Any

Schema = dict[str, Any]


def text(**more: Any) -> Schema:
    """A string."""
    return {"type": str, **more}


def whole(minimum: int | None = None) -> Schema:
    """An integer."""
    return {"type": int, "minimum": minimum}


def flag() -> Schema:
    """A boolean."""
    return {"type": bool}


def array(items: Schema, **more: Any) -> Schema:
    """A list."""
    return {"type": list, "items": items, **more}


def closed(required: str = "", /, **properties: Schema) -> Schema:
    """An object that has no other members than these."""
    return {"type": dict, "required": required.split(), "properties": properties}


CUDA = text(pattern=r"\d+\.\d+")
CONTAINER = {
    "args": text(),
    "entrypoint": array(text()),
    "cmd": array(text()),
    "disk": whole(1),
    "env": {"type": dict, "values": text()},
    "image": text(),
    "ports": array(text()),
    "registry": text(nullable=True),
}
MOUNTS = closed(
    persistent=closed("size path", size=whole(10), path=text()),
    network=array(closed("volumeId path", volumeId=text(), path=text()), longest=1),
)
CREATE_POD = closed(
    "name",
    **CONTAINER,
    name=text(shortest=1),
    cloud=text(values=("SECURE", "COMMUNITY")),
    cpu=closed("id vcpuCount", id=text(shortest=1), vcpuCount=whole(2)),
    dataCenterIds=array(text()),
    globalNetworking=flag(),
    gpu=closed(
        "id",
        id=text(),
        count=whole(1),
        allowedCudaVersions=array(CUDA),
        minCudaVersion=CUDA,
        minRamPerGpu=whole(1),
        minVcpuCountPerGpu=whole(1),
    ),
    mounts=MOUNTS,
    startJupyter=flag(),
    startSsh=flag(),
    templateId=text(shortest=1),
)
UPDATE_POD = closed(
    **CONTAINER, globalNetworking=flag(), locked=flag(), mounts=MOUNTS, name=text(shortest=1), templateId=text()
)
POD_ACTION = closed("action", action=text(values=("start", "stop", "restart", "terminate")))
SSH_KEYS = closed("keys", keys=array(text(pattern=r"(ssh|ecdsa|sk)-\S+ \S+([ \t][^\n\r]*)?")))
CREATE_VOLUME = closed(
    "name size dataCenter",
    name=text(shortest=1),
    size=whole(10),
    dataCenter=text(shortest=1),
    type=text(values=("STANDARD", "HIGH_PERFORMANCE")),
)
CREATE_REGISTRY = closed(
    "name username password", name=text(shortest=1), username=text(shortest=1), password=text(shortest=1)
)
UPDATE_VOLUME = closed(name=text(shortest=1), size=whole(10))

NAMES = {str: "string", int: "integer", bool: "boolean", list: "array", dict: "object"}


def violations(value: Any, schema: Schema, place: str = "$") -> list[str]:
    """What is wrong with a body, a sentence each."""
    wanted = schema["type"]
    if value is None and schema.get("nullable"):
        return []
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        return [f"{place}: got {NAMES.get(type(value), 'null')}, want {NAMES[wanted]}"]
    if wanted is str:
        return _text_violations(value, schema, place)
    if wanted is int and schema["minimum"] is not None and value < schema["minimum"]:
        return [f"{place}: minimum: got {value}, want {schema['minimum']}"]
    if wanted is list:
        found = [f"{place}: maxItems: got {len(value)}"] if len(value) > schema.get("longest", len(value)) else []
        return found + [
            each for n, item in enumerate(value) for each in violations(item, schema["items"], f"{place}[{n}]")
        ]
    return _object_violations(value, schema, place) if wanted is dict else []


def _text_violations(value: str, schema: Schema, place: str) -> list[str]:
    if len(value) < schema.get("shortest", 0):
        return [f"{place}: minLength: got {len(value)}, want {schema['shortest']}"]
    if "values" in schema and value not in schema["values"]:
        return [f"{place}: value must be one of {', '.join(map(repr, schema['values']))}"]
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        return [f"{place}: {value!r} does not match pattern {schema['pattern']!r}"]
    return []


def _object_violations(value: dict[str, Any], schema: Schema, place: str) -> list[str]:
    if "values" in schema:
        return [each for name, item in value.items() for each in violations(item, schema["values"], f"{place}.{name}")]
    known = schema["properties"]
    found = [f"{place}: additional properties {name!r} not allowed" for name in value if name not in known]
    found += [f"{place}: missing property {name!r}" for name in schema["required"] if name not in value]
    for name, item in value.items():
        if name in known:
            found += violations(item, known[name], f"{place}.{name}")
    return found
