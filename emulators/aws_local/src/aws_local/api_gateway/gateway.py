"""The API's front on loopback: API Gateway's work before and after a Lambda function.

Checks come in API Gateway's order: route, size, signature, right to call, request validator.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

from starlette.types import Receive, Scope, Send

from aws_local.api_gateway.authorizer import SERVICE, Authorizer, missing_token
from aws_local.api_gateway.gateway_response import (
    REQUEST_ID_HEADER,
    GatewayError,
    GatewayResponses,
    new_request_id,
)
from aws_local.api_gateway.proxy_event import (
    Answer,
    Call,
    MalformedAnswerError,
    decode_answer,
    encode_event,
)
from aws_local.api_gateway.request import read_request, too_large
from aws_local.api_gateway.request_validator import validated_body
from aws_local.iam.authority import AccessDeniedError, Authority
from aws_local.iam.request import AccessRequest, Caller
from aws_local.lambda_runtime.environment import FunctionError
from aws_local.lambda_runtime.function import Function
from aws_local.lambda_runtime.function_pool import MAX_PAYLOAD_BYTES, ThrottledError
from aws_local.lambda_runtime.trace import new_trace_id
from aws_local.settings import Account, ApiSettings

INTEGRATION_TIMEOUT_SECONDS = 29.0
_GATEWAY = Caller("apigateway.amazonaws.com")

logger = logging.getLogger(__name__)


class Gateway:
    """ASGI application of the API."""

    def __init__(
        self,
        api: ApiSettings,
        account: Account,
        functions: Mapping[str, Function],
        integration_timeout: float = INTEGRATION_TIMEOUT_SECONDS,
    ) -> None:
        self._api = api
        self._account = account
        self._resources = {f"/{api.stage}{resource}": resource for resource in api.routes}
        self._authority = Authority(account)
        self._authorizer = Authorizer(account, self._authority)
        self._responses = GatewayResponses(api.response_template)
        self._functions = functions
        self._integration_timeout = integration_timeout
        self._running: set[asyncio.Task[bytes]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request (ASGI)."""
        request_id = new_request_id()
        try:
            answer = await self._answer(scope, receive, request_id)
        except GatewayError as error:
            answer = self._responses.answer(error, request_id)
        headers = [*answer.headers, ("content-length", str(len(answer.body)))]
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, receive: Receive, request_id: str) -> Answer:
        resource = self._resources.get(scope["raw_path"].decode("latin-1"))
        method = self._api.methods.get(scope["method"])
        if resource is None or method is None:
            raise missing_token()
        request = await read_request(scope, receive)
        method_arn = self._method_arn(scope["method"], resource)
        caller_arn = self._authorizer.caller_arn(request, method_arn)
        self._require_integration(resource, method_arn)
        call = Call(
            request=request,
            request_id=request_id,
            trace_id=new_trace_id(),
            caller_arn=caller_arn,
            account_id=self._account.account_id,
            api_id=self._api.api_id,
            resource=resource,
            stage=self._api.stage,
        )
        event = encode_event(call, validated_body(request, method))
        if len(event) > MAX_PAYLOAD_BYTES:
            raise too_large()
        answer = decode_or_fail(await self._integrate(event, call))
        return replace(answer, headers=[*answer.headers, (REQUEST_ID_HEADER, request_id)])

    def _method_arn(self, method: str, resource: str) -> str:
        place = f"{self._api.api_id}/{self._api.stage}/{method}{resource}"
        return self._account.arn(SERVICE, place)

    def _require_integration(self, resource: str, method_arn: str) -> None:
        """Raise GatewayError unless the function's policy lets the API call it for this method."""
        function = self._functions[self._api.routes[resource]]
        needed = AccessRequest.of(
            "lambda:InvokeFunction", function.arn, {"aws:SourceArn": method_arn}
        )
        try:
            self._authority.require(_GATEWAY, [needed])
        except AccessDeniedError as error:
            logger.warning("%s: Invalid permissions on Lambda function: %s", resource, error)
            raise GatewayError(500, "API_CONFIGURATION_ERROR", "Internal server error") from None

    async def _integrate(self, event: bytes, call: Call) -> bytes:
        function = self._functions[self._api.routes[call.resource]]
        invocation = asyncio.create_task(function.invoke(event, call.request_id, call.trace_id))
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
            raise _integration_failure() from None


def decode_or_fail(outcome: bytes) -> Answer:
    """The answer that a function gave; raise GatewayError if it is no proxy answer."""
    try:
        return decode_answer(outcome)
    except MalformedAnswerError as error:
        logger.warning("Malformed Lambda proxy response: %s", error)
        raise _integration_failure() from None


def _integration_failure() -> GatewayError:
    return GatewayError(502, "INTEGRATION_FAILURE", "Internal server error")
