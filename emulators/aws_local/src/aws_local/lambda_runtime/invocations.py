"""Lambda's Invoke, for the functions that run here.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import asyncio
import json
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import CancelledError
from typing import Any

from aws_local.lambda_runtime.environment import FunctionError
from aws_local.lambda_runtime.function import Function
from aws_local.lambda_runtime.function_pool import MAX_PAYLOAD_BYTES, ThrottledError
from aws_local.lambda_runtime.trace import new_trace_id
from aws_local.settings import Account
from aws_local.wire import json_text
from aws_local.wire.call import Answer, Call, not_emulated
from aws_local.wire.fault import FaultError
from aws_local.wire.validation import validate

_VERSION = "$LATEST"
_JSON = "application/json"


class Invocations:
    """The service: it is called on threads, and the functions run on one event loop."""

    def __init__(self, functions: Iterable[Function], account: Account) -> None:
        self._functions = {function.arn: function for function in functions}
        self._account = account
        self._loop: asyncio.AbstractEventLoop | None = None

    def begin(self) -> None:
        """Take calls from now on, for the event loop of the caller."""
        self._loop = asyncio.get_running_loop()

    def answer(self, call: Call) -> Answer:
        """The function's answer; raise FaultError where it did not run."""
        _require_emulated(call)
        function = self._function(call.parameters)
        event = call.request.body or b"{}"
        _require_event(event)
        request_id = str(uuid.uuid4())
        headers = {"x-amzn-RequestId": request_id, "X-Amz-Executed-Version": _VERSION}
        try:
            content = self._invoke(function, event, request_id)
        except FunctionError as error:
            headers["X-Amz-Function-Error"] = "Unhandled"
            content = json.dumps(error.payload(request_id)).encode()
        return Answer(content=content, content_type=_JSON, headers=headers)

    def _function(self, parameters: Mapping[str, Any]) -> Function:
        """The function; there is one version of each, the latest."""
        arn = self._arn(parameters["FunctionName"])
        qualifier = parameters.get("Qualifier", _VERSION)
        if arn in self._functions and qualifier == _VERSION:
            return self._functions[arn]
        named = arn if qualifier == _VERSION else f"{arn}:{qualifier}"
        raise FaultError("ResourceNotFoundException", f"Function not found: {named}", 404)

    def _arn(self, name: str) -> str:
        """Address of a function that may be called by its name alone."""
        is_arn = name.startswith("arn:")
        arn = name if is_arn else self._account.arn("lambda", f"function:{name}")
        return arn.removesuffix(f":{_VERSION}")

    def _invoke(self, function: Function, event: bytes, request_id: str) -> bytes:
        if self._loop is None or self._loop.is_closed():
            raise _not_running()
        invocation = function.invoke(event, request_id, new_trace_id())
        try:
            return asyncio.run_coroutine_threadsafe(invocation, self._loop).result()
        except ThrottledError:
            raise FaultError("TooManyRequestsException", "Rate Exceeded.", 429) from None
        except CancelledError:  # the emulator ends
            raise _not_running() from None


def _not_running() -> FaultError:
    return FaultError("ServiceException", "The functions do not run: try again.", 500)


def _require_emulated(call: Call) -> None:
    if call.operation != "Invoke":
        raise not_emulated(call.operation)
    validate("lambda", "Invoke", call.parameters)
    if call.parameters.get("InvocationType", "RequestResponse") != "RequestResponse":
        raise not_emulated("an invocation that is not waited for")


def _require_event(event: bytes) -> None:
    if len(event) > MAX_PAYLOAD_BYTES:
        raise FaultError(
            "RequestTooLargeException",
            f"Request must be smaller than {MAX_PAYLOAD_BYTES} bytes for the InvokeFunction "
            "operation",
            413,
        )
    try:
        json_text.parsed(event)
    except ValueError as error:
        raise FaultError(
            "InvalidRequestContentException",
            f"Could not parse request body into json: {error}",
        ) from None
