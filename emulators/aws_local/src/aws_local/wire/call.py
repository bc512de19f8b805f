"""A call to a service of the account, and what the service answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from loopback.sigv4 import SignedRequest

from aws_local.wire.fault import FaultError


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call that was signed, and is allowed."""

    operation: str
    #: As the wire names them.
    parameters: Mapping[str, Any]
    #: The request itself.
    request: SignedRequest


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer of HTTP."""

    content: bytes
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Service(Protocol):
    """Something that answers calls."""

    def answer(self, call: Call) -> Answer | None:
        """The answer; None for what moto answers. Raises FaultError for a refusal."""


def not_emulated(operation: str) -> FaultError:
    """The refusal of an operation that would do nothing here."""
    return FaultError(
        "UnknownOperationException", f"The local stack does not emulate {operation}.", 404
    )
