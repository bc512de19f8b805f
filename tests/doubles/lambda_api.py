"""The API's handlers, called with the events that API Gateway makes of requests."""

import json
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from functions import error_codes
from functions.error_codes import ErrorCode
from functions.external_function import BATCH_ID_HEADER, QUERY_ID_HEADER
from functions.lambdas import HANDLERS, LambdaName
from functions.routes import ROUTES

_ROUTES = {route.path: route for route in ROUTES}
#: Errors of a request as a whole, which any function may answer.
_REQUEST_ERRORS = {
    error.name
    for error in vars(error_codes).values()
    if isinstance(error, ErrorCode) and error.status
}


@dataclass
class LambdaContext:
    """Context of an invocation, as the Lambda runtime gives it."""

    seconds: float = 28.0
    function_name: str = "snowreel-test"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:snowreel-test"
    aws_request_id: str = "lambda-request"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@dataclass(frozen=True)
class Reply:
    """Status and body of an answer."""

    status: int
    body: dict[str, Any]

    @property
    def values(self) -> list[Any]:
        return [value for _, value in self.body["data"]]

    @property
    def value(self) -> Any:
        (value,) = self.values
        return value

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])

    @property
    def codes(self) -> set[str]:
        """Codes of the errors in it, for the request or in its rows."""
        ends = [self.body, *(self.values if "data" in self.body else ())]
        return {end["error"]["code"] for end in ends if isinstance(end, dict) and "error" in end}


def _handler(name: LambdaName) -> Any:
    module, _, function = HANDLERS[name].rpartition(".")
    return getattr(import_module(module), function)


class Api:
    """Real API Gateway v1 proxy events through the real handlers."""

    def send(
        self,
        method: str,
        path: str,
        body: str | None = None,
        *,
        headers: dict[str, str] | None = None,
        base64: bool = False,
        seconds: float = 28.0,
    ) -> Reply:
        event = {
            "resource": path,
            "path": path,
            "httpMethod": method,
            "headers": headers or {},
            "multiValueHeaders": {key: [value] for key, value in (headers or {}).items()},
            "queryStringParameters": None,
            "multiValueQueryStringParameters": None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": {
                "requestId": "gateway-request",
                "stage": "v1",
                "path": f"/v1{path}",
                "resourcePath": path,
                "httpMethod": method,
                "identity": {"sourceIp": "127.0.0.1"},
            },
            "body": body,
            "isBase64Encoded": base64,
        }
        answer = _handler(_ROUTES[path].lambda_name)(event, LambdaContext(seconds))
        assert answer["multiValueHeaders"]["Content-Type"] == ["application/json"]
        reply = Reply(answer["statusCode"], json.loads(answer["body"]))
        stated = _REQUEST_ERRORS | {error.name for error in _ROUTES[path].errors}
        assert reply.codes <= stated, "the operation does not state an error that it answers"
        return reply

    def post(self, path: str, rows: Any, *, batch: str = "batch-1", **options: Any) -> Reply:
        headers = _headers(batch) | options.pop("headers", {})
        return self.send("POST", path, json.dumps({"data": rows}), headers=headers, **options)

    def get(self, path: str, *, batch: str = "batch-1") -> Reply:
        return self.send("GET", path, headers=_headers(batch))


def _headers(batch: str) -> dict[str, str]:
    return {
        # the case of a header's name does not count
        BATCH_ID_HEADER.title(): batch,
        QUERY_ID_HEADER: "query-1",
        "sf-external-function-format": "json",
    }
