"""The API's front on loopback: what API Gateway does before and after a Lambda function.

Checks come in API Gateway's order: route, size, signature, right to call, request validator. Its
own answers have the API's error shape, with the gateway's response types as codes.
"""

import asyncio
import logging
import secrets
import time
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import orjson
from loopback.sigv4 import (
    ExpiredSignatureError,
    MissingSignatureError,
    SignatureError,
    SignedRequest,
    Verifier,
)
from starlette.types import Receive, Scope, Send

from aws_local.api_gateway.proxy_event import (
    Answer,
    Call,
    MalformedAnswerError,
    decode_answer,
    encode_event,
)
from aws_local.lambda_runtime.environment import FunctionError
from aws_local.lambda_runtime.function_pool import MAX_PAYLOAD_BYTES, ThrottledError
from functions.lambdas import LambdaName
from functions.routes import ROUTES, STAGE
from local.stack import ACCOUNT_ID, PRINCIPALS, REGION, Stack

#: The API's service name in signatures.
SERVICE = "execute-api"
CALLERS = frozenset({"snowflake-caller", "integrator"})
REQUEST_ID_HEADER = "x-amzn-requestid"
BATCH_ID_HEADER = "sf-external-function-query-batch-id"
MAX_BODY_BYTES = 10 * 1024 * 1024
#: Names and values of all headers together, of a regional API.
MAX_HEADER_BYTES = 10_240
INTEGRATION_TIMEOUT_SECONDS = 29.0
_GZIP_WINDOW = 16 + zlib.MAX_WBITS

logger = logging.getLogger(__name__)


class Function(Protocol):
    """What the gateway needs of a Lambda function."""

    async def invoke(self, event: bytes, request_id: str, trace_id: str) -> bytes:
        """The handler's answer to a proxy event, JSON both."""


class GatewayError(Exception):
    """The gateway answers by itself."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Gateway:
    """ASGI application of the API."""

    def __init__(
        self,
        stack: Stack,
        functions: Mapping[LambdaName, Function],
        integration_timeout: float = INTEGRATION_TIMEOUT_SECONDS,
    ) -> None:
        self._verifier = Verifier(stack.credentials, SERVICE, REGION)
        self._routes = {f"/{STAGE}{route.path}": route for route in ROUTES}
        self._functions = functions
        self._integration_timeout = integration_timeout
        self._running: set[asyncio.Task[bytes]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request (ASGI)."""
        request_id = new_request_id()
        try:
            answer = await self._answer(scope, receive, request_id)
        except GatewayError as error:
            answer = own_answer(error, request_id)
        headers = [*answer.headers, ("content-length", str(len(answer.body)))]
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, receive: Receive, request_id: str) -> Answer:
        path = scope["raw_path"].decode("latin-1")
        route = self._routes.get(path)
        if route is None or scope["method"] not in {"GET", "POST"}:
            raise GatewayError(403, "MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token")
        request = await _read_request(scope, receive)
        call = Call(
            request=request,
            request_id=request_id,
            trace_id=_new_trace_id(),
            principal=self._authorize(request),
            resource=route.path,
            stage=STAGE,
        )
        event = encode_event(call, _validated_body(request))
        if len(event) > MAX_PAYLOAD_BYTES:
            raise GatewayError(413, "REQUEST_TOO_LARGE", "Request Too Long")
        answer = decode_or_fail(await self._integrate(route.lambda_name, event, call))
        return replace(answer, headers=[*answer.headers, (REQUEST_ID_HEADER, request_id)])

    def _authorize(self, request: SignedRequest) -> str:
        try:
            principal = self._verifier.principal(request)
        except MissingSignatureError:
            raise GatewayError(
                403, "MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token"
            ) from None
        except ExpiredSignatureError as error:
            raise GatewayError(403, "EXPIRED_TOKEN", str(error)) from None
        except SignatureError as error:
            raise GatewayError(403, "INVALID_SIGNATURE", str(error)) from None
        if principal not in CALLERS:
            resource = f"arn:aws:execute-api:{REGION}:{ACCOUNT_ID}:*{request.path}"
            raise GatewayError(
                403,
                "ACCESS_DENIED",
                f"User: {PRINCIPALS[principal]} is not authorized to perform: "
                f"execute-api:Invoke on resource: {resource}",
            )
        return principal

    async def _integrate(self, name: LambdaName, event: bytes, call: Call) -> bytes:
        invocation = asyncio.create_task(
            self._functions[name].invoke(event, call.request_id, call.trace_id)
        )
        self._running.add(invocation)
        invocation.add_done_callback(self._running.discard)
        done, _ = await asyncio.wait({invocation}, timeout=self._integration_timeout)
        if not done:  # the function goes on, as in Lambda
            invocation.add_done_callback(asyncio.Task.exception)
            raise GatewayError(504, "INTEGRATION_TIMEOUT", "Endpoint request timed out")
        try:
            return invocation.result()
        except ThrottledError as error:
            raise GatewayError(429, "THROTTLED", str(error)) from None
        except FunctionError as error:
            logger.warning("%s %s: %s", call.request_id, call.resource, error)
            raise GatewayError(502, "INTEGRATION_FAILURE", "Internal server error") from None


