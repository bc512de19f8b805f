"""Values of arguments as models are asked with them: ids, counts, ratings, filters."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from functions import error_codes
from functions.errors import RefusedError
from functions.external_function import encode_json
from functions.names import shown
from functions.payload import as_sent

#: Recommendations for one user in one row.
MAX_RECOMMENDATIONS = 1000

LONGEST_ID = 4096
#: Ratings of the moment in one row.
MOST_RATINGS = 10_000
#: Items to rank in one row.
MOST_ITEMS = 10_000
#: Bytes of a text to look for, as JSON without letters beyond ASCII has it.
MOST_TEXT_BYTES = 20_000
#: Members of one group.
MOST_MEMBERS = 50
#: Bytes of the ratings, of the filters and of the items of one row, each quote counted twice: what
#: so many ratings take with ids of 40 characters. Batches have as many rows as are answered
#: whatever the rows hold.
MOST_LISTED_BYTES = 684_000
#: Half a character: JSON can spell it, nothing else can hold it.
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Digits in which Snowflake prints a whole FLOAT; beyond, it uses an exponent.
_LONGEST_WHOLE_FLOAT = 38

Listed = TypeVar("Listed", dict[str, Any], list[str])


def id_text(value: Any) -> str:
    """An id as Snowflake prints it when it casts it to VARCHAR.

    Raises:
        RefusedError: It is no text, number or boolean, or absurdly long.
    """
    match value:
        case str():
            text = value
        case bool():
            text = "true" if value else "false"
        case int():
            text = str(value)
        case Decimal():
            text = _float_text(value)
        case _:
            raise RefusedError(
                error_codes.INVALID_ID, f"{shown(value)} is not an id: give text or a number."
            )
    if len(text) > LONGEST_ID:
        raise RefusedError(error_codes.INVALID_ID, f"An id of {len(text)} characters is too long.")
    if not text.isascii() and _SURROGATE.search(text):
        raise RefusedError(
            error_codes.INVALID_ID, f"{shown(text)} is not an id: it is no Unicode text."
        )
    return text


def _float_text(value: Decimal) -> str:
    if value == 0:
        return "0"
    if value.adjusted() >= _LONGEST_WHOLE_FLOAT or value.adjusted() < -_LONGEST_WHOLE_FLOAT:
        return repr(float(value))
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(value: Any) -> int:
    """A number of recommendations.

    Raises:
        RefusedError: It is no whole number, or out of range.
    """
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    # The range first: int() of a short text like 1e999999999 would fill the memory.
    if not is_number or not 1 <= value <= MAX_RECOMMENDATIONS or value != int(value):
        raise RefusedError(
            error_codes.INVALID_COUNT,
            f"The number of recommendations must be a whole number from 1 to {MAX_RECOMMENDATIONS},"
            f" not {shown(value)}.",
        )
    return int(value)


def ratings(value: Any) -> dict[str, float]:
    """Ratings of the moment: from item ids to numbers; None is none. The model knows the scale.

    Raises:
        RefusedError: It is no object of numbers, or it has too many, or ids that are too long.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping) or len(value) > MOST_RATINGS:
        raise RefusedError(
            error_codes.INVALID_RATINGS,
            f"The ratings must be an object of at most {MOST_RATINGS} ratings by item id, for"
            " example {'242': 4}.",
        )
    for item_id, rating in value.items():
        if not isinstance(rating, int | float | Decimal) or isinstance(rating, bool):
            raise RefusedError(
                error_codes.INVALID_RATINGS, f"The rating of {shown(item_id)} must be a number."
            )
    return _of_size("ratings", {id_text(item_id): _float(value[item_id]) for item_id in value})


def text(value: Any) -> str:
    """Words to look for.

    Raises:
        RefusedError: They are no text, or too many.
    """
    if not isinstance(value, str) or _SURROGATE.search(value):
        raise RefusedError(
            error_codes.INVALID_TEXT,
            f"The words to look for must be a text, such as 'a robot on an empty planet', not"
            f" {shown(value)}.",
        )
    size = as_sent(encode_json(value))
    if size > MOST_TEXT_BYTES:
        raise RefusedError(
            error_codes.INVALID_TEXT,
            f"The text takes {size:,} bytes, and {MOST_TEXT_BYTES:,} are the most: give its"
            " beginning.",
        )
    return value


