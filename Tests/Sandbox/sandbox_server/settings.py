"""Everything that tests can set."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Settings:
    """On the wire the names are in camelCase. Times are real seconds; a delay that is null never ends."""

    # How a pod comes up: seconds from its start.
    list_delay: float | None = 0.0  # before the list has it
    runtime_delay: float | None = 0.3  # before its host reports a container
    port_delay: float | None = 0.6  # before its ports are mapped
    sshd_delay: float | None = 0.9  # before sshd listens
    key_delay: float | None = 0.9  # before sshd knows the key
    bad_image_delay: float = 0.3  # before an image that cannot be pulled ends it
    unmapped_ports: Any = None  # what `ports` is until they are mapped: null, or []
    has_public_port: bool = True  # false: 22 is never mapped
    blind_calls: int = 0  # so many of the next looks at a runtime find none
    blind_share: float = 0.0  # the share of looks that find none, at random

    # How it goes.
    stale_runtime: float = 0.0  # how long a stopped pod still has its runtime
    terminated_visible: float = 0.0  # how long a terminated one can still be asked for
    outbid_grace: float = 5.0  # between the notice to a spot pod and its end
    outbid_status: str = "EXITED"  # or TERMINATED

    # What there is, and who may have it.
    balance: float = 100.0  # USD
    spend_limit: float = 80.0  # USD an hour
    capacity: int = 1000  # GPUs of each type
    capacities: dict[str, int] = field(default_factory=dict)  # by "type", "type/cloud" or "type/cloud/data centre"
    gpu_types_gone: list[str] = field(default_factory=list)  # that RunPod no longer rents, nor lists
    silent_no_capacity: bool = False  # null without an error
    # Spot pods: "there", as SkyPilot still rents them (skypilot-org/skypilot PR #10846, Sep 2026), or "gone", as live reads of
    # Aug 2026 and RunPod's staff have it (runpod/runpodctl PR #267): no capacity for any bid, and a least bid that is no less
    # than the price on demand.
    spot: str = "there"
    host_full: bool = False  # stopped pods cannot be resumed
    resume_lies: bool = False  # resuming answers with an error, and starts the pod
    # RunPod takes stopAfter and terminateAfter and acts on neither: https://github.com/runpod/runpodctl/pull/330
    deadlines_fire: bool = False  # true: for the day on which it keeps them
    pub_key: str = ""  # the account's registered SSH keys, a line each

    # RunPod's doors.
    scope_too_small: bool = False  # the key may use neither API
    # The key's settings leave GraphQL out (docs.runpod.io/get-started/api-keys); REST works with it.
    graphql_forbidden: bool = False
    # GraphQL has been rate-limited in stages since 17 Sep 2026 (dstackai/dstack#4167); its numbers are not published, and
    # whether it always names a time is not known: null leaves Retry-After out.
    graphql_limited: bool = False
    graphql_retry_after: int | None = None
    # REST may list a private row of a port before the public one, and names the public one in ssh.direct (runpod/typescript-api-sdk,
    # `PodSsh`).
    private_port_first: bool = False
    null_in_list: bool = False  # one pod of the list cannot be told: a nullable element of GraphQL's [Pod]
    unauthorized_body: str = "json"  # of a 401: json, html or empty
    user_agent_ban: bool = False  # every client is refused as a browser's imitation
    banned_agents: str = "Python-urllib*"  # these always are
    graphql_retired: bool = False  # 410
    rest_pod_keys: bool = True  # REST takes the keys that pods have been given
    # Pods' keys were seen to end their own pods by REST; whether they may look at them is not known, so both are tried.
    rest_pod_reads: bool = True
    rest_page_size: int = 1000  # at most, whatever is asked for
    rest_quota: int = 10_000  # calls a minute

    # What the answers of a proxy, a takeover or a defect could say of every pod, by the view's own names (`id`, `name`, `image`,
    # `status`, `ip`, `port`, `machineId`, `dataCenterId`, `lastStatusChange`) and of every runner (`runnerName`), instead of
    # what is so. No such answer is known from RunPod or GitHub: empty.
    lies: dict[str, Any] = field(default_factory=dict)

    # GitHub's.
    github_may_administer: bool = True
    runner_groups: list[str] = field(default_factory=lambda: ["Default", "gpus"])  # of every organisation, by id from 1
    rate_limit: int = 5000  # calls an hour left to the token
    anonymous_rate_limit: int = 60  # to those without one
    release_version: str = "2.338.0"
    release_digest: str = "right"  # right, wrong or absent
    release_notes: str = "right"  # the checksums in the notes, likewise
    downloads_checksum: str = "right"  # those of the list of downloads, likewise
    release_archive: str = "whole"  # or truncated, or corrupt
    rate_limit_status: int = 403  # or 429
    minimum_version: str = "2.329.0"  # to register
    refuse_versions: list[str] = field(default_factory=list)  # register and listen, then end

    # Runners.
    online_delay: float = 0.0  # between a runner's listening and its being shown online
    offline_delay: float = 1.0  # between its end and its being shown offline
    reported_offline: bool = False  # working runners are shown offline
    reported_online: bool = False  # dead ones are shown online
    busy_linger: float = 1.0  # how long a dead one stays busy
    session_linger: float = 1.0  # how long a killed one's session keeps others out
    session_retry: float = 1.0  # how long those wait before they try again
    replace_keeps_id: bool = True

    def __post_init__(self) -> None:
        self._changed = asyncio.Event()

    def merge(self, changes: dict[str, Any]) -> None:
        """Takes new values; raises ValueError for a name that does not exist, and takes none then."""
        known = {camel(each.name): each.name for each in fields(self)}
        if unknown := set(changes) - set(known):
            raise ValueError(f"there is no setting {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
        for name, value in changes.items():
            setattr(self, known[name], value)
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_for(self, delay: str, since: float) -> None:
        """Returns once a delay has gone by, counted from a monotonic time, as it is set by then."""
        while (left := self._left(delay, since)) is None or left > 0:
            try:
                await asyncio.wait_for(self._changed.wait(), left)
            except TimeoutError:
                pass

    def _left(self, delay: str, since: float) -> float | None:
        seconds = getattr(self, delay)
        return None if seconds is None else since + seconds - time.monotonic()

    def view(self) -> dict[str, Any]:
        """All values by their names on the wire."""
        return {camel(each.name): getattr(self, each.name) for each in fields(self)}


def camel(name: str) -> str:
    """`sshd_delay` as `sshdDelay`."""
    return re.sub("_(.)", lambda match: match[1].upper(), name)
