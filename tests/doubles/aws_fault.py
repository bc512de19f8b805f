"""Faults of AWS that a test plans, and the shape in which they arrive."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSResponse


class AwsError(Exception):
    """An error answer of AWS."""

    def __init__(self, code: str, message: str, status: int = 400, **more: Any) -> None:
        super().__init__(message)
        self.code, self.status, self.more = code, status, more


class Killed(BaseException):
    """The Lambda function's process ends here, between two calls."""


@dataclass(frozen=True)
class Fault:
    """A fault of one call: its error, before or after it has had its effect."""

    error: BaseException | None
    #: The effect was had, the answer is lost.
    late: bool = False
    #: Bytes in place of the answer, instead of an error.
    answer: bytes = b""


class _Raw(io.BytesIO):
    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


def response(
    request: Any, status: int, body: Any, headers: dict[str, str] | None = None
) -> AWSResponse:
    """An answer as botocore receives it."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **(headers or {})}
    return AWSResponse(request.url, status, headers, _Raw(raw))
