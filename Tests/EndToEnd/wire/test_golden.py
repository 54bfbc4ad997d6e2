"""`protocol/sessions` against the real process."""

from __future__ import annotations

import pytest

from conftest import ROOT
from golden import Golden
from sandbox import Sandbox
from session import Session

SESSIONS = [Golden.read(path) for path in sorted((ROOT / "protocol" / "sessions").glob("*.jsonl"))]


@pytest.mark.parametrize("golden", SESSIONS, ids=[golden.name for golden in SESSIONS])
def test_session(
    golden: Golden, product: str, home: dict[str, str], request: pytest.FixtureRequest
) -> None:
    environment = dict(home)
    if golden.needs == "sandbox":
        sandbox: Sandbox = request.getfixturevalue("shared_sandbox")
        environment |= sandbox.environment
    with Session(product, framing=golden.framing, environment=environment) as session:
        golden.play(session)
