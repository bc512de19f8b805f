"""Requests that nobody should send: the right refusal, nothing begun, nothing given away."""

import gzip
import json
import re
import socket
from functools import partial
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from integrator import BATCH_ID, INTERNALS

from functions.routes import ROUTES
from local.stack import REGION

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("nothing_begun")]

#: Without the time of day: a test has the same name in every worker.
packed = partial(gzip.compress, mtime=0)
PATHS = [route.path for route in ROUTES]


def refused(response: httpx.Response, status: int, code: str) -> str:
    """The sentence of a refusal in the API's shape."""
    assert response.status_code == status, response.text
    if status == 413:
        return too_long(response)
    assert set(response.json()) == {"error"}
    error = response.json()["error"]
    assert set(error) == {"code", "message", "request_id"}
    assert error["code"] == code, error
    assert error["request_id"]
    assert not INTERNALS.search(response.text), response.text
    return str(error["message"])


def too_long(response: httpx.Response) -> str:
    """The sentence of the one refusal whose shape an API cannot choose."""
    assert set(response.json()) == {"message"}
    return str(response.json()["message"])


# --- who is asking --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unsigned(integrator: Any, path: str, method: str) -> None:
    response = integrator.client.request(
        method, integrator.stack.api_url + path, headers={BATCH_ID: "b"}, content=b'{"data": []}'
    )
    refused(response, 403, "MISSING_AUTHENTICATION_TOKEN")


@pytest.mark.parametrize("principal", ["train", "deploy", "invoke", "training-job", "deployer"])
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
