"""The API's error catalogue: the functions' own errors, then those that API Gateway answers."""

from collections.abc import Iterator
from dataclasses import dataclass

from functions import error_codes
from functions.error_codes import ErrorCode
from functions.routes import ROUTES

#: Status of an answer that has an error in the row that it concerns.
IN_ROW = 200
#: Status of a batch that fails with the refusal of a row.
FAILED_BATCH = 400


@dataclass(frozen=True)
class Entry:
    """An error of the catalogue."""

    code: str
    #: Statuses of the whole answer; IN_ROW for functions that answer it in the row.
    statuses: tuple[int, ...]
    meaning: str
    remedy: str


GATEWAY_ERRORS = (
    Entry(
        "BAD_REQUEST_BODY",
        (400,),
        "The body is no JSON object with `data`, or damaged gzip.",
        "Correct the body.",
    ),
    Entry(
        "BAD_REQUEST_PARAMETERS",
        (400,),
        "A polling request lacks the batch id.",
        "Send the header.",
    ),
    Entry(
        "MISSING_AUTHENTICATION_TOKEN",
        (403,),
        "The request is not signed, or the path or method does not exist.",
        "Sign the request (AWS Signature Version 4).",
    ),
    Entry(
        "INVALID_SIGNATURE",
        (403,),
        "The signature does not match the request.",
        "Sign exactly what is sent, with the service name `execute-api`.",
    ),
    Entry(
        "EXPIRED_TOKEN",
        (403,),
        "The signature or the session is too old.",
        "Correct the clock; get new credentials.",
    ),
    Entry(
        "ACCESS_DENIED",
        (403,),
        "The caller is not one of the API's callers.",
        "Ask for the caller's ARN to be added to the stack's settings.",
    ),
    Entry(
        "REQUEST_TOO_LARGE",
        (413, 431),
        "The body is larger than 10 MB (6 MB uncompressed with its envelope, each quote counted "
        'twice), or the headers are larger than 10,240 bytes. A 413 is `{"message": "Request Too '
        'Long"}`, without a code.',
        "Send fewer rows.",
    ),
    Entry(
        "UNSUPPORTED_MEDIA_TYPE",
        (415,),
        "The content encoding is not served.",
        "Send `gzip`, `deflate` or none.",
    ),
    Entry(
        "THROTTLED",
        (429,),
        "The API gets more requests than it may.",
        "Send the same request again, later.",
    ),
    Entry(
        "INTEGRATION_FAILURE",
        (502,),
        "The service ended without an answer.",
        "Send the same request again.",
    ),
    Entry(
        "INTEGRATION_TIMEOUT",
        (504,),
        "The service did not answer within 29 seconds.",
        "Send the same request again.",
    ),
)


def catalogue() -> list[Entry]:
    """Every error, in the order of the manual."""
    return [*map(_entry, own_errors()), *GATEWAY_ERRORS]


def own_errors() -> Iterator[ErrorCode]:
    """The shared errors in their order, then those that one function alone states."""
    shared = [value for value in vars(error_codes).values() if isinstance(value, ErrorCode)]
    stated = [error for operation in ROUTES for error in operation.errors]
    yield from dict.fromkeys((*shared, *stated))


def _entry(error: ErrorCode) -> Entry:
    statuses = (error.status,) if error.status else _row_statuses(error)
    return Entry(error.name, statuses, error.meaning, error.remedy)


def _row_statuses(error: ErrorCode) -> tuple[int, ...]:
    """Statuses by what the functions that state the error return."""
    returned = {operation.returns for operation in ROUTES if error in operation.errors}
    statuses = {"VARIANT": IN_ROW, "FLOAT": FAILED_BATCH}
    return tuple(status for kind, status in statuses.items() if kind in returned)


def codes_of(status: int) -> list[Entry]:
    """Errors that are answered with this status."""
    return [entry for entry in catalogue() if status in entry.statuses]


def markdown_table() -> str:
    """The catalogue as `docs/api.md` shows it."""
    lines = ["| code | status | meaning | what to do |", "| --- | --- | --- | --- |"]
    for entry in catalogue():
        statuses = ", ".join(
            "in the row" if status == IN_ROW else str(status) for status in entry.statuses
        )
        lines.append(f"| `{entry.code}` | {statuses} | {entry.meaning} | {entry.remedy} |")
    return "\n".join(lines) + "\n"
