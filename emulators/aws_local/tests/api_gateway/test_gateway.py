"""The gateway: signatures, the right to call, the validator, limits, proxy events and answers."""

import asyncio
import gzip
import json
import zlib

import httpx
import pytest
from aws_local.api_gateway.gateway import Gateway
from aws_local.lambda_runtime.environment import FunctionError
from aws_local.lambda_runtime.function_pool import ThrottledError

BATCH_ID = "batch-id"
BODY = b'{"data": [[0, "apples", "pears"]]}'


class Function:
    """A Lambda function that keeps its events and gives the answer it was made with."""

    arn = "arn:aws:lambda:us-east-1:123456789012:function:shop-orders"

    def __init__(self, answer=None, error=None, seconds=0.0):
        self.events = []
        self._answer = {"statusCode": 200, "body": "ok"} if answer is None else answer
        self._error = error
        self._seconds = seconds

    async def invoke(self, event, request_id, trace_id):
        self.events.append(json.loads(event))
        await asyncio.sleep(self._seconds)
        if self._error:
            raise self._error
        return (
            self._answer if isinstance(self._answer, bytes) else json.dumps(self._answer).encode()
        )


@pytest.fixture
def call(api, account, signed_headers):
    """Send one request through a gateway with `function` behind every route."""

    def send(
        function,
        path="/orders",
        *,
        method="POST",
        body=BODY,
        headers=(),
        principal="caller",
        changed_body=None,
        **options,
    ) -> httpx.Response:
        functions = dict.fromkeys(("orders", "stock"), function)
        gateway = Gateway(api, account, functions, **options)
        url = f"http://localhost:{api.port}/v1{path}"
        given = {BATCH_ID: "batch-1", "content-type": "application/json"} | dict(headers)
        body = body if method == "POST" else b""
        if principal:
            given = signed_headers(principal, method, url, body, given)

        async def exchange():
            transport = httpx.ASGITransport(gateway)
            async with httpx.AsyncClient(transport=transport) as client:
                content = body if changed_body is None else changed_body
                return await client.request(method, url, content=content, headers=given)

        return asyncio.run(exchange())

    return send


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "request_id"}
    assert error["request_id"] == answer.headers["x-amzn-requestid"]
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, error["code"], error["message"]


