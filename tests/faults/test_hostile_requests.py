"""Requests that nobody should send: the right refusal, nothing begun, nothing given away."""

import base64
import gzip
import json
import re
import socket
import uuid
from functools import partial
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from functions.routes import ROUTES
from local.stack import REGION

#: Without the time of day: a test has the same name in every worker.
packed = partial(gzip.compress, mtime=0)
BATCH_ID = "sf-external-function-query-batch-id"
PATHS = [route.path for route in ROUTES]
#: What no answer may hold: addresses of the account, paths, code.
INTERNALS = re.compile(
    r"arn:aws(?!:execute-api|:iam::\d+:(role|user)/\S+ is not)|Traceback|/tmp/|\.py\b"
)


@pytest.fixture(autouse=True)
def nothing_begun(cloud: Any, models: list[str], sql: Any, prefix: str) -> Any:
    """No request of this module may make or remove anything."""

    def state() -> Any:
        tables = sql("select table_name from snowreel.information_schema.tables order by 1")
        ours = {name: config for name, config in cloud.endpoints().items() if prefix in name}
        return cloud.jobs(), cloud.objects(), ours, tables

    before = state()
    yield
    assert state() == before


def refused(response: httpx.Response, status: int, code: str) -> str:
    """The sentence of a refusal in the API's shape."""
    assert response.status_code == status, response.text
    assert set(response.json()) == {"error"}
    error = response.json()["error"]
    assert set(error) == {"code", "message", "request_id"}
    assert error["code"] == code, error
    assert error["request_id"]
    assert not INTERNALS.search(response.text), response.text
    return str(error["message"])


# --- who is asking --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unsigned(integrator: Any, path: str, method: str) -> None:
    response = integrator.client.request(
        method, integrator.stack.api_url + path, headers={BATCH_ID: "b"}, content=b'{"data": []}'
    )
    refused(response, 403, "MISSING_AUTHENTICATION_TOKEN")


@pytest.mark.parametrize("principal", ["lambda", "training-job", "deployer"])
def test_signed_by_somebody_else(integrator: Any, principal: str) -> None:
    response = integrator.send("POST", "/models", b'{"data": [[0]]}', principal=principal)
    refused(response, 403, "ACCESS_DENIED")


def test_signed_for_another_service(integrator: Any) -> None:
    response = integrator.send("POST", "/models", b'{"data": [[0]]}', service="sagemaker")
    refused(response, 403, "INVALID_SIGNATURE")


def signed(integrator: Any, path: str, body: bytes, secret: str | None = None) -> dict[str, str]:
    key = integrator.stack.credentials["integrator"]
    request = AWSRequest("POST", integrator.stack.api_url + path, {BATCH_ID: "b"}, data=body)
    credentials = Credentials(key.aws_access_key_id, secret or key.aws_secret_access_key)
    SigV4Auth(credentials, "execute-api", REGION).add_auth(request)
    return dict(request.headers)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda headers: headers, "INVALID_SIGNATURE"),  # only the body is another
        (lambda headers: headers | {BATCH_ID: "c"}, "INVALID_SIGNATURE"),
        (lambda headers: headers | {"X-Amz-Date": "20200101T000000Z"}, "INVALID_SIGNATURE"),
        (lambda headers: headers | {"Authorization": "Bearer token"}, "INVALID_SIGNATURE"),
        (lambda headers: headers | {"Authorization": "AWS4-HMAC-SHA256"}, "INVALID_SIGNATURE"),
        (
            lambda headers: (
                headers
                | {"Authorization": re.sub("=AKIA[^/]*", "=AKIANOBODY", headers["Authorization"])}
            ),
            "INVALID_SIGNATURE",
        ),
        (
            lambda headers: (
                headers
                | {"Authorization": re.sub("Signature=.*", f"Signature={'0' * 64}", str(headers))}
            ),
            "INVALID_SIGNATURE",
        ),
    ],
)
def test_tampered_signatures(integrator: Any, change: Any, code: str) -> None:
    headers = change(signed(integrator, "/models", b'{"data": []}'))
    response = integrator.client.post(
        integrator.stack.api_url + "/models", headers=headers, content=b'{"data": [[0]]}'
    )
    refused(response, 403, code)


def test_a_signature_of_another_path(integrator: Any) -> None:
    body = b'{"data": [[0, "films"]]}'
    headers = signed(integrator, "/models", body)
    response = integrator.client.post(
        integrator.stack.api_url + "/undeploy", headers=headers, content=body
    )
    refused(response, 403, "INVALID_SIGNATURE")


def test_a_wrong_secret(integrator: Any) -> None:
    body = b'{"data": [[0]]}'
    headers = signed(integrator, "/models", body, secret="guessed")
    url = integrator.stack.api_url + "/models"
    refused(integrator.client.post(url, headers=headers, content=body), 403, "INVALID_SIGNATURE")


