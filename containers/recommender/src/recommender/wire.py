"""What goes over `/invocations`: requests decoded from JSON or CSV, answers encoded back.

JSON carries columns, not rows: `{"estimate": {"user_ids": [...], "item_ids": [...]}}` or
`{"recommend": {"user_ids": [...], "counts": [...]}}`. CSV carries lines `user,item`.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from recommender.errors import RecommenderError

JSON, CSV = "application/json", "text/csv"

#: Most recommendations that one user can ask for.
COUNT_LIMIT = 1000


class RequestError(RecommenderError):
    """A request's body is malformed; the message says where."""


class ContentTypeError(RecommenderError):
    """A request's content type is not served."""


@dataclass(frozen=True)
class Estimate:
    """Asks for the estimated rating of each pair."""

    user_ids: list[str]
    item_ids: list[str]


@dataclass(frozen=True)
class Recommend:
    """Asks for each user's best unseen items, so many for each."""

    user_ids: list[str]
    counts: list[int]


Request = Estimate | Recommend
Answer = dict[str, Any]


@dataclass(frozen=True)
class Format:
    """A content type with both directions."""

    content_type: str
    decode: Callable[[bytes], Request]
    encode: Callable[[Answer], bytes]


def format_of(content_type: str) -> Format:
    """The format of a Content-Type header; parameters such as charset are ignored.

    Raises:
        ContentTypeError: It is neither JSON nor CSV.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _FORMATS:
        raise ContentTypeError(
            f"The content type {media_type[:80]!r} is not served: send {JSON} or {CSV}."
        )
    return _FORMATS[media_type]


def decode_json(body: bytes) -> Request:
    """Read a request of columns.

    Raises:
        RequestError: The body is malformed.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RequestError(f"The body is not JSON: {error}.") from error
    match document:
        case {"estimate": {"user_ids": list(users), "item_ids": list(items)}} if len(document) == 1:
            request: Request = Estimate(_texts("user_ids", users), _texts("item_ids", items))
        case {"recommend": {"user_ids": list(users), "counts": list(counts)}} if len(document) == 1:
            request = Recommend(_texts("user_ids", users), _counts(counts))
        case _:
            raise RequestError(
                'The body must be {"estimate": {"user_ids": [...], "item_ids": [...]}} or'
                ' {"recommend": {"user_ids": [...], "counts": [...]}}.'
            )
    _check_lengths(request)
    return request


def decode_csv(body: bytes) -> Estimate:
    """Read lines `user,item`, quoted as in RFC 4180.

    Raises:
        RequestError: The body is malformed.
    """
    users, items = [], []
    try:
        reader = csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True)
        for row in reader:
            if len(row) != 2:
                raise RequestError(
                    f"Line {reader.line_num} has {len(row)} fields: each line must be user,item."
                )
            users.append(row[0])
            items.append(row[1])
    except (UnicodeDecodeError, csv.Error) as error:
        raise RequestError(f"The body is not CSV in UTF-8: {error}.") from error
    return Estimate(users, items)


def encode_json(answer: Answer) -> bytes:
    """An answer of columns."""
    return orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)


def encode_csv(answer: Answer) -> bytes:
    """One estimate per line."""
    estimates = np.asarray(answer["estimates"]).tolist()
    return "".join(f"{estimate}\n" for estimate in estimates).encode()


def encode_error(sentence: str) -> bytes:
    """What a refused request gets, whatever its format."""
    return orjson.dumps({"error": sentence})


_FORMATS = {
    JSON: Format(JSON, decode_json, encode_json),
    CSV: Format(CSV, decode_csv, encode_csv),
}


def _texts(name: str, values: list[Any]) -> list[str]:
    if not {str}.issuperset(map(type, values)):
        place = next(place for place, value in enumerate(values) if type(value) is not str)
        raise RequestError(f"Value {place} of {name} must be text: ids are strings.")
    return values


def _counts(values: list[Any]) -> list[int]:
    for place, value in enumerate(values):
        if type(value) is not int or not 1 <= value <= COUNT_LIMIT:
            raise RequestError(
                f"Value {place} of counts must be a whole number from 1 to {COUNT_LIMIT}."
            )
    return values


def _check_lengths(request: Request) -> None:
    other = request.item_ids if isinstance(request, Estimate) else request.counts
    if len(request.user_ids) != len(other):
        raise RequestError(
            f"The columns must have one length, not {len(request.user_ids)} and {len(other)}."
        )
