"""What there is to rent, and the walk through it."""

from __future__ import annotations

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


def test_a_single_way_is_one_call(product: str, face: Face, sandbox: Sandbox, own: dict[str, str]) -> None:
    with Service(product, own) as service:
        face.rent(service)
        assert [entry["operation"] for entry in face.calls(sandbox)] == [face.create]


def test_the_last_failure_lists_every_answer(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    sandbox.admin("POST", "/settings", {"capacity": 0})
    with Service(product, own) as service:
        with pytest.raises(CallFailed) as failed:
            face.rent(service, gpuTypeId=[GPU, OTHER, "NVIDIA Imaginary"])
        assert failed.value.kind == "noCapacity"
        answers = failed.value.data["details"]
        assert len([name for name in answers if name.startswith("candidate")]) == 3
        assert any("NVIDIA Imaginary" in answer and "no such GPU" in answer for answer in answers.values())
        assert service.call("pods/list")["pods"] == []


def test_no_pod_is_rented_that_costs_too_much(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        with pytest.raises(CallFailed) as failed:
            face.rent(service, gpuTypeId="NVIDIA H100 80GB HBM3", interruptible=False, maxCostPerHour=0.5)
        assert failed.value.kind == "noCapacity"
    assert [pod for pod in sandbox.admin("GET", "/state")["pods"] if not pod["gone"]] == []


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