@pytest.mark.parametrize("path", ["/orders", "/returns", "/stock"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_route_reaches_its_function(call, path, method):
    function = Function()
    answer = call(function, path, method=method)
    assert (answer.status_code, answer.text) == (200, "ok")
    assert function.events[0]["resource"] == path
    assert function.events[0]["httpMethod"] == method


def test_the_event_is_a_proxy_event_of_a_rest_api(call):
    function = Function()
    answer = call(function, "/orders?a=1&a=2&b=", headers={"context-role": "CLERK"})
    event = function.events[0]
    assert json.loads(event["body"]) == json.loads(BODY)
    assert event["isBase64Encoded"] is False
    assert event["path"] == "/orders"
    assert event["headers"][BATCH_ID] == "batch-1"
    assert event["headers"]["context-role"] == "CLERK"
    assert event["multiValueHeaders"][BATCH_ID] == ["batch-1"]
    assert not {name.lower() for name in event["headers"]} & {"authorization", "content-encoding"}
    assert event["queryStringParameters"] == {"a": "2", "b": ""}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": [""]}
    context = event["requestContext"]
    assert context["requestId"] == answer.headers["x-amzn-requestid"]
    assert context["stage"] == "v1"
    assert context["path"] == "/v1/orders"
    assert context["identity"]["userArn"].endswith(":assumed-role/caller/caller")
    assert context["identity"]["sourceIp"] == "127.0.0.1"


def test_the_event_suits_powertools(call):
    from aws_lambda_powertools.event_handler import APIGatewayRestResolver
    from aws_lambda_powertools.utilities.typing import LambdaContext

    resolver = APIGatewayRestResolver()

    @resolver.post("/orders")
    def orders():
        event = resolver.current_event
        return {"batch": event.headers[BATCH_ID.upper()], "id": event.request_context.request_id}

    class Resolved(Function):
        async def invoke(self, event, request_id, trace_id):
            return json.dumps(resolver.resolve(json.loads(event), LambdaContext())).encode()

    answer = call(Resolved())
    assert answer.json() == {"batch": "batch-1", "id": answer.headers["x-amzn-requestid"]}


@pytest.mark.parametrize("encode", [gzip.compress, zlib.compress], ids=["gzip", "deflate"])
def test_compressed_bodies_are_signed_compressed_and_handed_on_plain(call, encode, request):
    function = Function()
    name = request.node.callspec.id
    answer = call(function, body=encode(BODY), headers={"content-encoding": name})
    assert answer.status_code == 200
    assert function.events[0]["body"] == BODY.decode()


def test_a_body_may_consist_of_several_gzip_members(call):
    """RFC 1952, section 2.2; behind the last of them zeros may fill a block."""
    function = Function()
    members = b"".join(gzip.compress(BODY[at : at + 5]) for at in range(0, len(BODY), 5))
    for body in (members, members + b"\0" * 9):
        answer = call(function, body=body, headers={"content-encoding": "gzip"})
        assert answer.status_code == 200
        assert function.events.pop()["body"] == BODY.decode()
    cut = members[:-4]
    assert refusal(call(function, body=cut, headers={"content-encoding": "gzip"}))[0] == 400
    many = gzip.compress(b" " * 2**20) * 11 + gzip.compress(BODY)
    assert too_long(call(function, body=many, headers={"content-encoding": "gzip"}))


def test_the_functions_status_headers_and_body_are_the_answer(call):
    function = Function(
        {
            "statusCode": 429,
            "headers": {"Content-Type": "text/plain"},
            "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
            "body": "aGFsdA==",
            "isBase64Encoded": True,
        }
    )
    answer = call(function)
    assert (answer.status_code, answer.text) == (429, "halt")
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize("path", ["", "/", "/nowhere", "/orders/", "/orders/more"])
def test_an_unknown_route_looks_like_a_missing_signature(call, path):
    function = Function()
    assert refusal(call(function, path)) == (
        403,
        "MISSING_AUTHENTICATION_TOKEN",
        "Missing Authentication Token",
    )
    assert function.events == []


def test_an_unknown_method_looks_like_a_missing_signature(call):
    assert refusal(call(Function(), method="DELETE"))[:2] == (403, "MISSING_AUTHENTICATION_TOKEN")


def test_an_unsigned_request_is_refused(call):
    function = Function()
    answer = call(function, principal=None)
    assert refusal(answer)[:2] == (403, "MISSING_AUTHENTICATION_TOKEN")
    assert function.events == []


def test_a_body_changed_after_signing_is_refused(call):
    function = Function()
    answer = call(function, changed_body=BODY.replace(b"apples", b"cherries"))
    status, code, message = refusal(answer)
    assert (status, code) == (403, "INVALID_SIGNATURE")
    assert message.startswith("The request signature we calculated does not match")
    assert function.events == []


def test_only_the_callers_may_call(call):
    assert call(Function(), principal="integrator").status_code == 200
    for principal in ("function", "job"):
        function = Function()
        status, code, message = refusal(call(function, principal=principal))
        assert (status, code) == (403, "ACCESS_DENIED")
        assert "is not authorized to perform: execute-api:Invoke" in message
        assert function.events == []


@pytest.mark.parametrize(
    "body", [b"", b"x", b"[]", b"null", b'"data"', b'{"rows": []}', b'{"data": [[0]', b"\xff"]
)
def test_a_body_without_data_is_refused(call, body):
    function = Function()
    assert refusal(call(function, body=body))[:2] == (400, "BAD_REQUEST_BODY")
    assert function.events == []


def test_a_polling_request_needs_its_batch_id(call):
    function = Function()
    status, code, message = refusal(call(function, method="GET", headers={BATCH_ID: ""}))
    assert (status, code) == (400, "BAD_REQUEST_PARAMETERS")
    assert BATCH_ID in message
    assert function.events == []


def test_large_bodies_are_refused_compressed_or_not(call):
    large = b'{"data": "' + b"x" * (10 * 1024 * 1024) + b'"}'
    assert too_long(call(Function(), body=large))
    packed = call(Function(), body=gzip.compress(large), headers={"content-encoding": "gzip"})
    assert too_long(packed)
    # The gateway would take it, Lambda's six megabytes are fewer.
    medium = b'{"data": "' + b"x" * (7 * 1024 * 1024) + b'"}'
    assert too_long(call(Function(), body=medium))
    # Each quote of the body is two characters of the event.
    quotes = b'{"data": "' + b'\\"' * (2 * 1024 * 1024) + b'"}'
    assert len(quotes) < 6 * 1024 * 1024
    assert too_long(call(Function(), body=quotes))


def too_long(answer: httpx.Response) -> bool:
    """True for the one refusal that no template of an API changes."""
    assert answer.headers["x-amzn-errortype"] == "REQUEST_TOO_LARGE"
    return (answer.status_code, answer.json()) == (413, {"message": "Request Too Long"})


def test_a_broken_or_unknown_encoding_is_refused(call):
    broken = gzip.compress(BODY)[:-9]
    answer = call(Function(), body=broken, headers={"content-encoding": "gzip"})
    assert refusal(answer)[:2] == (400, "BAD_REQUEST_BODY")
    answer = call(Function(), headers={"content-encoding": "gzip"})
    assert refusal(answer)[:2] == (400, "BAD_REQUEST_BODY")
    answer = call(Function(), headers={"content-encoding": "br"})
    assert refusal(answer)[:2] == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_headers_are_limited_together(call):
    function = Function()
    assert call(function, headers={"custom-a": "x" * 9_000}).status_code == 200
    answer = call(function, headers={"custom-a": "x" * 6_000, "custom-b": "y" * 5_000})
    assert refusal(answer)[:2] == (431, "REQUEST_TOO_LARGE")
    assert len(function.events) == 1


def test_a_slow_function_is_given_up_and_goes_on(call):
    answer = call(Function(seconds=5), integration_timeout=0.05)
    assert refusal(answer) == (504, "INTEGRATION_TIMEOUT", "Endpoint request timed out")


@pytest.mark.parametrize(
    ("function", "status", "code"),
    [
        (Function(error=FunctionError("KeyError: 'secret'")), 502, "INTEGRATION_FAILURE"),
        (Function(error=ThrottledError("Rate exceeded")), 429, "THROTTLED"),
        (Function({"body": "no status"}), 502, "INTEGRATION_FAILURE"),
        (Function({"statusCode": "200"}), 502, "INTEGRATION_FAILURE"),
        (Function({"statusCode": 200, "body": {"not": "text"}}), 502, "INTEGRATION_FAILURE"),
        (Function({"statusCode": 200, "headers": []}), 200, None),
        (Function({"statusCode": 200, "headers": ["a"]}), 502, "INTEGRATION_FAILURE"),
        (Function([]), 502, "INTEGRATION_FAILURE"),
        (
            Function({"statusCode": 200, "body": "!", "isBase64Encoded": True}),
            502,
            "INTEGRATION_FAILURE",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_functions_failure_shows_nothing_of_its_inside(call, function, status, code):
    answer = call(function)
    assert answer.status_code == status
    if code:
        assert refusal(answer)[1] == code
        assert "secret" not in answer.text
