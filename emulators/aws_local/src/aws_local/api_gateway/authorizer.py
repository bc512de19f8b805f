"""AWS_IAM authorization: the signature, then the policies of the API and of its caller.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
"""

from loopback.sigv4 import (
    ExpiredSignatureError,
    MissingSignatureError,
    SignatureError,
    SignedRequest,
    Verifier,
)

from aws_local.api_gateway.gateway_response import GatewayError
from aws_local.iam.authority import AccessDeniedError, Authority
from aws_local.iam.request import AccessRequest
from aws_local.settings import Account

#: The API's service name in signatures.
SERVICE = "execute-api"


class Authorizer:
    """Callers of an API: told by their signatures, let in by policies."""

    def __init__(self, account: Account, authority: Authority) -> None:
        self._verifier = Verifier(account.credentials, SERVICE, account.region)
        self._authority = authority

    def caller_arn(self, request: SignedRequest, method_arn: str) -> str:
        """ARN of the caller that signed `request`; raise GatewayError unless it may call."""
        caller = self._authority.caller(self._principal(request))
        try:
            self._authority.require(caller, [AccessRequest.of("execute-api:Invoke", method_arn)])
        except AccessDeniedError as error:
            raise GatewayError(403, "ACCESS_DENIED", str(error)) from None
        return caller.shown

    def _principal(self, request: SignedRequest) -> str:
        try:
            return self._verifier.principal(request)
        except MissingSignatureError:
            raise missing_token() from None
        except ExpiredSignatureError as error:
            raise GatewayError(403, "EXPIRED_TOKEN", str(error)) from None
        except SignatureError as error:
            raise GatewayError(403, "INVALID_SIGNATURE", str(error)) from None


def missing_token() -> GatewayError:
    """The refusal of unsigned requests, and of routes that are not there."""
    return GatewayError(403, "MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token")
