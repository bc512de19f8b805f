"""A page of a list, and the token of the next one."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from aws_local.wire.fault import FaultError


def page(
    key: str, items: Sequence[Any], parameters: Mapping[str, Any], default_size: int
) -> dict[str, Any]:
    """The answer with the items that `maxResults` and `nextToken` ask for.

    Args:
        key: The answer's member that holds the items.
        items: The whole list.
        parameters: Of the call.
        default_size: Items of a page where the call says nothing, or 0.
    """
    try:
        start = offset(parameters.get("nextToken"))
    except ValueError:
        raise FaultError("InvalidToken", "Invalid Token: use the one of the last answer.") from None
    end = start + (parameters.get("maxResults", 0) or default_size)
    answer: dict[str, Any] = {key: list(items[start:end])}
    if end < len(items):
        answer["nextToken"] = next_token(end)
    return answer


def next_token(start: int) -> str:
    """The token of the page that begins at an item."""
    return base64.urlsafe_b64encode(str(start).encode()).decode()


def offset(token: str | None) -> int:
    """The item at which a token's page begins; raise ValueError for what is no token."""
    return 0 if token is None else int(base64.urlsafe_b64decode(token))
