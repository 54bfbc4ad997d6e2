"""protocol/conformance.jsonl against the real process, in both framings."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest

from conftest import ROOT
from framing import frame, messages, parse
from session import Session, run

CASES = [parse(line) for line in (ROOT / "protocol" / "conformance.jsonl").read_bytes().splitlines()]
RUNS = [
    pytest.param(case, framing, id=f"{case['name']}-{framing}")
    for case in CASES
    for framing in ("lines", "headers")
    if case.get("framing", framing) == framing
]


def matches(expected: Any, actual: Any) -> bool:
    """Whether the answer is the one expected: `*` is anything, an error's data counts only when written."""
    if expected == "*":
        return True
    if isinstance(expected, dict) and isinstance(actual, dict):
        ignored = {"data"} if "code" in expected and "data" not in expected else set()
        return expected.keys() == actual.keys() - ignored and all(matches(expected[k], actual[k]) for k in expected)
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(matches, expected, actual))
    if isinstance(expected, (int, Decimal)) and not isinstance(expected, bool):
        return expected == actual and not isinstance(actual, bool)
    return type(expected) is type(actual) and expected == actual


def take_matching(expected: Any, rest: list[Any]) -> bool:
    """Removes the first answer that matches."""
    for index, actual in enumerate(rest):
        if matches(expected, actual):
            del rest[index]
            return True
    return False


@pytest.mark.parametrize(("case", "framing"), RUNS)
def test_case(case: dict[str, Any], framing: str, conformance_server: str) -> None:
    if case.get("serial"):
        with Session(conformance_server, framing=framing) as session:
            answers = []
            for text in case["in"]:
                session.write(frame(text.encode(), framing))
                answers.append(session.receive())
            output, code = session.end()
            assert output == b""
    else:
        data = base64.b64decode(case["raw"]) if "raw" in case else b"".join(frame(t.encode(), framing) for t in case["in"])
        output, code = run(conformance_server, data)
        answers = messages(output, framing)
        assert case.get("out_contains", "").encode() in output
    assert code == case.get("exit", 0)
    expected = case["out"]
    assert len(answers) == len(expected), answers
    if case.get("unordered"):
        if expected and isinstance(expected[0], list):
            expected, answers = expected[0], answers[0]
        rest = list(answers)
        assert all(take_matching(answer, rest) for answer in expected), answers
    else:
        assert matches(expected, answers), json.dumps(answers, default=str)
