"""Snowflake's external-function batch protocol, both directions, written once.

The Lambda functions decode requests and encode responses; the local warehouse encodes requests and
decodes responses, as Snowflake does. Pure functions over bytes, text and mappings.

Facts: Snowflake's pages "Input and output data formats of external functions" and "Remote service
implementation". A request is `{"data": [[row_number, argument, ...], ...]}`, a response is
`{"data": [[row_number, value], ...]}` with the same row numbers in the same order.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

FORMAT_HEADER = "sf-external-function-format"
FORMAT_VERSION_HEADER = "sf-external-function-format-version"
QUERY_ID_HEADER = "sf-external-function-current-query-id"
BATCH_ID_HEADER = "sf-external-function-query-batch-id"
NAME_HEADER = "sf-external-function-name"
SIGNATURE_HEADER = "sf-external-function-signature"
RETURN_TYPE_HEADER = "sf-external-function-return-type"
CONTEXT_PREFIX = "sf-context-"
CUSTOM_PREFIX = "sf-custom-"
BASE64_SUFFIX = "-base64"

#: A statement that waits for an external function is aborted after this long.
QUERY_TIME_LIMIT_SECONDS = 600.0

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


# --- the remote service's side ------------------------------------------------------------------


def decode_request(body: bytes | str) -> list[Row]:
    """Rows of a request's body, in their order.

    Args:
        body: JSON text, gzip-compressed or not.

    Raises:
        BatchError: The body is not `{"data": [[row_number, ...], ...]}`.
        BatchTooLargeError: The body expands to more than MAX_BODY_BYTES.
    """
    if isinstance(body, bytes):
        body = decompress(body)
    rows = _data_of(_parse(body, "The request's body", parse_float=Decimal))
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
        name: For example NAME_HEADER, or CONTEXT_PREFIX + "current-database".

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


# --- Snowflake's side ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Call:
    """What Snowflake tells a remote service about a call; the same on retries and on polling."""

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
            FORMAT_HEADER: "json",
            FORMAT_VERSION_HEADER: "1.0",
            QUERY_ID_HEADER: self.query_id,
            BATCH_ID_HEADER: self.batch_id,
        }
        twinned = {
            NAME_HEADER: self.function_name,
            SIGNATURE_HEADER: self.signature,
            RETURN_TYPE_HEADER: self.return_type,
        }
        for function, value in self.context.items():
            twinned[CONTEXT_PREFIX + function.lower().replace("_", "-")] = value
        for name, value in twinned.items():
            headers[name] = _blanked(value)
            headers[name + BASE64_SUFFIX] = base64.b64encode(value.encode()).decode()
        headers.update(
            {CUSTOM_PREFIX + name: _blanked(value) for name, value in self.custom.items()}
        )
        return headers


def encode_request(rows: Iterable[Row]) -> bytes:
    """A request's body, not compressed. Decimals keep every digit; NULL is None."""
    return encode_json({"data": [[row.number, *row.arguments] for row in rows]}).encode()


def decode_response(body: bytes | str, rows: Sequence[Row]) -> list[Any]:
    """Values of a finished response, checked against the rows that were sent.

    Raises:
        BatchError: Snowflake's own text for the fault: not JSON, no `data`, wrong count, wrong
            order, more than one value in a row.
    """
    answers = _data_of(_parse(body, "Error parsing JSON: Invalid response; the body"))
    if len(answers) != len(rows):
        raise BatchError(
            "Function received the wrong number of rows: "
            f"expected {len(rows)}, received {len(answers)}."
        )
    values = []
    for row, answer in zip(rows, answers, strict=True):
        if not isinstance(answer, list) or len(answer) != 2:
            raise BatchError(f"Row {row.number} of the response is not [row_number, value].")
        number, value = answer
        if isinstance(number, bool) or number != row.number:
            raise BatchError(f"Row numbers out of order: expected {row.number}, received {number}.")
        values.append(value)
    return values


def is_retried(status: int) -> bool:
    """Whether Snowflake sends the batch again, under the same batch id, after this status."""
    return status == 429 or status >= 500


# --- bodies -------------------------------------------------------------------------------------


def compress(body: bytes) -> bytes:
    """The body as COMPRESSION = AUTO sends it to AWS: gzip."""
    return gzip.compress(body, compresslevel=1, mtime=0)


def decompress(body: bytes) -> bytes:
    """The body without its gzip layer, if it has one; never more than MAX_BODY_BYTES.

    Raises:
        BatchError: The gzip layer is damaged.
        BatchTooLargeError: The body expands to more than MAX_BODY_BYTES.
    """
    if not body.startswith(_GZIP_MAGIC):
        return body
    expander = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        expanded = expander.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise BatchError("The request's body is damaged: it is not valid gzip.") from error
    if len(expanded) > MAX_BODY_BYTES:
        raise BatchTooLargeError("The request's body expands to more than 10 MB: send fewer rows.")
    if not expander.eof:
        raise BatchError("The request's body is damaged: the gzip data end too early.")
    return expanded


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


def _parse(body: bytes | str, subject: str, **options: Any) -> Any:
    try:
        return json.loads(body, parse_constant=_refuse_constant, **options)
    except RecursionError as error:
        raise BatchError(f"{subject} is nested too deeply.") from error
    except ValueError as error:
        raise BatchError(f"{subject} is not JSON: {error}.") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _data_of(document: Any) -> list[Any]:
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, list):
        raise BatchError('The top-level JSON object must contain a "data" JSON array element.')
    return data


def _row(position: int, row: Any) -> Row:
    if not isinstance(row, list) or not row:
        raise BatchError(f'Row {position} of "data" is not an array [row_number, argument, ...].')
    number, *arguments = row
    if not isinstance(number, int) or isinstance(number, bool):
        raise BatchError(f'Row {position} of "data" does not start with a whole row number.')
    return Row(number, tuple(arguments))


def _blanked(value: str) -> str:
    """The value with one space for each character that a header may not hold."""
    return "".join(char if " " <= char <= "~" else " " for char in value)
