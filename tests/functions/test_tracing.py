"""Every call of an endpoint is a segment of its request's trace, calls on other threads too.

A real worker runs the real handler; X-Ray's daemon and SageMaker's runtime are sockets here.
"""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aws_local.lambda_runtime.asset import copy_asset
from aws_local.lambda_runtime.environment import FunctionConfiguration
from aws_local.lambda_runtime.function_pool import FunctionPool

from functions.lambdas import ASSET_FILES

PROJECT = Path(__file__).parent.parent.parent
TRACE, PARENT = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"


class Endpoint(BaseHTTPRequestHandler):
    """Estimates 3.5 for every pair."""

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["content-length"])))
        body = json.dumps(self.answer(question)).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @staticmethod
    def answer(question: dict[str, Any]) -> dict[str, Any]:
        if "estimate" not in question:
            return {"Endpoints": []}
        return {"estimates": [3.5] * len(question["estimate"]["user_ids"]), "training_job": "job"}

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(20)
        yield daemon


@pytest.fixture
def pool(tmp_path: Path, endpoint: str, daemon: socket.socket) -> FunctionPool:
    configuration = FunctionConfiguration(
        name="invoke",
        arn="arn:aws:lambda:us-east-1:123456789012:function:invoke",
        handler="functions.invoke.handler",
        code=copy_asset(PROJECT, ASSET_FILES, tmp_path / "code"),
        variables={
            "AWS_ACCESS_KEY_ID": "AKIATEST",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_SAGEMAKER": endpoint,
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": endpoint,
            "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{daemon.getsockname()[1]}",
            "SNOWREEL_PREFIX": "snowreel-test",
            "SNOWREEL_SHARE_SECONDS": "60",
        },
        log=tmp_path / "invoke.log",
        timeout_seconds=28.0,
    )
    return FunctionPool(configuration)


def event(rows: list[list[Any]]) -> bytes:
    request = {
        "resource": "/invoke",
        "path": "/invoke",
        "httpMethod": "POST",
        "headers": {"sf-external-function-query-batch-id": "b"},
        "requestContext": {"requestId": "r", "stage": "v1", "httpMethod": "POST"},
        "body": json.dumps({"data": rows}),
        "isBase64Encoded": False,
    }
    return json.dumps(request).encode()


async def ask(pool: FunctionPool, rows: list[list[Any]]) -> Any:
    try:
        trace_id = f"Root={TRACE};Parent={PARENT};Sampled=1"
        return json.loads(await pool.invoke(event(rows), "r", trace_id))
    finally:
        await pool.close()


def segments(daemon: socket.socket, count: int) -> Iterator[dict[str, Any]]:
    """The segments of the endpoint's calls, out of whatever documents they arrive in."""
    while count:
        header, _, document = daemon.recv(1 << 16).partition(b"\n")
        assert json.loads(header) == {"format": "json", "version": 1}
        waiting = [json.loads(document)]
        while waiting:
            segment = waiting.pop()
            waiting += segment.get("subsegments", [])
            if segment.get("aws", {}).get("operation") == "InvokeEndpoint":
                count -= 1
                yield segment | {"trace_id": json.loads(document)["trace_id"]}


@pytest.mark.parametrize("models", [["films"], ["films", "series", "plays"]])
def test_each_call_of_an_endpoint_is_traced(
    pool: FunctionPool, daemon: socket.socket, models: list[str]
) -> None:
    rows = [[n, model, "1", "2"] for n, model in enumerate(models)]
    answer = asyncio.run(ask(pool, rows))
    assert answer["statusCode"] == 200, answer
    traced = list(segments(daemon, len(models)))
    assert {segment["trace_id"] for segment in traced} == {TRACE}
    assert len({segment["id"] for segment in traced}) == len(models)