def decode_or_fail(outcome: bytes) -> Answer:
    """The answer that a function gave; raise GatewayError if it is no proxy answer."""
    try:
        return decode_answer(outcome)
    except MalformedAnswerError as error:
        logger.warning("Malformed Lambda proxy response: %s", error)
        raise GatewayError(502, "INTEGRATION_FAILURE", "Internal server error") from None


async def _read_request(scope: Scope, receive: Receive) -> SignedRequest:
    headers: dict[str, str] = {}
    size = 0
    for raw_name, raw_value in scope["headers"]:
        size += len(raw_name) + len(raw_value)
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    if size > MAX_HEADER_BYTES:
        raise GatewayError(
            431,
            "REQUEST_TOO_LARGE",
            f"The headers have {size} bytes together, {MAX_HEADER_BYTES} are allowed.",
        )
    return SignedRequest(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=await _read_body(receive),
    )


async def _read_body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise GatewayError(413, "REQUEST_TOO_LARGE", "Request Too Long")
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


def _validated_body(request: SignedRequest) -> str:
    """The request validator: the batch id on GET, a JSON object with `data` on POST."""
    if request.method == "GET":
        if not request.headers.get(BATCH_ID_HEADER):
            raise GatewayError(
                400,
                "BAD_REQUEST_PARAMETERS",
                f"Missing required request parameters: [{BATCH_ID_HEADER}]",
            )
        return ""
    body = _decompressed(request)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict) or "data" not in document:
        raise GatewayError(400, "BAD_REQUEST_BODY", "Invalid request body")
    return body.decode()


def _decompressed(request: SignedRequest) -> bytes:
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding == "identity":
        return request.body
    windows = {"gzip": _GZIP_WINDOW, "deflate": zlib.MAX_WBITS}
    if encoding not in windows:
        raise GatewayError(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type")
    decompressor = zlib.decompressobj(windows[encoding])
    try:
        body = decompressor.decompress(request.body, MAX_BODY_BYTES + 1)
    except zlib.error:
        raise GatewayError(400, "BAD_REQUEST_BODY", "Invalid request body") from None
    if len(body) > MAX_BODY_BYTES:
        raise GatewayError(413, "REQUEST_TOO_LARGE", "Request Too Long")
    if not decompressor.eof:
        raise GatewayError(400, "BAD_REQUEST_BODY", "Invalid request body")
    return body


def own_answer(error: GatewayError, request_id: str) -> Answer:
    """The gateway's own answer: the API's one shape of errors."""
    document = {"code": error.code, "message": str(error), "request_id": request_id}
    return Answer(
        status=error.status,
        headers=[
            ("content-type", "application/json"),
            ("x-amzn-errortype", error.code),
            (REQUEST_ID_HEADER, request_id),
        ],
        body=orjson.dumps({"error": document}),
    )


def new_request_id() -> str:
    """A request's name in answers and logs: random, in the form of a UUID."""
    digits = secrets.token_hex(16)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _new_trace_id() -> str:
    """An X-Ray header that asks for no trace: there is no daemon on this machine."""
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Sampled=0"
