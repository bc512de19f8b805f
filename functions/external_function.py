"""The remote service's side of Snowflake's external-function batch protocol.

Pure functions over bytes, text and mappings; `tests/contract` holds them and Snowflake's side, as
`snowflake_local` has it, together. The formats are those of Snowflake's pages "Input and output
data formats of external functions" and "Remote service implementation". A request is
`{"data": [[row_number, argument, ...], ...]}`, a response is `{"data": [[row_number, value], ...]}`
with the same row numbers in the same order.
"""

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

QUERY_ID_HEADER = "sf-external-function-current-query-id"
BATCH_ID_HEADER = "sf-external-function-query-batch-id"
CONTEXT_PREFIX = "sf-context-"
BASE64_SUFFIX = "-base64"

#: API Gateway's largest body; also the cap on what a compressed body may expand to.
MAX_BODY_BYTES = 10 * 1024 * 1024

DONE, STILL_RUNNING = 200, 202

_GZIP_MAGIC = b"\x1f\x8b"


class BatchError(ValueError):
    """A body that does not follow the batch protocol; the message names the row and the fault."""


class BatchTooLargeError(BatchError):
    """A body that is larger, or expands to more, than the API takes."""


class Row(NamedTuple):
    """One row of a batch: JSON arguments, numbers with a fraction as Decimal, integers exact."""

    number: int
    arguments: tuple[Any, ...]


def decode_request(body: bytes | str) -> list[Row]:
    """Rows of a request's body, in their order.

    Args:
        body: JSON text, gzip-compressed or not.

    Raises:
        BatchError: The body is not `{"data": [[row_number, ...], ...]}`.
        BatchTooLargeError: The body expands to more than MAX_BODY_BYTES.
    """
    rows = _data_of(decompress(body) if isinstance(body, bytes) else body)
    return [_row(position, row) for position, row in enumerate(rows)]


def encode_response(rows: Iterable[Row], values: Iterable[Any]) -> str:
    """A response's body: one JSON value for each row, under the row's own number.

    Raises:
        ValueError: There are more or fewer values than rows, or a value is not finite.
    """
    answers = [[row.number, value] for row, value in zip(rows, values, strict=True)]
    return encode_json({"data": answers})


def context_value(headers: Mapping[str, str], name: str) -> str | None:
    """The true value of header `name`: its base64 twin, where sent, wins over the blanked text.

    Args:
        headers: A request's headers; names are compared without case.
        name: For example CONTEXT_PREFIX + "current-database".

    Raises:
        BatchError: The base64 twin is not base64 of UTF-8 text.
    """
    lowered = {key.lower(): value for key, value in headers.items()}
    twin = lowered.get(name.lower() + BASE64_SUFFIX)
    if twin is None:
        return lowered.get(name.lower())
    try:
        return base64.b64decode(twin, validate=True).decode()
    except ValueError as error:
        raise BatchError(
            f"The header {name}{BASE64_SUFFIX} is not base64 of UTF-8 text."
        ) from error


def decompress(body: bytes) -> bytes:
    """The body without its gzip layer, if it has one; never more than MAX_BODY_BYTES.

    Raises:
        BatchError: The gzip layer is damaged.
        BatchTooLargeError: The body expands to more than MAX_BODY_BYTES.
    """
    if not body.startswith(_GZIP_MAGIC):
        return body
    expanded, rest = b"", body
    while rest:
        member, rest = _gzip_member(rest, MAX_BODY_BYTES - len(expanded))
        expanded += member
    return expanded


def _gzip_member(body: bytes, most: int) -> tuple[bytes, bytes]:
    """The first of the members that a gzip file may consist of, expanded, and the others.

    Source: RFC 1952, section 2.2; what fills a block behind the last member is zeros.
    """
    expander = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        expanded = expander.decompress(body, most + 1)
    except zlib.error as error:
        raise BatchError("The request's body is damaged: it is not valid gzip.") from error
    if len(expanded) > most:
        raise BatchTooLargeError("The request's body expands to more than 10 MB: send fewer rows.")
    if not expander.eof:
        raise BatchError("The request's body is damaged: the gzip data end too early.")
    return expanded, expander.unused_data.lstrip(b"\0")


def encode_json(document: Any) -> str:
    """Compact JSON of a document in which Decimals are numbers with all their digits.

    Raises:
        ValueError: A number is not finite.
        TypeError: A value has no JSON form.
    """
    try:
        return json.dumps(document, separators=(",", ":"), allow_nan=False)
    except TypeError:
        # The standard encoder knows no Decimal and cannot be taught to write one as a number.
        return _encode_with_decimals(document)


def _encode_with_decimals(value: Any) -> str:
    match value:
        case Decimal():
            if not value.is_finite():
                raise ValueError(f"{value} has no JSON form.")
            return str(value)
        case dict():
            members = (f"{json.dumps(str(k))}:{_encode_with_decimals(v)}" for k, v in value.items())
            return "{" + ",".join(members) + "}"
        case list() | tuple():
            return "[" + ",".join(map(_encode_with_decimals, value)) + "]"
        case _:
            return json.dumps(value, allow_nan=False)


def _data_of(body: bytes | str) -> list[Any]:
    try:
        document = json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise BatchError("The request's body is nested too deeply.") from error
    except ValueError as error:
        raise BatchError(f"The request's body is not JSON: {error}.") from error
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, list):
        raise BatchError('The top-level JSON object must contain a "data" JSON array element.')
    return data


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _row(position: int, row: Any) -> Row:
    if not isinstance(row, list) or not row:
        raise BatchError(f'Row {position} of "data" is not an array [row_number, argument, ...].')
    number, *arguments = row
    if not isinstance(number, int) or isinstance(number, bool):
        raise BatchError(f'Row {position} of "data" does not start with a whole row number.')
    return Row(number, tuple(arguments))
