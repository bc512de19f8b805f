"""A stack of a test's own, and clients of its services."""

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials as BotoCredentials
from loopback.credentials import Credentials

from local.stack import REGION, Stack


def _client(stack: Stack, service: str, principal: str = "integrator", **options):
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
def client():
    """A boto3 client of a stack, signed in as one of its principals."""
    return _client


@pytest.fixture(scope="session")
def signed_headers():
    """Headers of a request to the API, signed with a key."""
    return _signed_headers


@pytest.fixture
def stack(tmp_path, new_stack) -> Stack:
    return new_stack(tmp_path)
