"""AWS_IAM authorization: the signature, then the resource policy."""

from loopback.sigv4 import (
    ExpiredSignatureError,
    MissingSignatureError,
    SignatureError,
    SignedRequest,
    Verifier,
)

from aws_local.api_gateway.gateway_response import GatewayError
from aws_local.settings import Account

#: The API's service name in signatures.
SERVICE = "execute-api"


class Authorizer:
    """The principals of an account, and those of them that may call the API."""

    def __init__(self, account: Account, callers: tuple[str, ...]) -> None:
        self._verifier = Verifier(account.credentials, SERVICE, account.region)
        self._account = account
        self._callers = frozenset(callers)

    def caller_arn(self, request: SignedRequest) -> str:
        """ARN of the principal that signed `request`; raise GatewayError unless it may call."""
        name = self._principal(request)
        arn = self._account.principals[name].arn
        if name not in self._callers:
            resource = self._account.arn(SERVICE, f"*{request.path}")
            raise GatewayError(
                403,
                "ACCESS_DENIED",
                f"User: {arn} is not authorized to perform: "
                f"execute-api:Invoke on resource: {resource}",
            )
        return arn

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
