"""API Gateway's two ends of a Lambda proxy integration: the event, and what comes back.

See AWS's page "Lambda proxy integrations in API Gateway", payload format version 1.0.
"""

import base64
import binascii
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs

import orjson
from loopback.sigv4 import SignedRequest

#: API Gateway keeps these to itself.
_WITHHELD_HEADERS = {"authorization", "content-encoding", "connection", "transfer-encoding"}


class MalformedAnswerError(Exception):
    """A Lambda answer that API Gateway cannot turn into a response."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """An accepted request: who called which route."""

    request: SignedRequest
    request_id: str
    trace_id: str
    caller_arn: str
    account_id: str
    api_id: str
    #: The resource without the stage, for example `/orders`.
    resource: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response to the caller."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def encode_event(call: Call, body: str | None) -> bytes:
    """The proxy event of `call`, whose body is `body` after decompression, if it has one."""
    request = call.request
    headers = {k: v for k, v in request.headers.items() if k not in _WITHHELD_HEADERS}
    headers["x-amzn-trace-id"] = call.trace_id
    query = parse_qs(request.query, keep_blank_values=True)
    return orjson.dumps(
        {
            "resource": call.resource,
            "path": call.resource,
            "httpMethod": request.method,
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": {k: values[-1] for k, values in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": _context(call),
            "body": body,
            "isBase64Encoded": False,
        }
    )


def _context(call: Call) -> dict[str, object]:
    request, now = call.request, time.time()
    return {
        "accountId": call.account_id,
        "apiId": call.api_id,
        "domainName": request.headers["host"],
        "extendedRequestId": call.request_id,
        "httpMethod": request.method,
        "identity": {
            "accountId": call.account_id,
            "sourceIp": "127.0.0.1",
            "userAgent": request.headers.get("user-agent"),
            "userArn": call.caller_arn,
            "user": call.caller_arn,
            "caller": call.caller_arn,
        },
        "path": f"/{call.stage}{call.resource}",
        "protocol": "HTTP/1.1",
        "requestId": call.request_id,
        "requestTime": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(now * 1000),
        "resourcePath": call.resource,
        "stage": call.stage,
    }


def decode_answer(outcome: bytes) -> Answer:
    """The response that a handler's answer stands for; raise MalformedAnswerError."""
    answer = orjson.loads(outcome)
    if not isinstance(answer, dict) or not isinstance(answer.get("statusCode"), int):
        raise MalformedAnswerError("the answer has no statusCode")
    body = answer.get("body") or ""
    if not isinstance(body, str):
        raise MalformedAnswerError("the answer's body is not text")
    return Answer(
        status=answer["statusCode"],
        headers=_headers(answer),
        body=_decode(body) if answer.get("isBase64Encoded") else body.encode(),
    )


def _headers(answer: Mapping[str, object]) -> list[tuple[str, str]]:
    single, multiple = answer.get("headers") or {}, answer.get("multiValueHeaders") or {}
    if not isinstance(single, dict) or not isinstance(multiple, dict):
        raise MalformedAnswerError("the answer's headers are not an object")
    listed = {name.lower(): values for name, values in multiple.items()}
    merged = {name.lower(): [value] for name, value in single.items()} | listed
    return [(name, str(value)) for name, values in merged.items() for value in values]


def _decode(body: str) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise MalformedAnswerError("the answer's body is not Base64") from None
