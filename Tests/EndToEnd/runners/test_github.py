"""GitHub's servers, scopes, groups, versions, tokens and limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from renting import rent
from runners.steps import ask_github, install
from sandbox import Sandbox
from service import CallFailed, Service

TOKENS = "POST /repos/*/actions/runners/registration-token"
REGISTRATION = "POST /actions/runner-registration"


@pytest.fixture(scope="module")
def github() -> Iterator[Sandbox]:
    """A sandbox whose GitHub these tests upset."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def service(product: str, github: Sandbox, home: dict[str, str]) -> Iterator[Service]:
    """A service of the upset GitHub."""
    whole = github.admin("GET", "/settings")
    with Service(product, {**home, **github.environment}) as service:
        yield service
    github.admin("POST", "/settings", whole)
    github.admin("DELETE", "/faults")


def fails(service: Service, method: str, /, **params: Any) -> CallFailed:
    """The failure of what must fail."""
    with pytest.raises(CallFailed) as failed:
        service.call(method, seconds=180, **params)
    return failed.value


def behind(github: Sandbox, name: str) -> dict[str, Any]:
    """A runner as GitHub keeps it."""
    runners: list[dict[str, Any]] = github.admin("GET", "/state")["github"]["runners"]
    return next(runner for runner in runners if runner["name"] == name)


def minted(github: Sandbox, repository: str) -> int:
    """How many registration tokens a repository has given."""
    path = repository.removeprefix("https://github.com")
    wanted = f"POST /repos{path}/actions/runners/registration-token"
    requests = github.admin("GET", "/requests?face=github")
    return [request["status"] for request in requests if request["operation"] == wanted].count(201)


@pytest.mark.parametrize("way", [{}, {"jit": True}])
@pytest.mark.parametrize("scope", ["/orgs/octo", "/enterprises/big"])
def test_organisations_and_enterprises_have_groups(
    service: Service, github: Sandbox, pod: str, scope: str, way: dict[str, bool]
) -> None:
    url = "https://github.com" + scope.replace("/orgs", "")
    unknown = fails(service, "runners/install", podId=pod, repoUrl=url, runnerGroup="nobody", **way)
    assert unknown.kind == "configurationInvalid" and "nobody" in unknown.message
    runner = install(service, pod, url, name="in-group", runnerGroup="gpus", **way)
    assert (runner["status"], runner["repoUrl"]) == ("online", url)
    assert (behind(github, "in-group")["runner_group_id"], behind(github, "in-group")["scope"]) == (2, scope)
    assert [entry["name"] for entry in service.call("runners/list", repoUrl=url)["runners"]] == ["in-group"]
    assert service.call("runners/remove", podId=pod, seconds=180)["removal"]["deregistered"]
    refused = fails(service, "runners/install", podId=pod, repoUrl="https://github.com/o/r", runnerGroup="gpus")
    assert refused.kind == "configurationInvalid"


def test_a_workflow_takes_the_same_options(service: Service, github: Sandbox) -> None:
    url = "https://github.com/octo"
    wish = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "repoUrl": url, "runnerName": "by-workflow"}
    unclear = fails(service, "workflows/setupRunner", **{**wish, "repoUrl": f"{url}/x"}, runnerGroup="gpus")
    assert unclear.kind == "configurationInvalid" and service.call("pods/list")["pods"] == []
    done = service.call("workflows/setupRunner", seconds=180, **wish, runnerGroup="gpus", jit=True)["workflow"]["result"]
    runner = behind(github, "by-workflow")
    assert (runner["runner_group_id"], runner["ephemeral"]) == (2, True)
    assert service.call("workflows/teardownRunner", seconds=180, podId=done["podId"])["workflow"]["state"] == "succeeded"
    assert service.call("runners/list", repoUrl=url)["runners"] == []


@pytest.mark.parametrize("way", [{}, {"jit": True}])
def test_an_enterprise_server(product: str, github: Sandbox, home: dict[str, str], way: dict[str, bool]) -> None:
    web = github.environment["GITHUB_API_URL"]
    environment = {**home, **github.environment, "GITHUB_API_URL": f"{web}/api/v3"}
    with Service(product, environment) as service:
        pod = rent(service)
        runner = install(service, pod, f"{web}/octo/own", **way)
        assert (runner["status"], runner["repoUrl"]) == ("online", f"{web}/octo/own")
        assert service.call("runners/status", podId=pod)["runner"]["status"] == "online"
        assert service.call("runners/remove", podId=pod, seconds=180)["removal"]["deregistered"]
        asked = {request["path"] for request in github.admin("GET", "/requests?face=github")}
        assert "/api/v3/repos/octo/own/actions/runners/downloads" in asked
        service.call("pods/terminate", podId=pod)


