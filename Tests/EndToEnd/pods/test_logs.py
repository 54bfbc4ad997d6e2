"""What pods and their hosts say."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from pods.conftest import Face
from sandbox import Sandbox
from service import Call, CallFailed, Service

LOGS = "GET /pods/*/logs"


def environment(face: Face, own: dict[str, str]) -> dict[str, str]:
    """GraphQL has no logs; left to itself the service asks REST for them."""
    return {**own, "RUNPOD_API": "auto"} if face.name == "graphql" else own


def texts(lines: list[dict[str, Any]]) -> list[str]:
    return [line["text"] for line in lines]


def wait_for_line(call: Call, text: str) -> None:
    """Returns when following has told this line."""

    def is_there() -> bool:
        return any(text in texts(message["params"]["lines"]) for message in call.notifications)

    with call.changed:
        assert call.changed.wait_for(is_there, 30), f"no line says {text!r}"


def say(service: Service, pod: str, text: str) -> None:
    """Has the container's first process print a line."""
    done = service.call("ssh/exec", podId=pod, command=f"echo '{text}' >/proc/1/fd/1")
    assert done["exitCode"] == 0, done


def test_a_pod_that_cannot_be_pulled_says_why(product: str, face: Face, sandbox: Sandbox, own: dict[str, str]) -> None:
    with Service(product, environment(face, own)) as service:
        pod = face.rent(service, imageName="bad-image:1")["id"]
        with pytest.raises(CallFailed) as failed:
            service.call("pods/wait", podId=pod)
        assert "manifest for bad-image:1 not found" in failed.value.message
        lines = service.call("pods/logs", podId=pod, source="system")["lines"]
        assert "manifest for bad-image:1 not found" in lines[-1]["text"]
        assert lines[-1]["source"] == "system"
        assert lines[-1]["time"].startswith("20")
        assert service.call("pods/logs", podId=pod, source="container")["lines"] == []


def test_a_log_is_followed_over_a_broken_stream(product: str, face: Face, sandbox: Sandbox, own: dict[str, str]) -> None:
    with Service(product, environment(face, own)) as service:
        pod = face.rent(service)["id"]
        service.call("pods/wait", podId=pod)
        say(service, pod, "one")
        say(service, pod, "two with RUNPOD_API_KEY=rpa_ABCDEFGHIJKLMNOPQRSTUVWX")
        last = service.call("pods/logs", podId=pod, source="container", lines=1)["lines"]
        assert texts(last) == ["two with RUNPOD_API_KEY=••••"]
        sandbox.admin("POST", "/faults", {"face": "rest", "operation": LOGS, "kind": "status", "status": 503})
        sandbox.admin("POST", "/faults", {"face": "rest", "operation": LOGS, "kind": "cut", "times": 2})
        following = service.begin("pods/logs", podId=pod, source="container", follow=True)
        wait_for_line(following, "one")
        say(service, pod, "three")
        wait_for_line(following, "three")
        service.call("pods/terminate", podId=pod)
        following.cancel()
        with pytest.raises(CallFailed):
            following.result()
        told = [text for message in following.notifications for text in texts(message["params"]["lines"])]
        assert told.count("three") == told.count("one") == 1


def test_following_ends_with_its_time_and_answers_every_line(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, environment(face, own)) as service:
        pod = face.rent(service)["id"]
        service.call("pods/wait", podId=pod)
        say(service, pod, "before")
        following = service.begin("pods/logs", podId=pod, follow=True, timeoutSeconds=6)
        wait_for_line(following, "before")
        say(service, pod, "after")
        answered = texts(following.result()["lines"])
        assert answered.count("before") == answered.count("after") == 1


def test_what_is_not_there_is_said(product: str, face: Face, sandbox: Sandbox, own: dict[str, str]) -> None:
    with Service(product, environment(face, own)) as service:
        with pytest.raises(CallFailed) as failed:
            service.call("pods/logs", podId="nothing")
        assert failed.value.kind == "notFound"
        assert service.process.poll() is None
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(20) == 0


@pytest.mark.one_face("only GraphQL has no logs")
def test_graphql_alone_has_no_logs_and_says_so(product: str, sandbox: Sandbox, home: dict[str, str]) -> None:
    with Service(product, {**home, **sandbox.environment, "RUNPOD_API": "graphql"}) as service:
        with pytest.raises(CallFailed) as failed:
            service.call("pods/logs", podId="nothing")
    assert failed.value.kind == "configurationInvalid"
    assert "RUNPOD_API" in failed.value.data["hint"]
