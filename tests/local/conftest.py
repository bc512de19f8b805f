"""Stacks on free ports, services running as processes of their own, clients of both."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials as BotoCredentials

from local.stack import PRINCIPALS, REGION, Credentials, Stack


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(condition, seconds: float = 30.0, what: str = "it"):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} seconds"
        time.sleep(0.01)
    return value


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _new_stack(state_dir: Path, **values) -> Stack:
    ports = ("warehouse_port", "aws_port", "gateway_port", "sagemaker_port")
    given = {port: _free_port() for port in ports if port not in values} | values
    credentials = {name: Credentials.generate() for name in PRINCIPALS}
    stack = Stack(state_dir=state_dir, credentials=credentials, **given)
    stack.write()
    return stack


@contextmanager
def _running(module: str, stack: Stack, port: int, python: str | Path = sys.executable):
    log = stack.state_dir / f"{module}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [python, "-m", module, str(stack.state_dir)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    try:
        url = f"http://localhost:{port}/_health"
        _wait_for(lambda: process.poll() is not None or _answers(url), what=f"{module} ready")
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()


def _client(stack: Stack, service: str, principal: str = "lambda", **options):
    runtime = service.startswith("sagemaker")
    key = stack.credentials[principal]
    return boto3.client(
        service,
        endpoint_url=stack.sagemaker_endpoint_url if runtime else stack.aws_endpoint_url,
        aws_access_key_id=key.aws_access_key_id,
        aws_secret_access_key=key.aws_secret_access_key,
        region_name=REGION,
        config=Config(retries={"total_max_attempts": 1}, **options),
    )


def _signed_headers(
    key: Credentials, method: str, url: str, body: bytes, headers: dict, service="execute-api"
) -> dict:
    request = AWSRequest(method=method, url=url, data=body, headers=headers)
    credentials = BotoCredentials(key.aws_access_key_id, key.aws_secret_access_key)
    SigV4Auth(credentials, service, REGION).add_auth(request)
    return dict(request.headers.items())


@pytest.fixture(scope="session")
def wait_for():
    """Poll a condition until it is true; its value."""
    return _wait_for


@pytest.fixture(scope="session")
def new_stack():
    """Make and write a stack's description in a folder."""
    return _new_stack


@pytest.fixture(scope="session")
def running():
    """Run a service as a process; it is ended by the end of its standard input."""
    return _running


@pytest.fixture(scope="session")
def client():
    """A boto3 client of a stack, signed in as one of its principals."""
    return _client


@pytest.fixture(scope="session")
def signed_headers():
    """Headers of a request to the API, signed with a key."""
    return _signed_headers


@pytest.fixture
def stack(tmp_path) -> Stack:
    return _new_stack(tmp_path)