# --- what is sent ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "BAD_REQUEST_BODY"),
        (b"\x00\xff", 400, "BAD_REQUEST_BODY"),
        (b"[" * 1_000_000, 400, "BAD_REQUEST_BODY"),
        (b'{"data": ' + b"[" * 100_000, 400, "BAD_REQUEST_BODY"),
        (b'{"data": ' + b'{"a":' * 900 + b"1" + b"}" * 901, 400, "InvalidBatch"),
        (b'{"data": ' + b"[" * 900 + b"]" * 901, 400, "BAD_REQUEST_BODY"),
        (b'{"data": [[0' + b", 1" * 100_000 + b"]]}", 400, "InvalidBatch"),
        (b'{"data": [[1e400, "x", "y", "z"]]}', 400, None),
        (b'{"data": [["0"]], "data": [["1"]]}', 400, "InvalidBatch"),
        (b'{"data": null}', 400, "InvalidBatch"),
        (b'{"data": "' + b"x" * (11 << 20) + b'"}', 413, "REQUEST_TOO_LARGE"),
        (b'{"data": "' + b"x" * (7 << 20) + b'"}', 413, "REQUEST_TOO_LARGE"),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_malformed_bodies(
    integrator: Any, path: str, body: bytes, status: int, code: str | None
) -> None:
    response = integrator.send("POST", path, body)
    refused(response, status, code or response.json()["error"]["code"])


