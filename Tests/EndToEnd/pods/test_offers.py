"""What there is to rent, and the walk through it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pods.conftest import GPU, Face
from sandbox import Sandbox
from service import CallFailed, Service

OTHER = "NVIDIA L4"


def test_offers_tell_price_and_stock(product: str, face: Face, sandbox: Sandbox, own: dict[str, str]) -> None:
    sandbox.admin("POST", "/settings", {"capacities": {GPU: 0}})
    with Service(product, own) as service:
        offers = service.call("pods/offers", gpuTypeId=[GPU, OTHER], cloudType="SECURE")["offers"]
        assert [(offer["gpuTypeId"], offer["stock"] == "none") for offer in offers] == [(OTHER, False), (GPU, True)]
        assert offers[0]["pricePerHour"] > 0
        assert ("minimumBidPerGpu" in offers[0]) == (face.name == "graphql")
        available = service.call("pods/offers", available=True)["offers"]
        assert GPU not in {offer["gpuTypeId"] for offer in available}
        prices = [offer["pricePerHour"] for offer in available]
        assert prices == sorted(prices)
        twice = service.call("pods/offers", gpuTypeId=OTHER, gpuCount=2, cloudType="SECURE")["offers"][0]
        assert twice["pricePerHour"] == pytest.approx(2 * offers[0]["pricePerHour"])


def test_what_is_not_in_stock_is_not_asked_for(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    sandbox.admin("POST", "/settings", {"capacities": {GPU: 0}})
    with Service(product, own) as service:
        pod = face.rent(service, gpuTypeId=[GPU, OTHER])
        assert pod["gpuTypeId"] == OTHER
    assert len(face.calls(sandbox, face.create)) == 1


def test_a_pod_is_one_call_after_a_look_at_what_there_is(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        face.rent(service)
        # The catalogue (REST has one a cloud), and once the account's SSH keys.
        assert len(face.calls(sandbox)) <= 4
        assert [entry["operation"] for entry in face.calls(sandbox)][-1] == face.create
        sandbox.admin("DELETE", "/requests")
        face.rent(service)
        assert [entry["operation"] for entry in face.calls(sandbox)] == [face.create]


@pytest.mark.parametrize("count", [1, 2, 8])
def test_prices_are_for_the_whole_pod(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], count: int
) -> None:
    """Offers, the limit of a request and what the pod then costs are the same figure, for any number of GPUs."""
    one = 2.99  # H100 SXM, secure, in the sandbox's catalogue
    rental = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA H100 80GB HBM3", "cloudType": "SECURE"}
    with Service(product, own) as service:
        query = {"gpuTypeId": rental["gpuTypeId"], "cloudType": "SECURE", "gpuCount": count}
        [offer] = service.call("pods/offers", **query)["offers"]
        assert offer["pricePerHour"] == pytest.approx(count * one)
        if face.name == "graphql":
            assert offer["minimumBidPerGpu"] == pytest.approx(one / 2, abs=0.001)
        params = {**rental, "gpuCount": count, "interruptible": False}
        with pytest.raises(CallFailed) as failed:
            service.call("pods/create", **params, maxCostPerHour=count * one - 0.01)
        assert failed.value.kind == "noCapacity"
        pod = service.call("pods/create", **params, maxCostPerHour=count * one + 0.01)["pod"]
        assert pod["costPerHour"] == pytest.approx(count * one)
        service.call("pods/terminate", podId=pod["id"])
        if face.name == "graphql":
            spot = service.call("pods/create", **rental, gpuCount=count, bidPerGpu="auto")["pod"]
            assert spot["interruptible"]
            assert count * one / 2 < spot["costPerHour"] < count * one
            service.call("pods/terminate", podId=spot["id"])
    with Service(product, {**own, "MAX_COST_PER_HOUR": str(count * one * 1.5)}) as service:
        service.call("pods/create", **params)
        with pytest.raises(CallFailed) as failed:
            service.call("pods/create", **params)
        assert failed.value.kind == "insufficientBalance"


@pytest.mark.parametrize("spot", ["there", "gone"])
def test_it_is_a_spot_pod_only_where_one_is_cheaper(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], spot: str
) -> None:
    sandbox.admin("POST", "/settings", {"spot": spot})
    with Service(product, own) as service:
        call = service.begin("pods/create", imageName="runpod/base:1.0", gpuTypeId=OTHER)
        pod = call.result()["pod"]
        is_spot = spot == "there" and face.name == "graphql"
        assert pod["interruptible"] is is_spot
        assert pod["costPerHour"] < 0.39 if is_spot else pod["costPerHour"] == pytest.approx(0.39)
        told = str(call.progress)
        assert ("as a spot pod" if is_spot else "on demand") in told and f"${pod['costPerHour']}" in told
        # A bid is the most for spot, not for on demand; the limit is for both.
        low = service.call("pods/create", imageName="runpod/base:1.0", gpuTypeId=OTHER, bidPerGpu=0.01)["pod"]
        assert low["interruptible"] is False
        with pytest.raises(CallFailed) as failed:
            service.call(
                "pods/create", imageName="runpod/base:1.0", gpuTypeId=OTHER, bidPerGpu=0.01, maxCostPerHour=0.2
            )
        assert failed.value.kind == "noCapacity"


@pytest.mark.parametrize(
    ("name", "id"),
    [("4090", GPU), ("rtx 4090", GPU), ("h100 sxm", "NVIDIA H100 80GB HBM3"), ("l4", OTHER), ("L40", "NVIDIA L40")],
)
def test_gpus_are_named_as_people_say_them(face: Face, service: Service, name: str, id: str) -> None:
    pod = face.rent(service, gpuTypeId=name, bidPerGpu="auto")
    assert pod["gpuTypeId"] == id
    assert {offer["gpuTypeId"] for offer in service.call("pods/offers", gpuTypeId=name)["offers"]} == {id}
    service.call("pods/terminate", podId=pod["id"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("A100", ["NVIDIA A100 80GB PCIe", "NVIDIA A100-SXM4-80GB"]),
        ("NVIDIA Imaginary", ["rents no GPU"]),
        ("RTX 4099", [GPU]),
        ("NVIDIA GeForce GTX 1080 Ti", ["no longer has it", "nearest", "NVIDIA GeForce RTX"]),
    ],
)
def test_a_name_that_stands_for_no_gpu_is_named_before_anything_is_rented(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], name: str, words: list[str]
) -> None:
    sandbox.admin("POST", "/settings", {"gpuTypesGone": ["NVIDIA GeForce GTX 1080 Ti"]})
    with Service(product, own) as service:
        with pytest.raises(CallFailed) as failed:
            face.rent(service, gpuTypeId=[GPU, name])
        assert failed.value.kind == "configurationInvalid"
        assert all(word in failed.value.message for word in words), failed.value.message
        assert face.calls(sandbox, face.create) == []


def test_the_last_failure_lists_every_answer(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    sandbox.admin("POST", "/settings", {"capacity": 0})
    with Service(product, own) as service:
        with pytest.raises(CallFailed) as failed:
            face.rent(service, gpuTypeId=[GPU, OTHER, "NVIDIA A40"])
        assert failed.value.kind == "noCapacity"
        answers = failed.value.data["details"]
        assert len([name for name in answers if name.startswith("candidate")]) == 3
        assert any("NVIDIA A40" in answer and "in stock" in answer for answer in answers.values())
        assert service.call("pods/list")["pods"] == []


def test_no_pod_is_rented_that_costs_too_much(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        with pytest.raises(CallFailed) as failed:
            face.rent(service, gpuTypeId="NVIDIA H100 80GB HBM3", interruptible=False, maxCostPerHour=0.5)
        assert failed.value.kind == "noCapacity"
    assert [pod for pod in sandbox.admin("GET", "/state")["pods"] if not pod["gone"]] == []


def test_the_limit_counts_pods_of_others(product: str, face: Face, own: dict[str, str], tmp_path: Path) -> None:
    with Service(product, {**own, "XDG_STATE_HOME": str(tmp_path / "elsewhere")}) as other:
        face.rent(other, interruptible=False, gpuTypeId=OTHER)
    with Service(product, {**own, "MAX_COST_PER_HOUR": "0.6"}) as service:
        with pytest.raises(CallFailed) as failed:
            face.rent(service, interruptible=False, gpuTypeId=OTHER)
        assert failed.value.kind == "insufficientBalance"
        assert service.call("pods/list")["pods"] == []


def test_all_pods_together_keep_to_the_limit(product: str, face: Face, own: dict[str, str]) -> None:
    with Service(product, {**own, "MAX_COST_PER_HOUR": "1.2"}) as service:
        rented = 0
        with pytest.raises(CallFailed) as failed:
            for _ in range(10):
                face.rent(service)
                rented += 1
        assert failed.value.kind == "insufficientBalance"
        assert "MAX_COST_PER_HOUR" in failed.value.message
        assert 1 <= rented <= 4


@pytest.mark.one_face("REST has no spot pods")
def test_an_automatic_bid_is_above_the_lowest(product: str, sandbox: Sandbox, home: dict[str, str]) -> None:
    with Service(product, {**home, **sandbox.environment}) as service:
        params = {"imageName": "runpod/base:1.0", "gpuTypeId": OTHER, "cloudType": "SECURE"}
        offer = service.call("pods/offers", gpuTypeId=OTHER, cloudType="SECURE")["offers"][0]
        pod = service.call("pods/create", **params, bidPerGpu="auto")["pod"]
        assert pod["interruptible"]
        [sent] = [entry for entry in sandbox.admin("GET", "/requests") if "podRentInterruptable" in entry["body"]]
        lowest = offer["minimumBidPerGpu"]
        assert f'"bidPerGpu":{round(max(lowest * 1.2, lowest + 0.01), 3)}' in sent["body"]
