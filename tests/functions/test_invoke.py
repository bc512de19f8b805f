"""Estimates and recommendations: rows, ids, models, chunks and faults; SageMaker in memory."""

import json
import threading
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_container import estimate

from functions.argument_values import id_text
from functions.errors import RefusedError
from functions.sagemaker import endpoints, inference

PREFIX = "snowreel-test"
ESTIMATES = ["/invoke", "/invoke-details"]
ALL = [*ESTIMATES, "/recommend"]


@pytest.fixture
def films(aws):
    """One model in service."""
    aws.endpoint_serves("films")
    return aws


def row_for(path: str, number: int = 0, model: str = "films") -> list[Any]:
    return [number, model, "1", 3 if path == "/recommend" else "2"]


ids = st.none() | st.text(max_size=8) | st.integers(-(10**38), 10**38) | st.booleans()
batches = st.lists(
    st.tuples(st.integers(-(2**60), 2**60), st.sampled_from(["films", "series", None]), ids, ids),
    max_size=40,
)
relaxed = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@relaxed
@given(batches)
def test_any_batch_keeps_count_numbers_and_order(api, aws, batch):
    for model in ("films", "series"):
        if f"{PREFIX}-{model}" not in aws.names("endpoint"):
            aws.endpoint_serves(model, aws.trained("e" if model == "films" else "f"))
    expected = [
        None if None in row else estimate(f"{PREFIX}-{row[1]}", *map(id_text, row[2:]))
        for row in batch
    ]
    estimates = api.post("/invoke", batch)
    assert estimates.status == 200
    assert estimates.body["data"] == [
        [row[0], value] for row, value in zip(batch, expected, strict=True)
    ]
    details = api.post("/invoke-details", batch)
    assert [number for number, _ in details.body["data"]] == [row[0] for row in batch]
    assert [value and value["estimate"] for value in details.values] == expected


def test_five_thousand_rows(api, films):
    rows = [[n, "films", str(n), str(n * 7)] for n in range(5000)]
    reply = api.post("/invoke", rows)
    assert reply.values == [estimate(f"{PREFIX}-films", row[2], row[3]) for row in rows]
    assert films.calls.count("InvokeEndpoint") == 1


@pytest.mark.parametrize("path", ESTIMATES)
@pytest.mark.parametrize("position", [1, 2, 3])
def test_estimate_of_null_is_null_without_a_call(api, films, path, position):
    row = row_for(path)
    row[position] = None
    assert api.post(path, [row]).body == {"data": [[0, None]]}
    assert films.calls == []


@pytest.mark.parametrize("position", [1, 2, 3])
def test_recommendations_for_null_are_refused_in_their_row(api, films, position):
    row = row_for("/recommend", 1)
    row[position] = None
    good, refused = api.post("/recommend", [row_for("/recommend"), row]).values
    assert len(good) == 3
    assert refused["error"]["code"] == "NullArgument"


def test_ids_are_text_as_snowflake_prints_them(api, films):
    body = '{"data": [[0, "films", 196, 12345678901234567890123456789012345678],'
    body += ' [1, "films", "007", true], [2, "films", 196.0, 1.50], [3, "films", -0.0, 1e3]]}'
    headers = {"sf-external-function-query-batch-id": "b"}
    assert api.send("POST", "/invoke", body, headers=headers).status == 200
    ((_, payload),) = films.payloads
    assert payload["estimate"] == {
        "user_ids": ["196", "007", "196", "0"],
        "item_ids": ["12345678901234567890123456789012345678", "true", "1.5", "1000"],
    }


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("100000000000000000000", "100000000000000000000"),
        ("1.5e37", "15" + "0" * 36),
        ("1e400", "inf"),
        ("1.25e60", "1.25e+60"),
        ("1e-50", "1e-50"),
    ],
)
def test_far_numbers_stay_short(number, text):
    assert id_text(Decimal(number)) == text


@pytest.mark.parametrize("value", [{"a": 1}, [1], "x" * 5000, "\ud800"])
def test_values_that_are_no_ids_are_refused(api, films, value):
    reply = api.post("/invoke", [[0, "films", "1", "2"], [1, "films", value, "2"]])
    assert (reply.status, reply.code) == (400, "InvalidId")
    good, bad = api.post(
        "/invoke-details", [[0, "films", "1", "2"], [1, "films", value, "2"]]
    ).values
    assert good["known_user"] is True
    assert bad["error"]["code"] == "InvalidId"
    with pytest.raises(RefusedError):
        id_text(value)


def test_details(api, films):
    known, unknown = api.post(
        "/invoke-details", [[4, "films", "1", "2"], [2, "films", "nobody", "2"]]
    ).body["data"]
    assert known == [
        4,
        {
            "estimate": estimate(f"{PREFIX}-films", "1", "2"),
            "known_user": True,
            "known_item": True,
            "model_artifact": f"s3://artifact/{PREFIX}-films",
        },
    ]
    assert unknown[0] == 2
    assert unknown[1]["known_user"] is False


def test_recommendations(api, films):
    rows = [[1, "films", "7", 2], [0, "films", 8, 1]]
    assert api.post("/recommend", rows).body["data"] == [
        [1, [{"item_id": "7/1", "rank": 1}, {"item_id": "7/2", "rank": 2}]],
        [0, [{"item_id": "8/1", "rank": 1}]],
    ]


@pytest.mark.parametrize("count", [0, -1, 1001, 2.5, "10", True, [1]])
def test_counts_are_checked_in_their_row(api, films, count):
    good, bad = api.post("/recommend", [[0, "films", "1", 1], [1, "films", "1", count]]).values
    assert len(good) == 1
    assert bad["error"]["code"] == "InvalidCount"


def test_short_text_of_a_huge_count_fills_no_memory(api, films):
    headers = {"sf-external-function-query-batch-id": "b"}
    body = '{"data": [[0, "films", "1", 1e999999999]]}'
    reply = api.send("POST", "/recommend", body, headers=headers)
    assert reply.value["error"]["code"] == "InvalidCount"


def test_unknown_model_is_named_beside_the_deployed_ones(api, aws):
    for model, letter in (("films", "a"), ("series", "b"), ("shorts", "c")):
        aws.endpoint_serves(model, aws.trained(letter))
    reply = api.post("/invoke", [[0, "films", "1", "2"], [1, "movies", "1", "2"]])
    assert (reply.status, reply.code) == (400, "UnknownModel")
    message = "No model 'movies' is deployed; deployed: films, series, shorts."
    assert reply.body["error"]["message"] == message
    for path in ("/invoke-details", "/recommend"):
        good, bad = api.post(path, [row_for(path), row_for(path, 1, "movies")]).values
        assert good
        assert "error" not in good
        assert bad["error"] == {"code": "UnknownModel", "message": message}


def test_malformed_model_name_is_refused_without_a_call(api, aws):
    reply = api.post("/invoke", [[0, "../films", "1", "2"]])
    assert (reply.status, reply.code) == (400, "InvalidModelName")
    assert api.post("/invoke-details", [[0, "Films", "1", "2"]]).value["error"]["code"] == (
        "InvalidModelName"
    )
    assert aws.calls == []


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
        (("ThrottlingException", "Rate exceeded", 429), 429),
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
def test_malformed_answers_are_not_passed_on(api, films, answer):
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
        "recommendations": [["x" * 3_000_000] for _ in payload["recommend"]["counts"]]
    }
    rows = [[n, "films", "1", 1] for n in range(3)]
    reply = api.post("/recommend", rows)
    assert (reply.status, reply.code) == (413, "AnswerTooLarge")


def test_models_are_asked_in_parallel_within_bounds(api, aws):
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
