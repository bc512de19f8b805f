"""Signature Version 4, the verifying side: recomputed with the stack's own keys, as AWS does.

Only signatures in the `Authorization` header are taken; the address, the headers and the body must
be exactly what was signed. See AWS's page "Create a signed AWS API request".
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from loopback.credentials import Credentials

ALGORITHM = "AWS4-HMAC-SHA256"
#: AWS refuses a signature that is older, or further in the future, than this.
MAX_SKEW_SECONDS = 300
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"

_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=([^/\s,]+)/(\d{{8}})/([^/]+)/([^/]+)/aws4_request,"
    r"\s*SignedHeaders=([a-z0-9;:._-]+),\s*Signature=([0-9a-f]{64})"
)


class SignatureError(Exception):
    """A request that is not signed, or wrongly signed; the message says in what."""


class MissingSignatureError(SignatureError):
    """A request without a signature."""


class ExpiredSignatureError(SignatureError):
    """A signature outside the time that AWS allows."""


@dataclass(frozen=True, kw_only=True)
class SignedRequest:
    """A request as it came over the wire."""

    method: str
    #: Still percent-encoded.
    path: str
    #: Still percent-encoded, without the question mark.
    query: str
    #: Lower-case names.
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Verifier:
    """Knows the stack's keys and tells who signed a request to one service."""

    def __init__(self, credentials: Mapping[str, Credentials], service: str, region: str) -> None:
        self._scope = (region, service)
        self._keys = {
            key.aws_access_key_id: (principal, key.aws_secret_access_key)
            for principal, key in credentials.items()
        }

    def principal(self, request: SignedRequest, now: datetime | None = None) -> str:
        """The name of the principal whose key signed `request`; raise SignatureError otherwise."""
        authorization = request.headers.get("authorization", "")
        if not authorization:
            raise MissingSignatureError("The request is not signed: sign it with Signature V4.")
        match = _AUTHORIZATION.fullmatch(authorization.strip())
        if match is None:
            raise SignatureError("The Authorization header is not a Signature Version 4 header.")
        key_id, day, region, service, signed, signature = match.groups()
        if (region, service) != self._scope:
            raise SignatureError(
                f"Credential should be scoped to {'/'.join(self._scope)}, not {region}/{service}."
            )
        if key_id not in self._keys:
            raise SignatureError("The security token included in the request is invalid.")
        names = tuple(signed.split(";"))
        _check_signed_headers(request.headers, names)
        _check_time(request.headers["x-amz-date"], day, now or datetime.now(UTC))
        principal, secret = self._keys[key_id]
        expected = _signature(request, names, _signing_key(secret, day, region, service))
        if not hmac.compare_digest(expected, signature):
            raise SignatureError(
                "The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method."
            )
        return principal


def _check_signed_headers(headers: Mapping[str, str], names: tuple[str, ...]) -> None:
    if "x-amz-date" not in headers:
        raise SignatureError("The request has no x-amz-date header.")
    needed = {name for name in headers if name.startswith("x-amz-")} | {"host"}
    if unsigned := sorted(needed - set(names)):
        raise SignatureError(f"The header {unsigned[0]} must be signed.")
    if absent := [name for name in names if name not in headers]:
        raise SignatureError(f"The signed header {absent[0]} is not in the request.")


def _check_time(stamp: str, day: str, now: datetime) -> None:
    try:
        signed_at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise SignatureError("The x-amz-date header must look like 20260131T235959Z.") from None
    if not stamp.startswith(day):
        raise SignatureError("Date in Credential scope does not match the date of the request.")
    if abs((now - signed_at).total_seconds()) > MAX_SKEW_SECONDS:
        raise ExpiredSignatureError(
            f"Signature expired: {stamp} is more than {MAX_SKEW_SECONDS // 60} minutes from now."
        )


def _signature(request: SignedRequest, names: tuple[str, ...], key: bytes) -> str:
    stamp = request.headers["x-amz-date"]
    scope = request.headers["authorization"].split("/", 1)[1].split(",", 1)[0]
    canonical = hashlib.sha256(_canonical(request, names).encode()).hexdigest()
    text = f"{ALGORITHM}\n{stamp}\n{scope}\n{canonical}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _canonical(request: SignedRequest, names: tuple[str, ...]) -> str:
    headers = "".join(f"{name}:{' '.join(request.headers[name].split())}\n" for name in names)
    return "\n".join(
        [
            request.method,
            # Every service but S3 encodes the encoded path once more.
            quote(request.path, safe="/~"),
            _canonical_query(request.query),
            headers,
            ";".join(names),
            _payload_hash(request),
        ]
    )


def _canonical_query(query: str) -> str:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    encoded = sorted((_encode_again(name), _encode_again(value)) for name, _, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def _encode_again(text: str) -> str:
    """The one spelling of a percent-encoded text that both sides agree on."""
    return quote(unquote_to_bytes(text), safe="-_.~")


def _payload_hash(request: SignedRequest) -> str:
    actual = hashlib.sha256(request.body).hexdigest()
    stated = request.headers.get("x-amz-content-sha256", actual)
    if stated not in {actual, UNSIGNED_PAYLOAD}:
        raise SignatureError("The body is not the one whose x-amz-content-sha256 was signed.")
    return stated


@lru_cache(maxsize=64)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
