"""A page of a list, and the token of the next one."""

import base64
import binascii
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
    start = _offset(parameters.get("nextToken"))
    end = start + (int(parameters.get("maxResults", 0)) or default_size)
    answer: dict[str, Any] = {key: list(items[start:end])}
    if end < len(items):
        answer["nextToken"] = base64.urlsafe_b64encode(str(end).encode()).decode()
    return answer


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error):
        raise FaultError("InvalidToken", "Invalid Token: use the one of the last answer.") from None
