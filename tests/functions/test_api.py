"""The boundary that all functions of the API share: envelope, statuses, errors, logs."""

import base64
import gzip
import io
import json

import pytest

from functions.operations import list_models
from functions.routes import ROUTES
from functions.telemetry import logger

PATHS = [route.path for route in ROUTES]


@pytest.mark.parametrize("path", PATHS)
def test_empty_data_gets_empty_data(api, aws, path):
    reply = api.post(path, [])
    assert (reply.status, reply.body) == (200, {"data": []})
    assert aws.calls == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_request_without_batch_id_is_refused(api, aws, path, method):
    reply = api.send(method, path, '{"data": [[0, "a", "b"]]}')
    assert (reply.status, reply.code) == (400, "InvalidBatch")
    assert "sf-external-function-query-batch-id" in reply.body["error"]["message"]
    assert aws.calls == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (None, "not JSON"),
        ("{", "not JSON"),
        ('{"rows": []}', '"data" JSON array'),
        ('{"data": [7]}', "Row 0"),
        ('{"data": [[0, 1, 2, 3, 4, 5]]}', "Row 0"),
    ],
)
def test_malformed_envelope_names_row_and_fault(api, aws, path, body, fault):
    headers = {"sf-external-function-query-batch-id": "b"}
    reply = api.send("POST", path, body, headers=headers)
    assert (reply.status, reply.code) == (400, "InvalidBatch")
    assert fault in reply.body["error"]["message"]
    assert reply.body["error"]["request_id"] == "gateway-request"
    assert aws.calls == []


@pytest.mark.parametrize("route", [r for r in ROUTES if r.single_row], ids=lambda r: r.path)
def test_single_row_functions_refuse_more_rows(api, aws, route):
    row = ["x"] * len(route.arguments)
    reply = api.post(route.path, [[0, *row], [1, *row]])
    assert (reply.status, reply.code) == (400, "InvalidBatch")
    assert aws.calls == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: r.path)
def test_polling_for_an_unknown_batch_is_refused(api, route):
    reply = api.get(route.path)
    assert (reply.status, reply.code) == (404, "UnknownBatch")


def test_compressed_body_is_read_where_the_gateway_left_it_so(api, aws):
    aws.endpoint_serves("films")
    body = gzip.compress(json.dumps({"data": [[5, "films", "196", "242"]]}).encode())
    headers = {"SF-EXTERNAL-FUNCTION-QUERY-BATCH-ID": "b"}
    reply = api.send(
        "POST", "/invoke", base64.b64encode(body).decode(), headers=headers, base64=True
    )
    assert reply.status == 200
    assert reply.body["data"][0][0] == 5


def test_bomb_is_refused(api):
    body = base64.b64encode(gzip.compress(b" " * 11 * 2**20)).decode()
    headers = {"sf-external-function-query-batch-id": "b"}
    reply = api.send("POST", "/invoke", body, headers=headers, base64=True)
    assert (reply.status, reply.code) == (413, "BatchTooLarge")


@pytest.fixture
def log(monkeypatch):
    """The lines that the functions log, as parsed JSON."""
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_bug_leaks_nothing_and_is_logged(api, aws, monkeypatch, log):
    def broken(deployments):
        raise RuntimeError("arn:aws:iam::123456789012:role/secret")

    monkeypatch.setattr(list_models, "_models", broken)
    reply = api.post("/models", [[0]])
    assert (reply.status, reply.code) == (500, "InternalError")
    assert "arn:aws" not in json.dumps(reply.body)
    assert reply.body["error"]["request_id"] == "gateway-request"
    (failure,) = [line for line in log() if line["level"] == "ERROR"]
    assert "arn:aws:iam::123456789012:role/secret" in failure["exception"]
    assert failure["correlation_id"] == "query-1"


def test_denied_access_is_a_fault_of_ours(api, aws):
    aws.fail("ListEndpointConfigs", "AccessDeniedException", "arn:aws:x denied")
    reply = api.post("/models", [[0]])
    assert (reply.status, reply.code) == (500, "InternalError")
    assert "arn:aws" not in json.dumps(reply.body)


def test_one_log_line_and_one_set_of_metrics_per_request(api, aws, log, capsys):
    aws.endpoint_serves("films")
    api.post("/invoke", [[0, "films", "1", "2"], [1, "films", "1", None]], batch="b-7")
    (line,) = log()
    assert line["correlation_id"] == "query-1"
    assert {key: line[key] for key in FACTS} == {
        "query_id": "query-1",
        "batch_id": "b-7",
        "sql_function": "invoke_model",
        "rows": 2,
        "model": "films",
        "status": 200,
        "outcome": "Answered",
        "request_id": "gateway-request",
    }
    assert line["duration_ms"] > 0
    emf = json.loads(capsys.readouterr().out)
    assert (emf["Function"], emf["Rows"], emf["Errors"]) == ("invoke_model", [2.0], [0.0])


FACTS = (
    *("query_id", "batch_id", "sql_function", "rows", "model", "status", "outcome"),
    "request_id",
)


def test_log_names_the_models_of_a_batch_but_not_hundreds(api, log):
    api.post("/recommend", [[n, f"model-{n:03}", "1", 2] for n in range(100)])
    (line,) = log()
    assert line["model"].startswith("model-000, model-001, ")
    assert line["model"].endswith(" and 95 more")


def test_refusals_are_logged_and_counted_by_code(api, aws, log, capsys):
    aws.endpoint_serves("films")
    rows = [[0, "films", "1", 3], [1, "films", "1", 0], [2, "films", "1", -1], [3, "no", "1", 1]]
    api.post("/recommend", rows)
    api.post("/invoke", [[0, "no", "1", "2"]])
    in_rows, whole = log()
    assert in_rows["codes"] == {"InvalidCount": 2, "UnknownModel": 1}
    assert (in_rows["status"], in_rows["outcome"]) == (200, "Answered")
    assert (whole["status"], whole["outcome"]) == (400, "UnknownModel")
    assert "'no'" in whole["reason"]
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [
        (each["Function"], each["Code"], each["RefusalsByCode"])
        for each in counted
        if "Code" in each
    ] == [
        ("recommend", "InvalidCount", [2.0]),
        ("recommend", "UnknownModel", [1.0]),
        ("invoke_model", "UnknownModel", [1.0]),
    ]


def test_work_under_way_is_logged_as_such(api, aws, log):
    api.post("/train", [[0, "ratings", "recommendations"]])
    (line,) = log()
    assert (line["status"], line["outcome"]) == (202, "InProgress")


def test_a_request_out_of_time_is_answered_before_the_gateway_gives_up(api, aws):
    reply = api.post("/models", [[0]], seconds=3.0)
    assert (reply.status, reply.code) == (429, "Busy")
    assert aws.calls == []
