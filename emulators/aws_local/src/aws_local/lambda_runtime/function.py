"""A Lambda function, as who invokes it needs it."""

from typing import Protocol


class Function(Protocol):
    """A function that answers events."""

    @property
    def arn(self) -> str:
        """Address of the function."""

    async def invoke(self, event: bytes, request_id: str, trace_id: str) -> bytes:
        """The handler's answer to an event, JSON both."""
