"""Snowflake's side of the external-function batch protocol: requests out, responses in.

Pure functions over bytes, text and mappings. The formats are those of Snowflake's pages "Input and
output data formats of external functions" and "Remote service implementation". A request is
`{"data": [[row_number, argument, ...], ...]}`, a response is `{"data": [[row_number, value], ...]}`
with the same row numbers in the same order.
"""

import base64
import gzip
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

#: A statement that waits for an external function is aborted after this long.
QUERY_TIME_LIMIT_SECONDS = 600.0

#: API Gateway's largest body.
MAX_BODY_BYTES = 10 * 1024 * 1024

DONE, STILL_RUNNING = 200, 202

_PREFIX = "sf-external-function-"
_CONTEXT_PREFIX = "sf-context-"
_CUSTOM_PREFIX = "sf-custom-"
_BASE64_SUFFIX = "-base64"
_ILLEGAL = re.compile(r"[^ -~]+")


class ResponseError(ValueError):
    """A response that does not follow the protocol; the message is Snowflake's."""


class BatchRow(NamedTuple):
    """One row of a batch: JSON arguments, numbers with a fraction as Decimal, integers exact."""

    number: int
    arguments: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of a remote service, described in headers; the same on retries and on polling."""

    query_id: str
    batch_id: str
    #: Name of the function as created, for example `INVOKE_MODEL`.
    function_name: str
    #: For example `(MODEL_NAME VARCHAR, USER_ID VARCHAR, ITEM_ID VARCHAR)`.
    signature: str
    #: For example `FLOAT`.
    return_type: str
    #: CONTEXT_HEADERS: context function (`CURRENT_DATABASE`) to its value.
    context: Mapping[str, str] = field(default_factory=dict)
    #: HEADERS: name, without underscore, to constant.
    custom: Mapping[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """Every `sf-` header of the call, base64 twins included."""
        headers = {
            f"{_PREFIX}format": "json",
            f"{_PREFIX}format-version": "1.0",
            f"{_PREFIX}current-query-id": self.query_id,
            f"{_PREFIX}query-batch-id": self.batch_id,
        }
        twinned = {
            f"{_PREFIX}name": self.function_name,
            f"{_PREFIX}signature": self.signature,
            f"{_PREFIX}return-type": self.return_type,
        }
        for function, value in self.context.items():
            twinned[_CONTEXT_PREFIX + function.lower().replace("_", "-")] = value
        for name, value in twinned.items():
            headers[name] = _blanked(value)
            headers[name + _BASE64_SUFFIX] = base64.b64encode(value.encode()).decode()
        headers.update(
            {_CUSTOM_PREFIX + name: _blanked(value) for name, value in self.custom.items()}
        )
        return headers


def encode_request(rows: Iterable[BatchRow]) -> bytes:
    """Encode a request's body, not compressed. Decimals keep every digit; NULL is None."""
    return encode_json({"data": [[row.number, *row.arguments] for row in rows]}).encode()


def decode_response(body: bytes | str, rows: Sequence[BatchRow]) -> list[Any]:
    """Values of a finished response, checked against the rows that were sent.

    Raises:
        ResponseError: Snowflake's own text for the fault: not JSON, no `data`, wrong count, wrong
            order, more than one value in a row.
    """
    answers = _data_of(body)
    if len(answers) != len(rows):
        raise ResponseError(
            "Function received the wrong number of rows: "
            f"expected {len(rows)}, received {len(answers)}."
        )
    return [_value(row, answer) for row, answer in zip(rows, answers, strict=True)]


def is_retried(status: int) -> bool:
    """True if Snowflake sends the batch again, under the same batch id, after this status."""
    return status == 429 or status >= 500


def compress(body: bytes) -> bytes:
    """Compress a body as COMPRESSION = AUTO does for AWS: gzip."""
    return gzip.compress(body, compresslevel=1, mtime=0)


def encode_json(document: Any) -> str:
    """Compact JSON of a document in which Decimals are numbers with all their digits."""
    try:
        return json.dumps(document, separators=(",", ":"), allow_nan=False)
    except TypeError:
        # The standard encoder knows no Decimal and cannot be taught to write one as a number.
        return _encode_with_decimals(document)


def _encode_with_decimals(value: Any) -> str:
    match value:
        case Decimal():
            return str(value)
        case dict():
            members = (f"{json.dumps(str(k))}:{_encode_with_decimals(v)}" for k, v in value.items())
            return "{" + ",".join(members) + "}"
        case list() | tuple():
            return "[" + ",".join(map(_encode_with_decimals, value)) + "]"
        case _:
            return json.dumps(value, allow_nan=False)


def _data_of(body: bytes | str) -> list[Any]:
    subject = "Error parsing JSON: Invalid response; the body"
    try:
        document = json.loads(body, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ResponseError(f"{subject} is nested too deeply.") from error
    except ValueError as error:
        raise ResponseError(f"{subject} is not JSON: {error}.") from error
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, list):
        raise ResponseError('The top-level JSON object must contain a "data" JSON array element.')
    return data


def _value(row: BatchRow, answer: Any) -> Any:
    if not isinstance(answer, list) or len(answer) != 2:
        raise ResponseError(f"Row {row.number} of the response is not [row_number, value].")
    number, value = answer
    if isinstance(number, bool) or number != row.number:
        raise ResponseError(f"Row numbers out of order: expected {row.number}, received {number}.")
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _blanked(value: str) -> str:
    """The value with one space for each sequence of characters that a header may not hold.

    Source: https://docs.snowflake.com/en/sql-reference/external-functions-general.
    """
    return _ILLEGAL.sub(" ", value)
