"""Pods and workflows as resources of the Model Context Protocol."""

from __future__ import annotations

import json
from typing import Any

import pytest

from messages import codes, request
from renting import rent
from sandbox import Sandbox
from service import Service
from session import Session

META = {"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}}


def ask(session: Session, method: str, **params: Any) -> Any:
    """The result of a request in the revision that needs no handshake."""
    session.send(request(1, method, {**params, **META}))
    return session.receive(60)["result"]


def test_every_page_together_is_all_there_is(
    product: str, shared_sandbox: Sandbox, home: dict[str, str]
) -> None:
    environment = {**home, **shared_sandbox.environment}
    with Service(product, environment) as service:
        pods = [rent(service) for _ in range(2)]
        gone = pods.pop()
        service.call("pods/terminate", podId=gone)
        teardowns = [service.begin("workflows/teardownRunner", podId="nosuchpod") for _ in range(51)]
        begun = [teardown.result(120)["workflow"]["id"] for teardown in teardowns]
        with Session(product, environment=environment) as session:
            listed = []
            cursor: str | None = None
            pages = 0
            while pages == 0 or cursor:
                page = ask(session, "resources/list", **({"cursor": cursor} if cursor else {}))
                assert (page["resultType"], page["ttlMs"], page["cacheScope"]) == ("complete", 0, "private")
                listed += page["resources"]
                cursor = page.get("nextCursor")
                pages += 1
            assert pages > 1
            uris = [resource["uri"] for resource in listed]
            assert len(uris) == len(set(uris))
            assert set(uris) == {f"runpod://pods/{pods[0]}", *(f"runpod://workflows/{id}" for id in begun)}
        service.call("pods/terminate", podId=pods[0])


def test_a_wrong_cursor_is_an_error(product: str) -> None:
    with Session(product) as session:
        for cursor in ("nothing", "nouns/1", 5):
            session.send(request(1, "resources/list", {"cursor": cursor, **META}))
            assert codes([session.receive()]) == [(1, -32602)]


@pytest.mark.parametrize("uri", ["runpod://pods/nosuchpod", "runpod://workflows/none", "runpod://runners/1", "file:///"])
def test_what_is_not_there(product: str, shared_sandbox: Sandbox, home: dict[str, str], uri: str) -> None:
    with Session(product, environment={**home, **shared_sandbox.environment}) as session:
        session.send(request(1, "resources/read", {"uri": uri, **META}))
        error = session.receive()["error"]
        assert (error["code"], error["data"]) == (-32602, {"uri": uri})
    with Session(product, environment={**home, **shared_sandbox.environment}) as session:
        session.send(request(0, "initialize", {"protocolVersion": "2025-06-18", "capabilities": {}}))
        session.receive()
        session.send(request(1, "resources/read", {"uri": uri}))
        error = session.receive()["error"]
        assert (error["code"], error["data"]) == (-32002, {"uri": uri})


def test_without_an_account_there_are_workflows_only(product: str, home: dict[str, str]) -> None:
    with Session(product, environment=home) as session:
        assert ask(session, "resources/list")["resources"] == []
        templates = ask(session, "resources/templates/list")["resourceTemplates"]
        assert [template["uriTemplate"] for template in templates] == [
            "runpod://pods/{podId}",
            "runpod://workflows/{workflowId}",
        ]


def test_a_pod_is_read_as_pods_get_answers_it(service: Service, product: str, shared_sandbox: Sandbox, home: dict[str, str]) -> None:
    pod = rent(service)
    with Session(product, environment={**home, **shared_sandbox.environment}) as session:
        [content] = ask(session, "resources/read", uri=f"runpod://pods/{pod}")["contents"]
        assert (content["uri"], content["mimeType"]) == (f"runpod://pods/{pod}", "application/json")
        assert json.loads(content["text"]) == service.call("pods/get", podId=pod)
    service.call("pods/terminate", podId=pod)
