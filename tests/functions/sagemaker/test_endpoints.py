"""Endpoints: their states and faults, requests split to fit, calls in parallel."""

import json
import threading
import time
from typing import Any

import pytest
from aws_fault import AwsError
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError
from model_container import score

from functions.sagemaker import endpoints, inference

PREFIX = "snowreel-test"
ESTIMATES = ["/invoke", "/invoke-details"]
ALL = [*ESTIMATES, "/recommend"]


def row_for(path: str, number: int = 0, model: str = "films") -> list[Any]:
    return [number, model, "1", 3 if path == "/recommend" else "2"]


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        ("Creating", 429, "Busy"),
        ("InService", 200, None),
        ("Updating", 200, None),
        ("RollingBack", 200, None),
        ("SystemUpdating", 429, "Busy"),
        ("Deleting", None, "UnknownModel"),
        ("Failed", None, "EndpointFailed"),
        ("OutOfService", None, "EndpointFailed"),
    ],
)
def test_answers_by_state_of_the_endpoint(api, films, path, state, status, code):
    films.only("endpoint")["EndpointStatus"] = state
    films.only("endpoint")["FailureReason"] = "No such image."
    reply = api.post(path, [row_for(path)])
    if status is None:
        status = 400 if path == "/invoke" else 200
    assert reply.status == status
    if code:
        error = reply.body["error"] if reply.status != 200 else reply.value["error"]
        assert error["code"] == code
        assert ("No such image." in error["message"]) == (code == "EndpointFailed")


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (("ServiceUnavailable", "", 503), 429),
        (("InternalFailure", "", 500), 429),
        (("ModelNotReadyException", "", 429), 429),
        (("AccessDeniedException", "arn:aws:x", 403), 500),
        (("ValidationError", "odd", 400), 429),
    ],
)
def test_faults_of_the_endpoint(api, films, path, fault, status):
    films.fail("InvokeEndpoint", *fault)
    reply = api.post(path, [row_for(path)])
    assert reply.status == status
    assert "arn:" not in json.dumps(reply.body)
    assert api.post(path, [row_for(path)]).status == 200


@pytest.mark.parametrize("path", ALL)
def test_a_throttled_call_waits_for_its_turn(api, films, path):
    films.fail("InvokeEndpoint", "ThrottlingException", "Rate exceeded", 429)
    assert api.post(path, [row_for(path)]).status == 200
    assert films.calls.count("InvokeEndpoint") == 2


def test_a_container_is_told_how_long_its_answer_is_waited_for(api, films, monkeypatch):
    said: list[float] = []
    runtime = films._runtime

    def noted(request):
        attributes = request.headers["X-Amzn-SageMaker-Custom-Attributes"].decode()
        said.append(float(attributes.removeprefix("seconds=")))
        return runtime(request)

    monkeypatch.setattr(films, "_runtime", noted)
    for seconds in (28.0, 9.0):
        api.post("/invoke", [row_for("/invoke")], seconds=seconds)
    assert said == pytest.approx([20, 7], abs=1)


def test_without_time_a_throttled_batch_is_sent_again(api, films):
    films.refusals["InvokeEndpoint"] = AwsError("ThrottlingException", "Rate exceeded", 429)
    reply = api.post("/invoke", [row_for("/invoke")], seconds=20.0)
    assert (reply.status, reply.code) == (429, "Busy")
    assert films.calls.count("InvokeEndpoint") == 1


def test_a_split_batch_ends_on_an_endpoint_of_little_concurrency(api, films, monkeypatch):
    """More calls than places: sent again as a whole, it would be throttled for ever."""
    monkeypatch.setattr(inference, "MAX_PAYLOAD_BYTES", 300)
    places = threading.Semaphore(2)

    def invocation(endpoint, payload):
        if not places.acquire(blocking=False):
            raise AwsError("ThrottlingException", "Rate exceeded", 429)
        try:
            time.sleep(0.01)
            return score(endpoint, payload)
        finally:
            places.release()

    films.invocation = invocation
    assert api.post("/invoke", [[n, "films", str(n), "1"] for n in range(100)]).status == 200


@pytest.mark.parametrize(("original", "status"), [(500, 429), (503, 429), (400, 500), (415, 500)])
def test_faults_of_the_container(api, films, original, status):
    films.fail("InvokeEndpoint", "ModelError", "Received error", 424, OriginalStatusCode=original)
    assert api.post("/invoke", [row_for("/invoke")]).status == status


