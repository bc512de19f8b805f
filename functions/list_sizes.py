"""Lists of items whose ids are so long that those of a batch do not fit one answer."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from functions.error_codes import LIST_TOO_LARGE
from functions.errors import RefusedError
from functions.external_function import encode_json
from functions.operation import refusal
from functions.payload import ENVELOPE_BYTES, MAX_PAYLOAD_BYTES, as_sent

#: Bytes of a row beside its value: brackets, number and commas, and its share of the first line.
_ROW_BYTES = 40


def with_refusals(values: Sequence[Any]) -> list[Any]:
    """The values, but for those that take more than their share of an answer a refusal each.

    The share is the same for all rows, so that a list is refused for its own size alone.
    """
    share = (MAX_PAYLOAD_BYTES - ENVELOPE_BYTES) // len(values) - _ROW_BYTES
    return [_within(value, share) for value in values]


def _within(value: Any, share: int) -> Any:
    """The value; a refusal in its place where fewer of its items would fit."""
    size = _sent(value)
    if size <= share:
        return value
    items = value if isinstance(value, list) else _first_list(value)
    listed = _sent(items)
    fitting = _fitting(items, share - (size - listed))
    if fitting < 1:
        return value
    return refusal(
        RefusedError(
            LIST_TOO_LARGE,
            f"The {len(items):,} items of the row take {listed:,} bytes, which do not fit beside"
            f" the other rows of the batch: ask for at most {fitting:,}.",
        )
    )


def _first_list(value: dict[str, Any]) -> list[Any]:
    """The list that an answer is about: its other lists come behind it."""
    return next((member for member in value.values() if isinstance(member, list)), [])


def _fitting(items: Sequence[Any], share: int) -> int:
    """Number of items that take no more than the share: the first are the largest."""
    # a comma or a bracket beside each
    ends = accumulate(_sent(item) + 1 for item in items)
    return sum(end < share for end in ends)


def _sent(value: Any) -> int:
    return as_sent(encode_json(value))
