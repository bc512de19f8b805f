"""Options of a list, which come with its filters."""

from collections.abc import Mapping
from typing import Any

from recommender.options import ListOptions, Number, stated_by
from recommender.serving.filters import FilterError

ALLOW_SEEN = "allow_seen"
_DIALS = stated_by(ListOptions)


def read(given: Mapping[str, Any]) -> tuple[ListOptions, bool, dict[str, Any]]:
    """Dials, whether rated items are allowed, and the filters that are left.

    Raises:
        FilterError: An option is malformed or out of range.
    """
    values = {name: _number(name, given[name]) for name in _DIALS if given.get(name) is not None}
    rest = {name: value for name, value in given.items() if name not in {*_DIALS, ALLOW_SEEN}}
    return ListOptions(**values), allows_seen(given), rest


def allows_seen(given: Mapping[str, Any]) -> bool:
    """True if rated items are allowed.

    Raises:
        FilterError: The option is neither true nor false.
    """
    seen = given.get(ALLOW_SEEN)
    # Snowflake's TRUE within an OBJECT is a boolean, and 1 where a client has made it a number
    if seen is not None and (not isinstance(seen, int | float) or seen not in {0, 1}):
        raise FilterError(f"The option {ALLOW_SEEN} must be true or false, not {seen!r:.60}.")
    return bool(seen)


def _number(name: str, value: Any) -> float:
    stated = _DIALS[name]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(stated, Number) or not is_number or not 0 <= value <= 1:
        raise FilterError(f"The option {name} must be a number from 0 to 1, not {value!r:.60}.")
    return float(value)
