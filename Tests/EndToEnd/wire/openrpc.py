"""What an OpenRPC 1.3 document must look like, as a JSON Schema: <https://spec.open-rpc.org>."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
FLAG: Schema = {"type": "boolean"}
ANYTHING: Schema = {}


def record(required: dict[str, Schema], optional: dict[str, Schema]) -> Schema:
    """An object with these members, extensions, and no others."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
    }


def listed(element: Schema) -> Schema:
    """An array."""
    return {"type": "array", "items": element}


WORDS: dict[str, Schema] = {"summary": TEXT, "description": TEXT}
DESCRIPTOR = record(
    {"name": TEXT, "schema": {"$ref": "http://json-schema.org/draft-07/schema#"}},
    {**WORDS, "required": FLAG, "deprecated": FLAG},
)
VALUE = record({"name": TEXT, "value": ANYTHING}, WORDS)
EXAMPLE = record({"name": TEXT, "params": listed(VALUE)}, {**WORDS, "result": VALUE})
ERROR = record({"code": {"type": "integer"}, "message": TEXT}, {"data": ANYTHING})
METHOD = record(
    {"name": TEXT, "params": listed(DESCRIPTOR)},
    {
        **WORDS,
        "result": DESCRIPTOR,
        "paramStructure": {"enum": ["by-name", "by-position", "either"]},
        "errors": listed(ERROR),
        "examples": listed(EXAMPLE),
        "deprecated": FLAG,
    },
)
DOCUMENT = record(
    {
        "openrpc": {"type": "string", "pattern": r"^1\.3\.\d+$"},
        "info": record({"title": TEXT, "version": TEXT}, {"description": TEXT}),
        "methods": listed(METHOD),
    },
    {},
)
