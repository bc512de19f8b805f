"""API Gateway's request validator: the headers and members that a method requires."""

import zlib

import orjson
from loopback.sigv4 import SignedRequest

from aws_local.api_gateway.gateway_response import GatewayError
from aws_local.api_gateway.request import MAX_BODY_BYTES, too_large
from aws_local.settings import MethodSettings

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_WINDOWS = {"gzip": _GZIP_WINDOW, "deflate": zlib.MAX_WBITS}
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def validated_body(request: SignedRequest, method: MethodSettings) -> str | None:
    """The body, decompressed, None where the method has none; raise GatewayError."""
    missing = [name for name in method.required_headers if not request.headers.get(name)]
    if missing:
        message = f"Missing required request parameters: [{', '.join(missing)}]"
        raise GatewayError(400, "BAD_REQUEST_PARAMETERS", message)
    if request.method not in _METHODS_WITH_BODY:
        return None
    body = _decompressed(request)
    if method.required_members:
        _check_members(body, method.required_members)
    return body.decode(errors="replace")


def _check_members(body: bytes, required: tuple[str, ...]) -> None:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise _invalid_body() from None
    if not isinstance(document, dict) or not all(name in document for name in required):
        raise _invalid_body()


def _decompressed(request: SignedRequest) -> bytes:
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding == "identity":
        return request.body
    if encoding not in _WINDOWS:
        raise GatewayError(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type")
    body, rest = _expanded(request.body, encoding, MAX_BODY_BYTES)
    # of several members, as RFC 1952 allows; zeros behind the last one fill a block
    while encoding == "gzip" and rest.lstrip(b"\0"):
        member, rest = _expanded(rest, encoding, MAX_BODY_BYTES - len(body))
        body += member
    return body


def _expanded(content: bytes, encoding: str, most: int) -> tuple[bytes, bytes]:
    """The first member's content, and what follows it."""
    decompressor = zlib.decompressobj(_WINDOWS[encoding])
    try:
        body = decompressor.decompress(content, most + 1)
    except zlib.error:
        raise _invalid_body() from None
    if len(body) > most:
        raise too_large()
    if not decompressor.eof:
        raise _invalid_body()
    return body, decompressor.unused_data


def _invalid_body() -> GatewayError:
    return GatewayError(400, "BAD_REQUEST_BODY", "Invalid request body")
