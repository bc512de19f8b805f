"""The verifier takes what botocore signs and nothing else."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import botocore.credentials
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from loopback.credentials import Credentials
from loopback.sigv4 import (
    ExpiredSignatureError,
    MissingSignatureError,
    SignatureError,
    SignedRequest,
    Verifier,
)

REGION = "us-east-1"

KEYS = {name: Credentials.generate() for name in ("caller", "other")}
VERIFIER = Verifier(KEYS, "execute-api", REGION)


def signed(
    url="http://localhost:1/v1/train",
    *,
    method="POST",
    body=b'{"data": []}',
    headers=None,
    principal="caller",
    service="execute-api",
):
    key = KEYS[principal]
    request = AWSRequest(method=method, url=url, data=body, headers=headers or {})
    credentials = botocore.credentials.Credentials(key.aws_access_key_id, key.aws_secret_access_key)
    SigV4Auth(credentials, service, REGION).add_auth(request)
    return received(request, url, method, body)


def received(request, url, method, body, **changes):
    parts = urlsplit(url)
    headers = {name.lower(): value for name, value in request.headers.items()}
    given = {
        "method": method,
        "path": parts.path,
        "query": parts.query,
        "headers": {"host": parts.netloc} | headers,
        "body": body,
    }
    return SignedRequest(**(given | changes))


def altered(request: SignedRequest, headers=None, **changes) -> SignedRequest:
    values = {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": dict(request.headers) | (headers or {}),
        "body": request.body,
    }
    return SignedRequest(**(values | changes))


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1/v1/train",
        "http://localhost:1/v1/a%20b/c",
        "http://localhost:1/v1/train?b=2&a=1&a=0&empty=",
        "http://localhost:1/v1/train?q=a%20b%2Fc~",
        "https://shop.execute-api.us-east-1.amazonaws.com/v1/invoke",
    ],
)
@pytest.mark.parametrize("principal", ["caller", "other"])
def test_what_botocore_signs_is_taken(url, principal):
    request = signed(url, principal=principal, headers={"sf-custom-x": "  two   spaces "})
    assert VERIFIER.principal(request) == principal


def test_a_signed_payload_hash_is_compared_with_the_body():
    request = signed(headers={"x-amz-content-sha256": "UNSIGNED-PAYLOAD"})
    assert VERIFIER.principal(request) == "caller"
    wrong = signed(headers={"x-amz-content-sha256": "0" * 64})
    with pytest.raises(SignatureError, match="The body is not the one"):
        VERIFIER.principal(wrong)


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"path": "/v1/deploy"},
        {"query": "a=1"},
        {"body": b'{"data": [[0]]}'},
        {"headers": {"host": "elsewhere"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_was_changed_after_signing_is_refused(change):
    with pytest.raises(SignatureError, match="does not match"):
        VERIFIER.principal(altered(signed(), **change))


def test_an_unsigned_request_is_told_apart():
    with pytest.raises(MissingSignatureError):
        VERIFIER.principal(altered(signed(), headers={"authorization": ""}))


def test_an_amazon_header_added_after_signing_is_refused():
    with pytest.raises(SignatureError, match="x-amz-target must be signed"):
        VERIFIER.principal(altered(signed(), headers={"x-amz-target": "SageMaker.StopTrainingJob"}))


def test_an_unknown_key_another_service_or_nonsense_is_refused():
    with pytest.raises(SignatureError, match="security token"):
        Verifier({"someone": Credentials.generate()}, "execute-api", REGION).principal(signed())
    with pytest.raises(SignatureError, match="scoped to us-east-1/execute-api"):
        VERIFIER.principal(signed(service="s3"))
    with pytest.raises(SignatureError, match="not a Signature"):
        VERIFIER.principal(altered(signed(), headers={"authorization": "Bearer x"}))


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signature_lives_five_minutes(minutes):
    request, now = signed(), datetime.now(UTC)
    with pytest.raises(ExpiredSignatureError, match="more than 5 minutes"):
        VERIFIER.principal(request, now + timedelta(minutes=minutes))
    assert VERIFIER.principal(request, now + timedelta(minutes=minutes * 0.6)) == "caller"
