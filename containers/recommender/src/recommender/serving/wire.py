"""Wire format of `/invocations`: requests decoded from JSON or CSV, answers encoded back.

JSON carries columns, not rows, of one operation: `{"estimate": {"user_ids": [...], ...}}`. The
operations and their columns are in `OPERATIONS`. CSV carries lines `user,item`; one estimate comes
back for each, in a line.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from recommender.errors import RecommenderError
from recommender.serving.columns import RequestError, counts, groups, id_lists, objects, texts

JSON, CSV = "application/json", "text/csv"

#: Names of the two columns, in lower case without underscores, that a first line may hold.
_USER_NAMES = frozenset({"user", "userid", "users", "utilisateurid"})
_ITEM_NAMES = frozenset({"item", "itemid", "items", "movie", "movieid", "film", "filmid"})


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


@dataclass(frozen=True)
class EstimateFor:
    """Asks for estimates of a user with these ratings, from item ids to values."""

    ratings: list[dict[str, Any]]
    item_ids: list[str]


@dataclass(frozen=True)
class RecommendFor:
    """Asks for the best items of a user with these ratings, so many, within filters."""

    ratings: list[dict[str, Any]]
    counts: list[int]
    filters: list[dict[str, Any]]


@dataclass(frozen=True)
class RankItems:
    """Asks for the order of these items for a user with these ratings."""

    ratings: list[dict[str, Any]]
    item_ids: list[list[str]]


@dataclass(frozen=True)
class RecommendGroup:
    """Asks for the best items of several users at once, so many, within filters and by a rule."""

    members: list[list[dict[str, Any]]]
    counts: list[int]
    filters: list[dict[str, Any]]


@dataclass(frozen=True)
class SimilarItems:
    """Asks for the items that are most like each item, so many."""

    item_ids: list[str]
    counts: list[int]


@dataclass(frozen=True)
class FindItems:
    """Asks for the items that each text is about, so many."""

    texts: list[str]
    counts: list[int]


Request = (
    Estimate
    | Recommend
    | EstimateFor
    | RecommendFor
    | RankItems
    | RecommendGroup
    | SimilarItems
    | FindItems
)
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
        document = orjson.loads(body.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise RequestError(f"The body is not JSON: {error}.") from error
    if (
        not isinstance(document, dict)
        or len(document) != 1
        or not document.keys() <= OPERATIONS.keys()
    ):
        raise RequestError(f"The body must be {_SHAPES}.")
    ((operation, given),) = document.items()
    request, readers = OPERATIONS[operation]
    if not isinstance(given, dict) or given.keys() != readers.keys():
        raise RequestError(f"The body must be {_SHAPES}.")
    columns = [reader(name, given[name]) for name, reader in readers.items()]
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        different = " and ".join(str(len(column)) for column in columns)
        raise RequestError(f"The columns must have one length, not {different}.")
    return request(*columns)


def decode_csv(body: bytes) -> Estimate:
    """Read lines `user,item`, quoted as in RFC 4180.

    What spreadsheets and libraries add is no part of an id: a byte-order mark, a first line with
    the names of the columns, lines without a field, blanks around fields that are not quoted.

    Raises:
        RequestError: The body is malformed.
    """
    try:
        # "-sig": without the mark
        rows = list(_csv_rows(body.decode("utf-8-sig")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise RequestError(f"The body is not CSV in UTF-8: {error}.") from error
    if rows and _names_columns(*rows[0]):
        del rows[0]
    return Estimate([user for user, _ in rows], [item for _, item in rows])


def _csv_rows(text: str) -> Iterator[tuple[str, str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    # whether a field was quoted is lost in reading: where any is, blanks behind fields are kept
    is_bare = '"' not in text
    for row in reader:
        fields = [field.strip() for field in row] if is_bare else row
        if not fields or (is_bare and fields == [""]):
            continue
        if len(fields) != 2:
            raise RequestError(
                f"Line {reader.line_num} has {len(row)} fields: each line must be user,item."
            )
        yield fields[0], fields[1]


def _names_columns(first: str, second: str) -> bool:
    return _plain(first) in _USER_NAMES and _plain(second) in _ITEM_NAMES


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "").replace(" ", "")


def encode_json(answer: Answer) -> bytes:
    """An answer of columns."""
    return orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)


def encode_csv(answer: Answer) -> bytes:
    """One estimate per line."""
    estimates = orjson.dumps(np.asarray(answer["estimates"]), option=orjson.OPT_SERIALIZE_NUMPY)
    return estimates[1:-1].replace(b",", b"\n") + b"\n" if len(estimates) > 2 else b""


def encode_error(sentence: str) -> bytes:
    """Body of a refusal, whatever the request's format."""
    return orjson.dumps({"error": sentence})


_FORMATS = {
    JSON: Format(JSON, decode_json, encode_json),
    CSV: Format(CSV, decode_csv, encode_csv),
}


#: Each operation: its request, and its columns with their readers.
OPERATIONS: dict[str, tuple[Callable[..., Request], dict[str, Callable[[str, Any], list[Any]]]]] = {
    "estimate": (Estimate, {"user_ids": texts, "item_ids": texts}),
    "recommend": (Recommend, {"user_ids": texts, "counts": counts}),
    "estimate_for": (EstimateFor, {"ratings": objects, "item_ids": texts}),
    "recommend_for": (
        RecommendFor,
        {"ratings": objects, "counts": counts, "filters": objects},
    ),
    "rank_items": (RankItems, {"ratings": objects, "item_ids": id_lists}),
    "recommend_group": (
        RecommendGroup,
        {"members": groups, "counts": counts, "filters": objects},
    ),
    "similar_items": (SimilarItems, {"item_ids": texts, "counts": counts}),
    "find_items": (FindItems, {"texts": texts, "counts": counts}),
}

_SHAPES = " or ".join(
    f'{{"{operation}": {{{", ".join(f"{chr(34)}{name}{chr(34)}: [...]" for name in columns)}}}}}'
    for operation, (_, columns) in OPERATIONS.items()
)
