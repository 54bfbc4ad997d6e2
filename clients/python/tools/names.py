"""Names of the wire to names of Python."""

from __future__ import annotations

import builtins
import keyword
import re


def snake(name: str) -> str:
    """``gpuTypeId`` to ``gpu_type_id``; a keyword gets an underscore."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    words = re.sub(r"\W", "_", words)
    return words + "_" if keyword.iskeyword(words) else words


def pascal(name: str) -> str:
    """``pods/create`` to ``PodsCreate``."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"\W+", name) if part)


def singular(name: str) -> str:
    """``pods`` to ``pod``: what one element of an array is called."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def is_taken(name: str) -> bool:
    """Whether a class of this name would hide something of the language."""
    return hasattr(builtins, name) or keyword.iskeyword(name)
