"""The kinds of columns of raw tables: their checks, their digits in SQL, and notes for readers.

The annotation beside a column in a table is the type that readers make. The functions return
`Any` because a class attribute is annotated with that type and holds the description.
"""

import re
from dataclasses import dataclass
from typing import Any

LARGEST_ID = 2**32 - 1
#: Ratings are between these two.
LOWEST_RATING, HIGHEST_RATING = 0.5, 5.0
#: First second of 2100.
LATEST = 4_102_444_800

_DAY = r"^\d{4}-\d{2}-\d{2}$"
_IMDB_ID = r"^tt\d{7,8}$"
_COUNTRY_CODE = r"^[A-Z]{2}$"


@dataclass(frozen=True)
class Column:
    """The description of a column."""

    nullable: bool = False
    lowest: float | None = None
    highest: float | None = None
    pattern: str | None = None
    may_be_empty: bool = True
    #: Digits of a whole number in SQL.
    digits: int | None = None
    #: Type in SQL, where it does not follow from the type in a data frame.
    sql_type: str | None = None
    note: str = ""
    #: The raw table whose rows it identifies.
    references: str | None = None

    def holds(self, value: object) -> bool:
        """True for a value that the column can hold."""
        if value is None:
            return self.nullable
        if isinstance(value, str):
            matches = self.pattern is None or re.search(self.pattern, value) is not None
            return matches and (self.may_be_empty or bool(value))
        if not isinstance(value, int | float):
            return False
        above = self.lowest is None or value >= self.lowest
        return above and (self.highest is None or value <= self.highest)


def identifier(*, nullable: bool = False, references: str | None = None) -> Any:
    """A numeric id, perhaps of a row of another raw table."""
    return Column(nullable, 0, LARGEST_ID, digits=10, references=references)


def whole(
    lowest: int, highest: int, *, digits: int | None = None, nullable: bool = True, note: str = ""
) -> Any:
    """A whole number; in SQL it has the digits of the highest, or as many as are given."""
    return Column(nullable, lowest, highest, digits=digits or len(str(highest)), note=note)


def year(*, nullable: bool = True) -> Any:
    """The year of a film or of a list of films."""
    return whole(1870, 2100, nullable=nullable)


def amount(note: str = "") -> Any:
    """An amount in whole dollars."""
    return whole(0, 10**13, note=note)


def seconds(*, nullable: bool = False) -> Any:
    """A time in seconds."""
    return whole(0, LATEST - 1, digits=12, nullable=nullable, note="Seconds since 1970, UTC")


def position(*, digits: int = 4, note: str = "") -> Any:
    """The position in a list, from 1."""
    return Column(lowest=1, digits=digits, note=note)


def decimal(lowest: float, highest: float, *, nullable: bool = True, note: str = "") -> Any:
    """A decimal number."""
    return Column(nullable, lowest, highest, note=note)


def text(*, nullable: bool = False, note: str = "") -> Any:
    """A text, never an empty one."""
    return Column(nullable, may_be_empty=False, note=note)


def flag() -> Any:
    """A yes or no that may be missing."""
    return Column(nullable=True)


def day() -> Any:
    """A date in ISO's form that may be missing."""
    return Column(nullable=True, pattern=_DAY, sql_type="date")


def imdb_id() -> Any:
    """The id of a film at IMDb, which may be missing."""
    return Column(nullable=True, pattern=_IMDB_ID)


def country_code() -> Any:
    """The code of a country, which may be missing."""
    note = "ISO 3166-1 alpha-2; states that are gone have none"
    return Column(nullable=True, pattern=_COUNTRY_CODE, note=note)
