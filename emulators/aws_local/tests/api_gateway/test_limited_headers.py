"""Headers without an end, byte by byte over a real socket."""

import json
import socket

import httpx
import pytest
from aws_local.api_gateway.gateway import Gateway
from aws_local.api_gateway.gateway_response import GatewayResponses
from aws_local.api_gateway.limited_headers import (
    LINGER_SECONDS,
    MAX_UNENDED_BYTES,
    limited_headers,
)
from aws_local.api_gateway.request import MAX_HEADER_BYTES

START = b"GET /v1/stock HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = b"POST /v1/stock HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def port(api, account, served):
    """The gateway, without functions, behind the protocol."""
    http = limited_headers(GatewayResponses(api.response_template))
    with served(Gateway(api, account, {}), http=http, lifespan="off") as port:
        yield port


def answered(connection: socket.socket) -> tuple[bytes, bytes]:
    """Status line and body of what comes until the other side ends."""
    parts = []
    while part := connection.recv(1 << 16):
        parts.append(part)
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    return head.split(b"\r\n")[0], body


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (START + b"A: ", b"x" * 1000),
        (START, b"A: 1\r\n" * 200),
        (b"GET /v1/stock?a=", b"x" * 1000),
    ],
    ids=["one header", "many headers", "an address"],
)
def test_headers_without_an_end_are_refused(port, start, piece):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(start)
        for _ in range(MAX_UNENDED_BYTES // len(piece) + 1):
            connection.sendall(piece)
        status, body = answered(connection)
        error = json.loads(body)["error"]
        assert status == b"HTTP/1.1 431 Request Header Fields Too Large"
        assert error["code"] == "REQUEST_TOO_LARGE"
        assert str(MAX_UNENDED_BYTES) in error["message"]
        assert error["request_id"]


def is_cut_off(connection: socket.socket, piece: bytes = b"x" * 1000) -> bool:
    try:
        connection.sendall(piece)
    except ConnectionError:
        return True
    return False


def test_who_goes_on_sending_reads_the_answer_and_is_cut_off(port, wait_for):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(START + b"A: ")
        connection.sendall(b"x" * (4 << 20))
        assert answered(connection)[0].startswith(b"HTTP/1.1 431 ")
        wait_for(lambda: is_cut_off(connection), LINGER_SECONDS + 10, "the cut")


def test_trailers_without_an_end_are_cut_off(port, wait_for):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(CHUNKED + b"2\r\n{}\r\n0\r\n" + b"A: 1\r\n")
        wait_for(lambda: is_cut_off(connection, b"A: 1\r\n" * 200), what="the cut")


def test_headers_that_end_are_the_gateways_affair(port):
    """Many requests on one connection, bodies far above the limit between them."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        for _ in range(5):
            large = client.post("/v1/stock", headers={"a": "x" * (MAX_HEADER_BYTES + 1)})
            assert large.status_code == 431
            assert "are allowed" in large.json()["error"]["message"]
            assert client.post("/v1/stock", content=b"x" * (1 << 20)).status_code == 403
            assert client.get("/v1/stock", headers={"a": "x" * 9_000}).status_code == 403
