"""What an OpenRPC 1.3 document must look like, as a JSON Schema, and what its prose demands besides:
<https://spec.open-rpc.org>.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1}
FLAG: Schema = {"type": "boolean"}
URL: Schema = {"type": "string", "format": "uri"}
ANYTHING: Schema = {}
JSON_SCHEMA: Schema = {"$ref": "http://json-schema.org/draft-07/schema#"}
REFERENCE: Schema = {
    "type": "object",
    "properties": {"$ref": TEXT},
    "required": ["$ref"],
    "additionalProperties": False,
}


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


def named(element: Schema) -> Schema:
    """An object whose members are all of one form."""
    return {"type": "object", "additionalProperties": element}


def here_or_elsewhere(element: Schema) -> Schema:
    """The thing itself, or where among the components it is."""
    return {"oneOf": [element, REFERENCE]}


WORDS: dict[str, Schema] = {"summary": TEXT, "description": TEXT}
DOCUMENTATION = record({"url": URL}, {"description": TEXT})
CONTACT = record({}, {"name": TEXT, "email": TEXT, "url": TEXT})
LICENSE = record({}, {"name": TEXT, "url": TEXT})
INFO = record(
    {"title": TEXT, "version": TEXT},
    {"description": TEXT, "termsOfService": URL, "contact": CONTACT, "license": LICENSE},
)
VARIABLE = record({"default": TEXT}, {"description": TEXT, "enum": listed(TEXT)})
SERVER = record({"url": URL}, {**WORDS, "name": TEXT, "variables": named(VARIABLE)})
TAG = record({"name": NAME}, {**WORDS, "externalDocs": DOCUMENTATION})
LINK = record({}, {**WORDS, "name": NAME, "method": TEXT, "params": ANYTHING, "server": SERVER})
DESCRIPTOR = record({"name": NAME, "schema": JSON_SCHEMA}, {**WORDS, "required": FLAG, "deprecated": FLAG})
EXAMPLE = record({"name": NAME, "value": ANYTHING}, WORDS)
PAIRING = record(
    {"name": NAME, "params": listed(here_or_elsewhere(EXAMPLE))},
    {**WORDS, "result": here_or_elsewhere(EXAMPLE)},
)
ERROR = record({"code": {"type": "integer"}, "message": TEXT}, {"data": ANYTHING})
METHOD = record(
    {"name": NAME, "params": listed(here_or_elsewhere(DESCRIPTOR))},
    {
        **WORDS,
        "result": here_or_elsewhere(DESCRIPTOR),
        "paramStructure": {"enum": ["by-name", "by-position", "either"]},
        "errors": listed(here_or_elsewhere(ERROR)),
        "examples": listed(here_or_elsewhere(PAIRING)),
        "links": listed(here_or_elsewhere(LINK)),
        "servers": listed(SERVER),
        "tags": listed(here_or_elsewhere(TAG)),
        "deprecated": FLAG,
        "externalDocs": DOCUMENTATION,
    },
)
COMPONENTS = record(
    {},
    {
        "schemas": named(JSON_SCHEMA),
        "links": named(LINK),
        "errors": named(ERROR),
        "examples": named(EXAMPLE),
        "examplePairings": named(PAIRING),
        "contentDescriptors": named(DESCRIPTOR),
        "tags": named(TAG),
    },
)
DOCUMENT = record(
    {
        "openrpc": {"type": "string", "pattern": r"^1\.3\.\d+$"},
        "info": INFO,
        "methods": listed(here_or_elsewhere(METHOD)),
    },
    {"$schema": TEXT, "servers": listed(SERVER), "components": COMPONENTS, "externalDocs": DOCUMENTATION},
)


def prose_faults(document: dict[str, Any]) -> Iterator[str]:
    """What the specification demands and no schema can say, of a document without references."""
    names = [method["name"] for method in document["methods"]]
    yield from (f"{name}: twice" for name in sorted({name for name in names if names.count(name) > 1}))
    for method in document["methods"]:
        params = [param["name"] for param in method["params"]]
        needed = [param.get("required", False) for param in method["params"]]
        codes = [error["code"] for error in method.get("errors", [])]
        if len(params) != len(set(params)):
            yield f"{method['name']}: a param is there twice"
        if needed != sorted(needed, reverse=True):
            yield f"{method['name']}: a required param after an optional one"
        if len(codes) != len(set(codes)):
            yield f"{method['name']}: an error is there twice"
        if any(-32768 <= code <= -32000 for code in codes):
            yield f"{method['name']}: a reserved code"
        for example in method.get("examples", []):
            if ("result" in example) != ("result" in method):
                yield f"{method['name']}: an example with a result of a notification, or one without of a method"
