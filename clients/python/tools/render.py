"""Methods of the document to methods of Python, grouped by noun."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from names import pascal, snake
from schema import HEADER, WIDTH, TypeTable, described

Tree = dict[str, Any]

IMPORTS = """
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Unpack

from . import types
from .calling import {caller}, CallOptions, given

__all__ = ["{root}"]
"""


def method_modules(methods: Sequence[Mapping[str, Any]], types: TypeTable) -> tuple[str, str]:
    """The text of the module for threads and of the one for asyncio."""
    tree: Tree = {}
    for method in methods:
        # What has no noun is the life cycle's, and what has no result is a notification: the clients' own business.
        parts = re.split(r"[/.]", method["name"])
        if len(parts) < 2 or "result" not in method or not all(re.fullmatch(r"\w+", part) for part in parts):
            continue
        node = tree
        for noun in parts[:-1]:
            node = node.setdefault(noun, {})
        node[parts[-1]] = Method(method, types)
    return _module(tree, types, is_async=False), _module(tree, types, is_async=True)


class Method:
    """One method, ready to be written."""

    def __init__(self, method: Mapping[str, Any], types: TypeTable) -> None:
        self.name: str = method["name"]
        self.summary: str = method.get("summary", "")
        # Optional ones last, as Python wants them in a signature that people read.
        self.params = sorted(method["params"], key=lambda param: not param.get("required", False))
        self.result = types.qualified(types.declare(method["result"].get("schema", {}), pascal(self.name) + "Result"))
        self.annotations = {
            param["name"]: types.qualified(
                types.annotation(param.get("schema", {}), param["name"], parameter=True, prefix=pascal(self.name))
            )
            for param in self.params
        }

    def render(self, name: str, *, is_async: bool) -> str:
        """The text of the method under a name."""
        signature = "".join(f"        {line},\n" for line in self._parameters())
        star = "        *,\n" if self.params else ""
        keyword, wait = ("async def", "await ") if is_async else ("def", "")
        # The hard blanks keep a key and its value on one line.
        pairs = ", ".join(f'"{param["name"]}":\xa0{snake(param["name"])}' for param in self.params)
        call = f"params = given({{{pairs}}})"
        lines = textwrap.wrap(call, WIDTH - 8, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
        body = "".join(f"        {line}\n" for line in lines).replace("\xa0", " ")
        return (
            f"    {keyword} {name}(\n        self,\n{star}{signature}        **options: Unpack[CallOptions],\n"
            f"    ) -> {self.result}:\n{self._document()}{body}"
            f'        result: {self.result} = {wait}self._call("{self.name}", params, **options)\n        return result\n'
        )

    def _parameters(self) -> list[str]:
        lines = []
        for param in self.params:
            annotation = self.annotations[param["name"]]
            if not param.get("required", False):
                annotation += " = None" if annotation in ("Any",) or "None" in annotation else " | None = None"
            lines.append(f"{snake(param['name'])}: {annotation}")
        return lines

    def _document(self) -> str:
        lines = textwrap.wrap(self.summary, WIDTH - 12) or [self.name]
        text = '        """' + "\n        ".join(lines)
        if not self.params:
            return text + '"""\n'
        text += "\n\n        Args:\n"
        for param in self.params:
            default = param.get("schema", {}).get("default")
            words = param.get("description", "")
            if default not in (None, "", [], {}):
                words += f" Default: {json.dumps(default) if isinstance(default, str) else default}."
            text += "".join(described(snake(param["name"]), words, "            "))
        return text + '        """\n'


def _module(tree: Tree, types: TypeTable, *, is_async: bool) -> str:
    prefix = "Async" if is_async else ""
    summary = "The methods by noun, for asyncio." if is_async else "The methods by noun."
    root = f"{prefix}Namespaces"
    classes: list[str] = []
    _class(tree, root, prefix, classes, is_async=is_async)
    head = HEADER.format(summary=summary) + IMPORTS.format(caller=f"{prefix}Caller", root=root)
    text = head + "".join(f"\n\n{text}" for text in classes)
    return _without_unused_imports(text)


def _class(tree: Tree, name: str, prefix: str, classes: list[str], *, is_async: bool) -> None:
    nouns, verbs = [], []
    for part, value in sorted(tree.items()):
        if isinstance(value, Method):
            verbs.append("\n" + value.render(snake(part), is_async=is_async))
        else:
            child = f"{name.removesuffix('Namespaces').removesuffix('Methods')}{pascal(part)}Methods"
            _class(value, child, prefix, classes, is_async=is_async)
            nouns.append(f"        self.{snake(part)} = {child}(call)\n")
    setup = "".join(nouns)
    if verbs:
        setup = "        self._call = call\n" + setup
    classes.append(f"class {name}:\n    def __init__(self, call: {prefix}Caller) -> None:\n{setup}{''.join(verbs)}")


def _without_unused_imports(text: str) -> str:
    head, _, body = text.partition("__all__")
    for module in ("collections.abc", "typing"):
        line = re.search(rf"from {re.escape(module)} import (.*)\n", head)
        assert line
        used = [name for name in line[1].split(", ") if re.search(rf"\b{name}\b", body)]
        head = head.replace(line[0], f"from {module} import {', '.join(used)}\n" if used else "")
    return head + "__all__" + body