@pytest.mark.parametrize(
    "fault", [ReadTimeoutError(endpoint_url="x"), ConnectTimeoutError(endpoint_url="x")]
)
def test_timeouts_are_answered_429(api, films, fault):
    films.faults["InvokeEndpoint"] = [fault]
    reply = api.post("/invoke", [row_for("/invoke")])
    assert (reply.status, reply.code) == (429, "Busy")
    assert films.calls.count("InvokeEndpoint") == 1


def test_connection_that_was_closed_meanwhile_is_opened_again(api, films):
    films.faults["InvokeEndpoint"] = [ConnectionClosedError(endpoint_url="x")]
    assert api.post("/invoke", [row_for("/invoke")]).status == 200
    films.faults["InvokeEndpoint"] = [ConnectionClosedError(endpoint_url="x") for _ in range(2)]
    assert api.post("/invoke", [row_for("/invoke")]).status == 429


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        [],
        {},
        {"estimates": 1},
        {"estimates": []},
        {"estimates": [1.0, 2.0]},
        b'{"estimates": [NaN]}',
    ],
)
def test_malformed_replies_are_answered_500(api, films, answer):
    films.invocation = lambda endpoint, payload: answer
    reply = api.post("/invoke", [row_for("/invoke")])
    assert (reply.status, reply.code) == (500, "InternalError")


@pytest.mark.parametrize("path", ALL)
def test_large_batches_are_split_to_fit_and_put_together_in_order(api, films, path, monkeypatch):
    last = (lambda n: 1 + n % 3) if path == "/recommend" else str
    rows = [[n, "films", str(n), last(n)] for n in range(100)]
    whole = api.post(path, rows)
    assert len(films.payloads) == 1
    films.payloads.clear()
    monkeypatch.setattr(inference, "MAX_PAYLOAD_BYTES", 300)
    split = api.post(path, rows)
    sizes = [len(json.dumps(payload, separators=(",", ":"))) for _, payload in films.payloads]
    assert len(sizes) > 1
    assert max(sizes) <= 300
    assert (split.status, split.body) == (200, whole.body)


def test_many_recommendations_are_spread_over_calls(api, films):
    rows = [[n, "films", str(n), 1000] for n in range(45)]
    assert api.post("/recommend", rows).status == 200
    asked = [sum(payload["recommend"]["counts"]) for _, payload in films.payloads]
    assert sum(asked) == 45_000
    assert max(asked) <= 20_000


def test_answer_beyond_what_lambda_returns_is_refused(api, films):
    films.invocation = lambda endpoint, payload: {
        "recommendations": [[{"item_id": "x" * 3_000_000}] for _ in payload["recommend"]["counts"]],
        "training_job": "job",
    }
    rows = [[n, "films", "1", 1] for n in range(3)]
    reply = api.post("/recommend", rows)
    assert (reply.status, reply.code) == (413, "AnswerTooLarge")


def test_models_are_invoked_in_parallel_within_bounds(api, aws):
    models = [f"m{n}" for n in range(12)]
    for n, model in enumerate(models):
        aws.endpoint_serves(model, aws.trained("0123456789ab"[n]))
    lock, running, most = threading.Lock(), 0, 0
    both = threading.Barrier(2)

    def invocation(endpoint, payload):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        both.wait(timeout=10)  # passes only with two calls at once
        with lock:
            running -= 1
        return {"estimates": [float(endpoint.rsplit("m", 1)[1])]}

    aws.invocation = invocation
    reply = api.post("/invoke", [[n, model, "1", "2"] for n, model in enumerate(models)])
    assert reply.values == [float(n) for n in range(12)]
    assert 2 <= most <= endpoints.PARALLEL_CALLS


def test_slow_endpoints_are_not_waited_for_beyond_the_deadline(api, aws):
    for model, letter in (("fast", "a"), ("slow", "b")):
        aws.endpoint_serves(model, aws.trained(letter))
    release = threading.Event()

    def invocation(endpoint, payload):
        if endpoint.endswith("slow"):
            release.wait(timeout=10)
        return {"estimates": [1.0]}

    aws.invocation = invocation
    try:
        rows = [[0, "fast", "1", "2"], [1, "slow", "1", "2"]]
        reply = api.post("/invoke", rows, seconds=2.2)
    finally:
        release.set()
    assert (reply.status, reply.code) == (429, "Busy")