def members(value: Any) -> list[dict[str, Any]]:
    """Members of a group: each with ratings, and filters of its own; None has neither.

    Raises:
        RefusedError: They are no list of objects, too many, or too large.
    """
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_MEMBERS:
        raise RefusedError(
            error_codes.INVALID_MEMBERS,
            f"The members must be a list of 1 to {MOST_MEMBERS} objects, each of ratings by item"
            " id, or with ratings and filters, for example [{'242': 4}, {'ratings': {'302': 5},"
            " 'filters': {'exclude_genres': ['Horror']}}].",
        )
    found = [_member(number, each) for number, each in enumerate(value)]
    _of_size("members", {"members": found})
    return found


def _member(number: int, value: Any) -> dict[str, Any]:
    try:
        if not isinstance(value, Mapping) or not _is_described(value):
            return {"ratings": ratings(value)}
        return {
            "ratings": ratings(value.get("ratings")),
            "filters": filters(value.get("filters")),
        }
    except RefusedError as error:
        raise RefusedError(error_codes.INVALID_MEMBERS, f"Member {number}: {error}") from error


def _is_described(member: Mapping[str, Any]) -> bool:
    """True of an object with ratings and filters, not of ratings, which are numbers."""
    return (
        bool(member)
        and member.keys() <= {"ratings", "filters"}
        and not any(isinstance(part, int | float | Decimal) for part in member.values())
    )


def items(value: Any) -> list[str]:
    """Ids of items.

    Raises:
        RefusedError: They are no list, too many, too large, or one of them is no id.
    """
    if not isinstance(value, list) or len(value) > MOST_ITEMS:
        raise RefusedError(
            error_codes.INVALID_ITEMS,
            f"The items must be a list of at most {MOST_ITEMS:,} ids, for example ['242', '302'].",
        )
    return _of_size("items", [id_text(item_id) for item_id in value])


def filters(value: Any) -> dict[str, Any]:
    """Filters, which the model reads; None filters nothing.

    Raises:
        RefusedError: It is no object, or too large.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise RefusedError(
            error_codes.INVALID_FILTERS,
            "The filters must be an object, for example {'exclude_genres': ['Horror']}.",
        )
    return _of_size("filters", dict(value))


def force(value: Any) -> bool:
    """True if the options say force; None says nothing.

    Raises:
        RefusedError: They are no object, or have another option.
    """
    given = {} if value is None else value
    found = given.get("force", False) if isinstance(given, Mapping) else None
    if not isinstance(found, bool) or set(given) - {"force"}:
        raise RefusedError(
            error_codes.INVALID_OPTIONS,
            f"The options must be NULL or {{'force': true}}, not {shown(value)}.",
        )
    return found


def share(value: Any) -> float:
    """A share of the users, above 0 and at most 1.

    Raises:
        RefusedError: It is no number, or out of range.
    """
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    # The range first: float() of a huge int would not fit.
    if not is_number or not 0 < value <= 1:
        raise RefusedError(
            error_codes.INVALID_SHARE,
            f"The share must be a number above 0 and at most 1, not {shown(value)}; without a"
            " training job, 0 ends the challenger.",
        )
    return float(value)


def _of_size(what: str, value: Listed) -> Listed:
    size = as_sent(encode_json(value))
    if size > MOST_LISTED_BYTES:
        raise RefusedError(
            error_codes.ROW_TOO_LARGE,
            f"The {what} of the row take {size:,} bytes, and {MOST_LISTED_BYTES:,} are the most:"
            " give fewer, or shorter ids.",
        )
    return value


def _float(value: float | Decimal) -> float:
    # beyond any scale, and float() of a huge int would not fit
    return float(max(min(value, 10**9), -(10**9)))