def test_a_version_of_ones_own_and_one_that_is_too_old(service: Service, pod: str, repository: str) -> None:
    old = fails(service, "runners/install", podId=pod, repoUrl=repository, version="2.320.0")
    assert (old.kind, old.data["details"]["verdict"]) == ("runnerInstallFailed", "deprecated")
    assert "Leave out the version" in old.data["hint"]
    pinned = install(service, pod, repository, version="2.337.0")
    assert (pinned["status"], pinned["version"]) == ("online", "2.337.0")


def test_a_version_that_github_serves_no_longer(
    service: Service, github: Sandbox, pod: str, repository: str
) -> None:
    github.admin("POST", "/settings", {"refuseVersions": ["2.331.0"]})
    known = fails(service, "runners/install", podId=pod, repoUrl=repository, version="2.331.0")
    assert (known.kind, known.data["details"]["verdict"]) == ("configurationInvalid", "deprecated")
    assert service.call("runners/status", podId=pod)["runner"]["status"] == "notInstalled"

    # A server that says nothing about versions: the runner comes up, listens, and then ends.
    silence = {"face": "github", "operation": "GET *deprecations*", "kind": "status", "status": 404}
    github.admin("POST", "/faults", silence)
    died = fails(service, "runners/install", podId=pod, repoUrl=repository, name="old", version="2.331.0")
    assert (died.kind, died.data["details"]["verdict"]) == ("runnerInstallFailed", "deprecated")
    status = service.call("runners/status", podId=pod)["runner"]
    assert status["status"] == "deprecated" and "2.331.0" in status["reasons"][0]
    assert service.call("runners/remove", podId=pod, seconds=180)["removal"]["deregistered"]


def test_a_token_that_is_refused_is_minted_again_once(
    service: Service, github: Sandbox, pod: str, repository: str
) -> None:
    refusal = {"face": "runner", "operation": REGISTRATION, "kind": "status", "status": 404}
    github.admin("POST", "/faults", {**refusal, "times": 2})
    refused = fails(service, "runners/install", podId=pod, repoUrl=repository)
    assert (refused.kind, minted(github, repository)) == ("unauthorized", 2)
    github.admin("POST", "/faults", refusal)
    assert install(service, pod, repository)["status"] == "online"
    assert minted(github, repository) == 3


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_that_is_soon_over_is_waited_for(
    service: Service, github: Sandbox, pod: str, repository: str, status: int
) -> None:
    limit = {"face": "github", "operation": TOKENS, "kind": "limit", "status": status, "seconds": 1}
    github.admin("POST", "/faults", limit)
    assert install(service, pod, repository)["status"] == "online"
    assert service.call("runners/remove", podId=pod, seconds=180)["removal"]["deregistered"]


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_for_an_hour_is_told(service: Service, github: Sandbox, repository: str, status: int) -> None:
    github.admin("POST", "/settings", {"rateLimit": 0, "rateLimitStatus": status})
    limited = fails(service, "runners/list", repoUrl=repository)
    assert limited.kind == "rateLimited" and limited.data["retryable"]
    assert int(limited.data["details"]["retryAfterSeconds"]) > 3000


@pytest.mark.parametrize(
    ("key", "kind", "words"),
    [("noPermission", "forbidden", "administration=write"), ("invisible", "notFound", "may not administer")],
)
def test_a_token_without_rights_is_told_what_it_lacks(
    product: str, github: Sandbox, home: dict[str, str], repository: str, key: str, kind: str, words: str
) -> None:
    token = github.admin("GET", "/state")["github"]["keys"][key]
    with Service(product, {**home, **github.environment, "GITHUB_TOKEN": token}) as service:
        refused = fails(service, "runners/list", repoUrl=repository)
        assert refused.kind == kind and words in refused.data["hint"]


def test_more_runners_than_a_page_holds(service: Service, github: Sandbox, pod: str, repository: str) -> None:
    for number in range(105):
        body = {"name": f"many-{number}", "runner_group_id": 1, "labels": ["x"]}
        ask_github(github, repository, "generate-jitconfig", body)
    install(service, pod, repository, name="last")
    names = [entry["name"] for entry in service.call("runners/list", repoUrl=repository)["runners"]]
    assert len(names) == 106 and names[-1] == "last"