@pytest.mark.parametrize(
    ("encoding", "body", "status", "code"),
    [
        ("gzip", packed(bytes(200 << 20)), 413, "REQUEST_TOO_LARGE"),
        ("gzip", packed(packed(b'{"data": []}')), 400, "BAD_REQUEST_BODY"),
        ("gzip", b'{"data": []}', 400, "BAD_REQUEST_BODY"),
        ("gzip", packed(b'{"data": []}')[:-4], 400, "BAD_REQUEST_BODY"),
        ("br", b'{"data": []}', 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("gzip, gzip", b'{"data": []}', 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
def test_hostile_encodings(
    integrator: Any, encoding: str, body: bytes, status: int, code: str
) -> None:
    response = integrator.send("POST", "/invoke", body, headers={"content-encoding": encoding})
    refused(response, status, code)


@pytest.mark.parametrize(
    "headers",
    [
        {"sf-context-current-database": "x" * 11_000},
        {f"sf-custom-{n}": "x" * 100 for n in range(110)},
    ],
)
def test_oversized_headers(integrator: Any, headers: dict[str, str]) -> None:
    refused(
        integrator.send("POST", "/models", b'{"data": [[0]]}', headers=headers),
        431,
        "REQUEST_TOO_LARGE",
    )


def test_headers_without_an_end_are_refused(integrator: Any) -> None:
    with socket.create_connection(("localhost", integrator.stack.gateway_port)) as connection:
        connection.settimeout(10)
        connection.sendall(b"GET /v1/models HTTP/1.1\r\nHost: x\r\nA: " + b"x" * (4 << 20))
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "REQUEST_TOO_LARGE"
    assert integrator.post("/models", [[0]]).status == 200


@pytest.mark.parametrize(
    "path", ["/", "/no-such", "/models/", "/../models", "/models%2f..", "//models", "/models?x=%00"]
)
def test_other_paths_do_not_exist(integrator: Any, path: str) -> None:
    response = integrator.send("POST", path, b'{"data": [[0]]}')
    if path.startswith("/models?"):
        assert response.status_code == 200
        return
    refused(response, 403, "MISSING_AUTHENTICATION_TOKEN")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "X"])
def test_other_methods_do_not_exist(integrator: Any, method: str) -> None:
    assert integrator.send(method, "/models").status_code in {400, 403, 405}


# --- what is asked for ----------------------------------------------------------------------------

TABLES: list[object] = [
    "ratings; drop table ratings",
    "ratings' or '1'='1",
    'ratings"; drop table "ratings',
    "(select * from ratings)",
    "identifier('ratings')",
    "table(ratings)",
    "@stage/file",
    "$1",
    "ratings -- ",
    "ratings/**/",
    "snowflake.account_usage.users",
    "other.marts.ratings",
    "snowreel.information_schema.tables",
    'snowreel."INFORMATION_SCHEMA".tables',
    '"snowreel".marts.ratings',
    "a.b.c.d",
    "..ratings",
    "ratings.",
    "",
    " ",
    "x" * 300,
    "ratings\n; drop table ratings",
    "ratings\u0000",
    "ra\u202etings",
    None,
    7,
    True,
    [],
    {"name": "ratings"},
]


@pytest.mark.parametrize("place", ["input", "output"])
@pytest.mark.parametrize("table", TABLES, ids=repr)
def test_table_names_that_are_none(integrator: Any, place: str, table: Any) -> None:
    row = [0, table, "new_table"] if place == "input" else [0, "ratings", table]
    for path, more in (("/train", []), ("/start-training", [None])):
        reply = integrator.post(path, [row + more])
        assert reply.status == 200, reply
        assert reply.error["code"] in {"InvalidTableName", "TableRefused"}, reply
        assert not INTERNALS.search(reply.error["message"])


@pytest.mark.parametrize(
    ("database", "schema"),
    [("OTHER", "MARTS"), ("SNOWREEL", "INFORMATION_SCHEMA"), ("SNOWFLAKE", "ACCOUNT_USAGE")],
)
def test_bare_names_in_other_places(integrator: Any, database: str, schema: str) -> None:
    headers = {
        name: value
        for what, text in (("database", database), ("schema", schema))
        for name, value in (
            (f"sf-context-current-{what}", "SNOWREEL"),
            (f"sf-context-current-{what}-base64", base64.b64encode(text.encode()).decode()),
        )
    }
    reply = integrator.post("/train", [[0, "ratings", "new_table"]], **headers)
    assert reply.error["code"] == "TableRefused"


ARTIFACTS = [
    "../snowreel-local-aaaaaaaaaaaaaaaaaaaaaaaa",
    "s3://somebody-else/training/snowreel-local-aaaaaaaaaaaaaaaaaaaaaaaa/output/model.tar.gz",
    "https://example.com/model.tar.gz",
    "file:///etc/passwd",
    "arn:aws:s3:::bucket/key",
    "other-stack-aaaaaaaaaaaaaaaaaaaaaaaa",
    "",
    None,
    0,
    ["s3://bucket"],
]


@pytest.mark.parametrize("artifact", ARTIFACTS, ids=repr)
def test_artifacts_that_are_not_ours(integrator: Any, artifact: Any) -> None:
    reply = integrator.post("/deploy", [[0, "hostile", artifact]])
    assert reply.status == 200
    assert reply.error["code"] == "ArtifactRefused", reply


MODELS = [
    "../films",
    "films/../series",
    "films?x=1",
    "films#",
    "films%2f..",
    "Films",
    "films\n",
    "films ",
    "f" * 41,
    "",
    7,
    True,
    ["films"],
    {"a": "films"},
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint/other",
]


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_model_names_that_are_none(integrator: Any, model: Any) -> None:
    for path, row in (
        ("/invoke-details", [0, model, "u1", "i1"]),
        ("/recommend", [0, model, "u1", 3]),
        ("/undeploy", [0, model]),
        ("/deploy", [0, model, "snowreel-local-aaaaaaaaaaaaaaaaaaaaaaaa"]),
    ):
        reply = integrator.post(path, [row])
        assert reply.status == 200
        assert reply.error["code"] == "InvalidModelName", reply
    reply = integrator.post("/invoke", [[0, model, "u1", "i1"]])
    assert (reply.status, reply.error["code"]) == (400, "InvalidModelName")


@pytest.fixture
def foreign_endpoint(cloud: Any, trainings: list[str]) -> Any:
    """An endpoint of the account that is not the stack's."""
    config = cloud.endpoints()["snowreel-local-films"]
    cloud.sagemaker.create_endpoint(EndpointName="somebody-elses", EndpointConfigName=config)
    yield "somebody-elses"
    cloud.sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName="somebody-elses", WaiterConfig={"Delay": 1}
    )
    cloud.sagemaker.delete_endpoint(EndpointName="somebody-elses")
    # the next test lists and describes endpoints
    cloud.sagemaker.get_waiter("endpoint_deleted").wait(
        EndpointName="somebody-elses", WaiterConfig={"Delay": 1}
    )


def test_endpoints_that_are_not_ours(integrator: Any, foreign_endpoint: str) -> None:
    reply = integrator.post("/invoke", [[0, foreign_endpoint, "u1", "i1"]])
    assert (reply.status, reply.error["code"]) == (400, "UnknownModel")
    assert "somebody-elses," not in reply.error["message"]
    names = {model["model_name"] for model in integrator.post("/models", [[0]]).value}
    assert foreign_endpoint not in names
    assert integrator.post("/undeploy", [[0, foreign_endpoint]]).error["code"] == "UnknownModel"


@pytest.mark.parametrize(
    "job", ["", "films", "snowreel-local-" + "A" * 24, "snowreel-local-" + "a" * 24, None, 3, {}]
)
def test_jobs_that_are_none(integrator: Any, job: Any) -> None:
    reply = integrator.post("/training-status", [[0, job]])
    assert reply.error["code"] == "UnknownTrainingJob"


@pytest.mark.parametrize("batch", ["x" * 8000, "'; drop table ratings; --", "../../x", "%00"])
def test_odd_batch_ids_are_only_names(integrator: Any, batch: str) -> None:
    reply = integrator.post("/deploy", [[0, "nowhere", "x"]], batch)
    assert reply.error["code"] == "ArtifactRefused"
    assert integrator.poll("/deploy", batch).error["code"] == "UnknownBatch"


def test_the_log_keeps_hostile_text_in_one_line(integrator: Any, cloud: Any) -> None:
    text = f'x"}}\n{{"level": "ERROR", "forged": "{uuid.uuid4()}"}}'
    integrator.post("/invoke-details", [[0, text, "u1", "i1"]])
    log = (cloud.stack.log_dir / "lambda-invoke.log").read_text()
    assert not [line for line in log.splitlines() if line.startswith('{"level": "ERROR", "forged"')]
