"""What calls raise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class RunPodError(Exception):
    """The error of a response.

    Attributes:
        code: The number of JSON-RPC's error object.
        message: One sentence that says what happened.
        kind: The stable name of the failure; None for faults of the protocol.
        hint: One sentence that says what to do about it.
        retryable: Whether the same call may succeed when it is simply made again.
        resources: Ids of what exists because of the call, by name: ``{"podId": "50qynxzilsxoey"}``.
        data: All that came beside code and message.
    """

    _by_kind: ClassVar[dict[str, type[RunPodError]]] = {}
    _by_code: ClassVar[dict[int, type[RunPodError]]] = {}

    def __init_subclass__(cls, *, kind: str | None = None, code: int | None = None) -> None:
        if kind is not None:
            RunPodError._by_kind[kind] = cls
        if code is not None:
            RunPodError._by_code[code] = cls

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(code, message, data)
        self.code = code
        self.message = message
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        self.kind: str | None = self.data.get("kind")
        self.hint: str | None = self.data.get("hint")
        self.retryable: bool = self.data.get("retryable") is True
        self.resources: Mapping[str, str] = self.data.get("resources", {})

    def __str__(self) -> str:
        exists = ", ".join(f"{name} {id}" for name, id in self.resources.items())
        parts = [self.message, self.hint, f"There is {exists}." if exists else None]
        return " ".join(part for part in parts if part)

    @classmethod
    def of(cls, error: Mapping[str, Any]) -> RunPodError:
        """The exception for an error object, of the class for its kind or its code."""
        data = error.get("data")
        kind = data.get("kind") if isinstance(data, Mapping) else None
        code = error["code"]
        return cls._by_kind.get(kind or "", cls._by_code.get(code, RunPodError))(code, error["message"], data)


class InvalidRequest(RunPodError, code=-32600):
    """The request is out of season, or its id is in use."""


class MethodNotFound(RunPodError, code=-32601):
    """The service has no such method."""


class InvalidParams(RunPodError, code=-32602):
    """A param does not fit; ``data`` has its ``path`` and what was ``expected``."""


class Cancelled(RunPodError, code=-32800):
    """The call was cancelled, by us or by someone else."""


class ServerCancelled(RunPodError, code=-32802):
    """The service is ending and has stopped the work."""


class AmbiguousOutcome(RunPodError, kind="ambiguousOutcome"):
    """Whether the API did what it was asked cannot be told."""


class ApiFailure(RunPodError, kind="apiFailure"):
    """An API answered with a fault of its own."""


class ApiRetired(RunPodError, kind="apiRetired"):
    """The API is switched off."""


class Busy(RunPodError, kind="busy"):
    """Too much is being done at the moment, here or on the pod."""


class ChecksumMismatch(RunPodError, kind="checksumMismatch"):
    """What was downloaded is not what was published."""


class ConfigurationInvalid(RunPodError, kind="configurationInvalid"):
    """A setting has a value that makes no sense."""


class Conflict(RunPodError, kind="conflict"):
    """It cannot be done to a thing that is as this one is now."""


class EnvironmentIncomplete(RunPodError, kind="environmentIncomplete"):
    """A key or a tool is missing."""


class Forbidden(RunPodError, kind="forbidden"):
    """The key is good, but may not do this."""


class HostKeyChanged(RunPodError, kind="hostKeyChanged"):
    """Another machine answers at the pod's address."""


class InsufficientBalance(RunPodError, kind="insufficientBalance"):
    """The account has too little money."""


class NetworkFailure(RunPodError, kind="networkFailure"):
    """An API could not be reached."""


class NoCapacity(RunPodError, kind="noCapacity"):
    """There is no such GPU to be had now."""


class NotFound(RunPodError, kind="notFound"):
    """There is no such thing."""


class RateLimited(RunPodError, kind="rateLimited"):
    """An API wants fewer calls."""


class RunnerInstallFailed(RunPodError, kind="runnerInstallFailed"):
    """The runner could not be installed on the pod."""


class SSHAuthentication(RunPodError, kind="sshAuthentication"):
    """The pod refuses the key."""


class SSHUnreachable(RunPodError, kind="sshUnreachable"):
    """The pod cannot be reached over SSH."""


class StoreFailure(RunPodError, kind="storeFailure"):
    """The state file cannot be read or written."""


class OperationTimeout(RunPodError, kind="timeout"):
    """The time limit of the operation has passed. A limit of the client's own raises `TimeoutError` instead."""


class Unauthorized(RunPodError, kind="unauthorized"):
    """The key or token is wrong."""


class ServerDied(Exception):
    """The service ended with calls unanswered, or could not be started.

    Attributes:
        exit_code: The process's exit code; -N after signal N; None if there never was a process.
        stderr: The end of what it wrote to standard error.
    """

    def __init__(self, exit_code: int | None, stderr: str) -> None:
        super().__init__(exit_code, stderr)
        self.exit_code = exit_code
        self.stderr = stderr

    def __str__(self) -> str:
        how = "could not be started" if self.exit_code is None else f"ended with exit code {self.exit_code}"
        return f"runpod-rpc {how}" + (f":\n{self.stderr}" if self.stderr else "")
