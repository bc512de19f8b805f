"""The gateway's own answers, from a template as API Gateway has it.

See AWS's page "Gateway responses in API Gateway". The variables of a template are
`$context.error.responseType`, `$context.error.messageString` and `$context.requestId`.
"""

import json
import re
import secrets

from aws_local.api_gateway.proxy_event import Answer

REQUEST_ID_HEADER = "x-amzn-requestid"

#: The status whose response is API Gateway's own, whatever template an API has for it:
#: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
_NOT_CUSTOMIZED = 413
_DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'
_VARIABLE = re.compile(r"\$context\.(error\.responseType|error\.messageString|requestId)")


class GatewayError(Exception):
    """The gateway answers by itself."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        #: API Gateway's response type.
        self.code = code


class GatewayResponses:
    """Answers to errors, with one template for all."""

    def __init__(self, template: str) -> None:
        self._template = template

    def answer(self, error: GatewayError, request_id: str) -> Answer:
        """The answer to `error`."""
        values = {
            "error.responseType": error.code,
            "error.messageString": json.dumps(str(error), ensure_ascii=False),
            "requestId": request_id,
        }
        template = _DEFAULT_TEMPLATE if error.status == _NOT_CUSTOMIZED else self._template
        body = _VARIABLE.sub(lambda variable: values[variable[1]], template)
        return Answer(
            status=error.status,
            headers=[
                ("content-type", "application/json"),
                ("x-amzn-errortype", error.code),
                (REQUEST_ID_HEADER, request_id),
            ],
            body=body.encode(),
        )


def new_request_id() -> str:
    """A request's name in answers and logs: random, in the form of a UUID."""
    digits = secrets.token_hex(16)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
