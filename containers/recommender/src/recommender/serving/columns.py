"""Columns of a request's rows, each value checked."""

from typing import Any

from recommender.errors import RecommenderError

#: Most recommendations that one user can ask for.
COUNT_LIMIT = 1000
#: Most items that one row can give to be ranked.
ITEM_LIMIT = 10_000
#: Most members of one group.
MEMBER_LIMIT = 50


class RequestError(RecommenderError):
    """A request's body is malformed; the message says where."""


def texts(name: str, values: Any) -> list[str]:
    """A column of ids.

    Raises:
        RequestError: A value is no text.
    """
    for place, value in enumerate(_list(name, values)):
        if type(value) is not str:
            raise RequestError(f"Value {place} of {name} must be text: ids are strings.")
    return list(values)


def counts(name: str, values: Any) -> list[int]:
    """A column of numbers of recommendations.

    Raises:
        RequestError: A value is no whole number from 1 to COUNT_LIMIT.
    """
    for place, value in enumerate(_list(name, values)):
        if type(value) is not int or not 1 <= value <= COUNT_LIMIT:
            raise RequestError(
                f"Value {place} of {name} must be a whole number from 1 to {COUNT_LIMIT}."
            )
    return list(values)


def objects(name: str, values: Any) -> list[dict[str, Any]]:
    """A column of objects.

    Raises:
        RequestError: A value is none.
    """
    for place, value in enumerate(_list(name, values)):
        if not isinstance(value, dict):
            raise RequestError(f"Value {place} of {name} must be an object.")
    return list(values)


def id_lists(name: str, values: Any) -> list[list[str]]:
    """A column of lists of ids.

    Raises:
        RequestError: A value is no list of at most ITEM_LIMIT texts.
    """
    for place, value in enumerate(_list(name, values)):
        sound = isinstance(value, list) and len(value) <= ITEM_LIMIT
        if not sound or not all(type(id_) is str for id_ in value):
            raise RequestError(
                f"Value {place} of {name} must be a list of at most {ITEM_LIMIT:,} ids, as texts."
            )
    return list(values)


def groups(name: str, values: Any) -> list[list[dict[str, Any]]]:
    """A column of lists of members, each an object with `ratings`, and `filters` if it has any.

    Raises:
        RequestError: A value is none, or has more than MEMBER_LIMIT.
    """
    for place, value in enumerate(_list(name, values)):
        sound = isinstance(value, list) and 1 <= len(value) <= MEMBER_LIMIT
        if not sound or not all(map(_is_member, value)):
            raise RequestError(
                f"Value {place} of {name} must be a list of 1 to {MEMBER_LIMIT} members, each with"
                " an object ratings, and filters if it has any."
            )
    return list(values)


def _is_member(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= {"ratings", "filters"}
        and isinstance(value.get("ratings"), dict)
        and isinstance(value.get("filters", {}), dict)
    )


def _list(name: str, values: Any) -> list[Any]:
    if not isinstance(values, list):
        raise RequestError(f"The column {name} must be a list.")
    return values
