"""Requests of SageMaker's wire: limited, signed, JSON objects."""

import json
from dataclasses import dataclass

from loopback.sigv4 import MissingSignatureError, SignatureError, SignedRequest, Verifier
from starlette.requests import Request

from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.endpoint import PAYLOAD_BYTES
from aws_local.settings import Account
from aws_local.wire.fault import FaultError


@dataclass(frozen=True)
class SignedBody:
    """A body, and who signed it."""

    #: Name of the principal.
    principal: str
    content: bytes


class SignedBodies:
    """Bodies of requests that a principal of the account signed."""

    def __init__(self, account: Account) -> None:
        self._verifier = Verifier(account.credentials, "sagemaker", account.region)

    async def read(self, request: Request) -> SignedBody:
        """The body; raise FaultError when it is too large, not signed or wrongly signed."""
        body = await _limited_body(request)
        scope = request.scope
        signed = SignedRequest(
            method=request.method,
            path=scope["raw_path"].decode("latin-1"),
            query=scope["query_string"].decode("latin-1"),
            headers=dict(request.headers),
            body=body,
        )
        try:
            return SignedBody(self._verifier.principal(signed), body)
        except MissingSignatureError as error:
            raise FaultError("MissingAuthenticationTokenException", str(error), 403) from error
        except SignatureError as error:
            raise FaultError("InvalidSignatureException", str(error), 403) from error


def json_object(body: bytes) -> Document:
    """The JSON object that a body is; raise ValueError when it is none."""
    document = json.loads(body or b"{}")
    if isinstance(document, dict):
        return document
    raise ValueError("The body must be a JSON object.")


async def _limited_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > PAYLOAD_BYTES:
            raise FaultError("ValidationError", f"The body has over {PAYLOAD_BYTES} bytes.", 413)
    return bytes(body)
