"""A request as it came over the wire, within the limits of a regional API."""

from loopback.sigv4 import SignedRequest
from starlette.types import Receive, Scope

from aws_local.api_gateway.gateway_response import GatewayError

MAX_BODY_BYTES = 10 * 1024 * 1024
#: Names and values of all headers together.
MAX_HEADER_BYTES = 10_240


async def read_request(scope: Scope, receive: Receive) -> SignedRequest:
    """The request; raise GatewayError when it is too large."""
    return SignedRequest(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=_limited_headers(scope),
        body=await _read_body(receive),
    )


def too_large() -> GatewayError:
    """The refusal of a body or an event above its limit."""
    return GatewayError(413, "REQUEST_TOO_LARGE", "Request Too Long")


def _limited_headers(scope: Scope) -> dict[str, str]:
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
    return headers


async def _read_body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise too_large()
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)
