"""Rows of a batch: so many that the largest of a function fit a request and its answer."""

from typing import Any

from functions.batch_contract import largest
from functions.external_function import encode_json
from functions.operation import Operation
from functions.payload import ENVELOPE_BYTES, EVENT_BYTES, MAX_PAYLOAD_BYTES, as_sent

#: Largest number of a row.
_ROW = 9_999_999


def of_batch(operation: Operation) -> int:
    """Most rows of a batch, `max_batch_rows` in SQL."""
    if operation.single_row:
        return 1
    asked = (MAX_PAYLOAD_BYTES - EVENT_BYTES) // _bytes(row(operation))
    kinds = largest.answers(operation.sql_function, operation.returns)
    answered = min((MAX_PAYLOAD_BYTES - ENVELOPE_BYTES) // _bytes([_ROW, kind]) for kind in kinds)
    return min(asked, answered, operation.most_rows)


def row(operation: Operation) -> list[Any]:
    """The largest row of a request."""
    return [_ROW, *(largest.argument(each) for each in operation.arguments)]


def _bytes(row: list[Any]) -> int:
    # with the comma behind it
    return as_sent(encode_json(row)) + 1
