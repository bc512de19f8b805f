"""The kinds of columns of raw tables: their checks, their digits in SQL, and notes for readers.

Each is a `pandera` field; the annotation beside it in a table has the type that readers make.
"""

from typing import Any

import pandera.polars as pa

LARGEST_ID = 2**32 - 1
#: Ratings are between these two.
LOWEST_RATING, HIGHEST_RATING = 0.5, 5.0
#: First second of 2100.
LATEST = 4_102_444_800

_DAY = r"^\d{4}-\d{2}-\d{2}$"
_IMDB_ID = r"^tt\d{7,8}$"
_COUNTRY_CODE = r"^[A-Z]{2}$"


def identifier(*, nullable: bool = False, references: str | None = None) -> Any:
    """A numeric id.

    Args:
        nullable: Rows may be without it.
        references: The raw table whose rows it identifies.
    """
    return _whole(0, LARGEST_ID, 10, nullable=nullable, references=references)


def whole(
    lowest: int, highest: int, *, digits: int | None = None, nullable: bool = True, note: str = ""
) -> Any:
    """A whole number; in SQL it has the digits of the highest, or as many as are given."""
    digits = len(str(highest)) if digits is None else digits
    return _whole(lowest, highest, digits, nullable=nullable, note=note)


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
    return pa.Field(ge=1, description=note or None, metadata={"digits": digits})


def decimal(lowest: float, highest: float, *, nullable: bool = True, note: str = "") -> Any:
    """A decimal number."""
    return pa.Field(in_range=_range(lowest, highest), nullable=nullable, description=note or None)


def text(*, nullable: bool = False, note: str = "") -> Any:
    """A text, never an empty one."""
    return pa.Field(str_length={"min_value": 1}, nullable=nullable, description=note or None)


def flag() -> Any:
    """A yes or no that may be missing."""
    return pa.Field(nullable=True)


def day() -> Any:
    """A date in ISO's form that may be missing."""
    return pa.Field(str_matches=_DAY, nullable=True, metadata={"sql_type": "date"})


def imdb_id() -> Any:
    """The id of a film at IMDb, which may be missing."""
    return pa.Field(str_matches=_IMDB_ID, nullable=True)


def country_code() -> Any:
    """The code of a country, which may be missing."""
    return pa.Field(
        str_matches=_COUNTRY_CODE,
        nullable=True,
        description="ISO 3166-1 alpha-2; states that are gone have none",
    )


def _whole(
    lowest: int,
    highest: int,
    digits: int,
    *,
    nullable: bool,
    note: str = "",
    references: str | None = None,
) -> Any:
    return pa.Field(
        in_range=_range(lowest, highest),
        nullable=nullable,
        description=note or None,
        metadata={"digits": digits, "references": references},
    )


def _range(lowest: float, highest: float) -> dict[str, float]:
    return {"min_value": lowest, "max_value": highest}
