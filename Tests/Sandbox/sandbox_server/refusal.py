"""Why RunPod does not do what it was asked to. The sentences are RunPod's own, as clients have recorded them."""

from __future__ import annotations


class Refusal(Exception):
    """A business error: GraphQL's text and code, and REST's status."""

    def __init__(self, message: str, code: str | None, status: int, detail: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.detail = detail or message


def no_capacity(spot: bool = False) -> Refusal:
    """Spot pods have a sentence of their own, "request specifications" and all."""
    if spot:
        return Refusal(
            "There are no longer any instances available with the request specifications. Please try again later.",
            None,
            400,
        )
    return Refusal(
        "There are no longer any instances available with the requested specifications. Please refresh and try again.",
        "SUPPLY_CONSTRAINT",
        400,
    )


def no_spot_capacity() -> Refusal:
    """What live bids on five GPU types were answered in April 2026: runpod/runpodctl PR #267."""
    return Refusal(
        "There are no instances available with the request specifications. Please try again later.", None, 400
    )


def not_enough_disk() -> Refusal:
    """No host has that much disk."""
    return Refusal("There are no longer any instances available with enough disk space.", None, 400)


def machine_too_small() -> Refusal:
    """No host has that much memory or that many vCPUs."""
    return Refusal(
        "This machine does not have the resources to deploy your pod. Please try a different machine", None, 400
    )


def low_balance() -> Refusal:
    """Less than an hour's credit."""
    return Refusal(
        "Your account balance is too low to rent a pod. Please add funds to your account.", "INSUFFICIENT_BALANCE", 402
    )


def over_limit(limit: float) -> Refusal:
    """More an hour than the account may spend; has the same code as a low balance."""
    return Refusal(
        f"Renting this pod would put you over your current spending limit (${limit:.2f}/hr).",
        "INSUFFICIENT_BALANCE",
        402,
    )


def bid_too_low(least: float) -> Refusal:
    """The real sentence is not known; this one is the sandbox's choice."""
    return Refusal(f"Your bid is below the minimum bid price of ${least:.3f}/hr per GPU.", "BID_TOO_LOW", 400)


def host_full() -> Refusal:
    """A stopped pod's host has no free GPU for it; the pod stays as it is."""
    return Refusal("There are not enough free GPUs on the host machine to start this pod.", None, 400)


def spot_on_demand() -> Refusal:
    """A spot pod is resumed with a bid."""
    return Refusal("Cannot resume a spot pod as an on demand pod.", None, 400)


def nothing_to_terminate() -> Refusal:
    """Terminating what is not there."""
    return Refusal("pod not found to terminate", "POD_NOT_FOUND", 404, "pod not found")


def nothing_to_stop() -> Refusal:
    """Stopping what is not there."""
    return Refusal("Attempted to stop pod that does not exist", None, 404, "pod not found")


def nothing_to_resume() -> Refusal:
    """The real sentence is not known; this one is the sandbox's choice."""
    return Refusal("pod not found to resume", "POD_NOT_FOUND", 404, "pod not found")


def unauthorized() -> Refusal:
    """The key is good, but not for this."""
    return Refusal("Unauthorized", "RUNPOD", 403, "access denied")


def broken() -> Refusal:
    """The sentence for everything else."""
    return Refusal("Something went wrong. Please try again later or contact support.", "INTERNAL_SERVER_ERROR", 500)


def against_the_rules(message: str) -> Refusal:
    """A value that the API takes but does not like."""
    return Refusal(message, "BAD_USER_INPUT", 400)
