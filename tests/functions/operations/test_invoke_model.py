"""Estimates and recommendations: rows, ids, NULLs and models; SageMaker in memory."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_container import estimate

from functions.argument_values import id_text
from functions.errors import RefusedError

PREFIX = "snowreel-test"
ESTIMATES = ["/invoke", "/invoke-details"]
ALL = [*ESTIMATES, "/recommend"]


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
    pairs = [(str(n), str(n * 7)) for n in range(5000)]
    rows = [[n, "films", *pair] for n, pair in enumerate(pairs)]
    reply = api.post("/invoke", rows)
    assert reply.values == [estimate(f"{PREFIX}-films", *pair) for pair in pairs]
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
            "training_job": "job",
            "model_artifact": f"s3://artifact/{PREFIX}-films",
        },
    ]
    assert unknown[0] == 2
    assert unknown[1]["known_user"] is False


def test_recommendations(api, films):
    rows = [[1, "films", "7", 2], [0, "films", 8, 1]]
    job = {"training_job": "job"}
    assert api.post("/recommend", rows).body["data"] == [
        [1, [{"item_id": "7/1", "rank": 1} | job, {"item_id": "7/2", "rank": 2} | job]],
        [0, [{"item_id": "8/1", "rank": 1} | job]],
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


def test_a_model_of_events_answers_lists_and_refuses_estimates(api, aws):
    aws.endpoint_serves("films", aws.trained("a"))
    aws.endpoint_serves("events", aws.trained("b"))
    sentence = "The model was trained on a table without ratings."
    refused = api.post("/invoke", [[0, "films", "1", "2"], [1, "events", "1", "2"]])
    assert (refused.status, refused.code) == (400, "NoEstimates")
    assert refused.body["error"]["message"] == sentence
    refused = api.post("/estimate-for", [[0, "events", {"1": 5}, "2"]])
    assert (refused.status, refused.code) == (400, "NoEstimates")
    rows = [[0, "films", "1", "2"], [1, "events", "1", "2"], [2, "events", "1", "3"]]
    good, *bad = api.post("/invoke-details", rows).values
    assert "estimate" in good
    assert bad == [{"error": {"code": "NoEstimates", "message": sentence}}] * 2
    (answer,) = api.post("/recommend-for", [[0, "events", {"1": 5}, 3, None]]).values
    assert [each["estimated_rating"] for each in answer["recommendations"]] == [None] * 3


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
