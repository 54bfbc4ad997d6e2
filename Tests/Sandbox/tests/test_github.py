"""The GitHub face."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from base64 import b64decode
from json import loads
from typing import Any

import pytest
from client import Sandbox, http

RUNNERS = "/repos/octo/demo/actions/runners"
JIT = {"runner_group_id": 1, "labels": ["self-hosted", "gpu"]}


def add(sandbox: Sandbox, name: str, prefix: str = "/repos/octo/demo", **changes: Any) -> Any:
    """A just-in-time runner."""
    answer = sandbox.github("POST", f"{prefix}/actions/runners/generate-jitconfig", {"name": name, **JIT, **changes})
    assert answer.status == 201, answer.body
    return answer.json


@pytest.mark.parametrize("prefix", ["/repos/any/thing", "/orgs/any", "/enterprises/any"])
@pytest.mark.parametrize("base", ["", "/api/v3"])
def test_every_place_exists_and_has_tokens(shared: Sandbox, prefix: str, base: str) -> None:
    tokens = set()
    for kind in ("registration", "remove"):
        answer = shared.github("POST", f"{base}{prefix}/actions/runners/{kind}-token")
        assert answer.status == 201
        tokens.add(answer.json["token"])
    assert len(tokens) == 2
    assert tokens <= set(shared.admin("GET", "/state")["github"]["tokens"])
    assert shared.github("GET", f"{base}{prefix}/actions/runners").json == {"total_count": 0, "runners": []}


def test_keys_are_told_apart(sandbox: Sandbox) -> None:
    keys = sandbox.admin("GET", "/state")["github"]["keys"]
    assert sandbox.github("GET", RUNNERS, token=None).status == 401
    assert sandbox.github("GET", RUNNERS, token="ghp_wrong").json["message"] == "Bad credentials"
    refused = sandbox.github("GET", RUNNERS, token=keys["noPermission"])
    assert (refused.status, refused.headers["x-accepted-github-permissions"]) == (403, "administration=write")
    assert sandbox.github("GET", RUNNERS, token=keys["invisible"]).status == 404
    sandbox.set(githubMayAdminister=False)
    assert sandbox.github("GET", RUNNERS).status == 403


def test_form_matters(shared: Sandbox) -> None:
    assert shared.github("GET", f"{RUNNERS}/").status == 404
    assert shared.github("GET", RUNNERS, X_GitHub_Api_Version="1999-01-01").status == 400
    assert b"User-Agent" in shared.github("GET", RUNNERS, User_Agent="").body
    wrong = shared.github("GET", RUNNERS + "/999")
    assert wrong.json == {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}
    assert wrong.headers["x-github-request-id"] and wrong.headers["x-ratelimit-limit"] == "5000"


def test_a_just_in_time_runner_is_there_at_once(shared: Sandbox) -> None:
    answer = add(shared, "jit-1", "/orgs/just-in-time")
    runner = answer["runner"]
    assert (runner["os"], runner["status"], runner["busy"]) == ("unknown", "offline", False)
    assert [label["name"] for label in runner["labels"]] == ["self-hosted", "gpu"]
    files = {name: b64decode(text) for name, text in loads(b64decode(answer["encoded_jit_config"])).items()}
    assert set(files) == {".runner", ".credentials", ".credentials_rsaparams"}
    assert loads(files[".runner"])["agentId"] == runner["id"]
    path = "/orgs/just-in-time/actions/runners/generate-jitconfig"
    assert shared.github("POST", path, {"name": "jit-1", **JIT}).status == 409
    for change in ({"labels": []}, {"labels": ["x"] * 101}, {"runner_group_id": 7}):
        assert shared.github("POST", path, {"name": "jit-2", **JIT, **change}).status == 422


def test_lists_have_pages_and_a_filter(shared: Sandbox) -> None:
    ids = [add(shared, f"r{n}", "/orgs/paged")["runner"]["id"] for n in range(5)]
    assert ids == sorted(ids)
    path = "/orgs/paged/actions/runners"
    first = shared.github("GET", f"{path}?per_page=2")
    assert (first.json["total_count"], [each["id"] for each in first.json["runners"]]) == (5, ids[:2])
    following = re.search('<([^>]*)>; rel="next"', first.headers["link"])[1]
    page = following.removeprefix(shared.environment["GITHUB_API_URL"])
    assert [each["id"] for each in shared.github("GET", page).json["runners"]] == ids[2:4]
    assert [each["name"] for each in shared.github("GET", f"{path}?name=r3").json["runners"]] == ["r3"]
    assert shared.github("GET", f"{path}/{ids[0]}").json["name"] == "r0"
    assert shared.github("GET", f"/orgs/elsewhere/actions/runners/{ids[0]}").status == 404
    assert [shared.github("DELETE", f"{path}/{ids[0]}").status for _ in range(2)] == [204, 404]


def test_labels_are_changed(shared: Sandbox) -> None:
    path = f"{RUNNERS}/{add(shared, 'labelled')['runner']['id']}/labels"
    names = [label["name"] for label in shared.github("POST", path, {"labels": ["big"]}).json["labels"]]
    assert names == ["self-hosted", "gpu", "big"]
    assert shared.github("DELETE", f"{path}/big").json["total_count"] == 2
    assert shared.github("DELETE", f"{path}/big").status == 404


def test_a_release_can_be_verified_three_ways(shared: Sandbox) -> None:
    release = shared.github("GET", "/repos/actions/runner/releases/latest", token=None).json
    asset = next(each for each in release["assets"] if each["name"].startswith("actions-runner-linux-x64-"))
    archive = http("GET", asset["browser_download_url"]).body
    hash = hashlib.sha256(archive).hexdigest()
    assert asset["digest"] == f"sha256:{hash}"
    assert f"<!-- BEGIN SHA linux-x64 -->{hash}<!-- END SHA linux-x64 -->" in release["body"]
    downloads = shared.github("GET", f"{RUNNERS}/downloads").json
    row = next(each for each in downloads if (each["os"], each["architecture"]) == ("linux", "x64"))
    assert (row["download_url"], row["sha256_checksum"]) == (asset["browser_download_url"], hash)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        names = tar.getnames()
        assert {"./config.sh", "./run.sh", "./bin/Runner.Listener", "./externals/node20/bin/npm"} <= set(names)
        assert all(name.startswith("./") for name in names) and "./svc.sh" not in names
        assert tar.getmember("./externals/node20/bin/npm").issym()
    assert shared.github("GET", "/repos/actions/runner/releases/tags/v2.330.0").json["tag_name"] == "v2.330.0"


@pytest.mark.parametrize("truth", ["wrong", "absent"])
def test_checksums_can_be_wrong_or_absent(sandbox: Sandbox, truth: str) -> None:
    sandbox.set(releaseDigest=truth, releaseArchive="truncated")
    release = sandbox.github("GET", "/repos/actions/runner/releases/latest").json
    asset = next(each for each in release["assets"] if "linux-x64" in each["name"])
    assert asset["digest"] == {"wrong": "sha256:" + "0" * 63 + "1", "absent": None}[truth]
    with pytest.raises((EOFError, tarfile.ReadError)):
        tarfile.open(fileobj=io.BytesIO(http("GET", asset["browser_download_url"]).body)).getnames()


def test_deprecations(sandbox: Sandbox) -> None:
    sandbox.set(refuseVersions=["2.330.0"])
    path = f"{RUNNERS}/deprecations"
    old, new = (sandbox.github("GET", f"{path}/{version}").json for version in ("2.330.0", "2.338.0"))
    assert old["runtime_deprecates_at"] < new["runtime_deprecates_at"]
    assert sandbox.github("GET", f"{path}/banana").status == 404


def test_limits_of_both_kinds(sandbox: Sandbox) -> None:
    latest = "/repos/actions/runner/releases/latest"
    sandbox.set(rateLimit=1, anonymousRateLimit=0)
    assert sandbox.github("GET", RUNNERS).status == 200
    limited = sandbox.github("GET", RUNNERS)
    assert (limited.status, limited.headers["x-ratelimit-remaining"]) == (403, "0")
    assert "API rate limit exceeded" in limited.json["message"]
    assert sandbox.github("GET", latest, token=None).status == 403
    assert sandbox.github("GET", "/rate_limit").json["rate"]["remaining"] == 0
    sandbox.admin("POST", "/clock", {"advance": 3700})
    assert sandbox.github("GET", RUNNERS).status == 200
    sandbox.admin("POST", "/faults", {"face": "github", "operation": f"GET {RUNNERS}", "kind": "limit", "seconds": 9})
    secondary = sandbox.github("GET", RUNNERS)
    assert (secondary.status, secondary.headers["retry-after"]) == (403, "9")
    assert "secondary rate limit" in secondary.json["message"]


def test_runners_that_never_come_are_forgotten(sandbox: Sandbox) -> None:
    add(sandbox, "ghost")
    sandbox.admin("POST", "/clock", {"advance": 23 * 3600})
    assert sandbox.github("GET", RUNNERS).json["total_count"] == 1
    sandbox.admin("POST", "/clock", {"advance": 2 * 3600})
    assert sandbox.github("GET", RUNNERS).json["total_count"] == 0
