"""The smoke test of a candidate's endpoint: what it asks, and which answers it takes for wrong."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from model_container import score

from functions.errors import RefusedError
from functions.retraining.smoke_test import TESTS, smoke_test
from functions.sagemaker.inference import InferenceRequest

Reply = dict[str, Any]


class Endpoint:
    """Answers every request as the container does, changed by a test."""

    def __init__(self, name: str, change: Callable[[Reply], Reply]) -> None:
        self._name, self._change = name, change

    def share(self, prefix: str, model_name: str, seconds: float) -> float:
        raise AssertionError("an endpoint has no challenger")

    def invoke(
        self, prefix: str, requests: Sequence[InferenceRequest]
    ) -> list[list[bytes] | RefusedError]:
        replies: list[list[bytes] | RefusedError] = []
        for request in requests:
            reply = self._change(score(self._name, {request.operation: dict(request.columns)}))
            replies.append([json.dumps(reply).encode()])
        return replies


def without_a_score(reply: Reply) -> Reply:
    for answer in reply.get("lists", ()):
        answer["recommendations"][-1]["score"] = None
    return reply


def without_a_number(reply: Reply) -> Reply:
    """NaN is null in JSON."""
    for answer in reply.get("lists", ()):
        answer["recommendations"][-1]["estimated_rating"] = None
    return reply


def without_estimates(reply: Reply) -> Reply:
    return (
        reply | {"estimates": [None] * len(reply["estimates"])} if "estimates" in reply else reply
    )


@pytest.mark.parametrize("name", ["films", "events"])
def test_a_sound_endpoint_has_no_wrong_answer(name):
    assert smoke_test(Endpoint(name, lambda reply: reply), "snowreel", name).faults == []


@pytest.mark.parametrize(
    ("name", "change", "wrong"),
    [
        ("films", without_a_score, 1),
        ("films", without_a_number, 1),
        ("films", without_estimates, TESTS),
        ("events", without_a_score, 1),
    ],
)
def test_wrong_answers_are_found(name, change, wrong):
    assert len(smoke_test(Endpoint(name, change), "snowreel", name).faults) == wrong
