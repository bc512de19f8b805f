"""What the rows of each raw table look like, checked before any of them goes to the warehouse.

The readers make these promises; a broken one is a bug of theirs, and the load stops before the
database is touched.
"""

from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaError, SchemaErrors

from film_data.errors import DatasetError

#: Rows of a large file that are checked at a time.
_ROWS_AT_A_TIME = 2_000_000
_LARGEST_ID = 2**32 - 1
_ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"
_IMDB_ID = r"^tt\d{7,8}$"


def _id(kind: Any = pl.Int64) -> pa.Column:
    return pa.Column(kind, pa.Check.in_range(0, _LARGEST_ID))


def _text(*, nullable: bool = False) -> pa.Column:
    return pa.Column(pl.String, pa.Check.str_length(min_value=1), nullable=nullable)


def _matching(pattern: str) -> pa.Column:
    return pa.Column(pl.String, pa.Check.str_matches(pattern), nullable=True)


def _number(lowest: float, highest: float, kind: Any = pl.Int64) -> pa.Column:
    return pa.Column(kind, pa.Check.in_range(lowest, highest), nullable=True)


def _schema(key: list[str], **columns: pa.Column) -> pa.DataFrameSchema:
    # No column beside these, none missing, and no key twice.
    return pa.DataFrameSchema(columns, strict=True, unique=key or None)


_YEAR = _number(1870, 2100)
_AMOUNT = _number(0, 10**13)
_POSITION = pa.Column(pl.Int64, pa.Check.ge(1))
_RATINGS = _schema(
    [],  # unique by the way they are cleaned; a second proof would take memory for each row
    user_id=_id(pl.UInt32),
    film_id=_id(pl.UInt32),
    rating=pa.Column(pl.Float64, pa.Check.in_range(0.5, 5)),
    rated_at=pa.Column(pl.Int64, pa.Check.in_range(0, 4_102_444_799)),
)
_LINKS = _schema(
    ["film_id"], film_id=_id(), imdb_id=_matching(_IMDB_ID), tmdb_id=_number(0, _LARGEST_ID)
)


def _named(key: str, name: str, key_column: pa.Column, **more: pa.Column) -> pa.DataFrameSchema:
    columns = {key: key_column, name: _text(), "position": _POSITION}
    return _schema([key, name], **columns, **more)


_CODE = _matching(r"^[A-Z]{2}$")

SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "movielens_films": _schema(["film_id"], film_id=_id(), title=_text(), release_year=_YEAR),
    "movielens_film_genres": _named("film_id", "genre", _id()),
    "movielens_links": _LINKS,
    "movielens_tags": _schema(
        ["user_id", "film_id", "tag"],
        user_id=_id(),
        film_id=_id(),
        tag=_text(),
        tagged_at=_number(0, 4_102_444_799),
    ),
    "movielens_viewers": _schema(
        ["user_id"],
        user_id=_id(),
        age=_number(0, 130),
        gender=_text(nullable=True),
        occupation=_text(nullable=True),
        postal_code=_text(nullable=True),
    ),
    "movielens_ratings": _RATINGS,
    "tmdb_films": _schema(
        ["tmdb_id"],
        tmdb_id=_id(),
        imdb_id=_matching(_IMDB_ID),
        title=_text(),
        original_title=_text(nullable=True),
        original_language=_text(nullable=True),
        overview=_text(nullable=True),
        collection=_text(nullable=True),
        status=_text(nullable=True),
        release_date=_matching(_ISO_DATE),
        runtime_minutes=_number(0, 1_000),
        budget_usd=_AMOUNT,
        revenue_usd=_AMOUNT,
        popularity=_number(0, 10**6, pl.Float64),
        vote_average=_number(0, 10, pl.Float64),
        vote_count=_number(0, 10**9),
        is_adult=pa.Column(pl.Boolean, nullable=True),
    ),
    "tmdb_film_genres": _named("tmdb_id", "genre", _id()),
    "tmdb_film_countries": _named("tmdb_id", "country", _id(), country_code=_CODE),
    "tmdb_film_keywords": _named("tmdb_id", "keyword", _id()),
    "tmdb_credits": _schema(
        ["credit_id"],
        tmdb_id=_id(),
        credit_id=_text(),
        person_id=_id(),
        name=_text(),
        gender=_text(nullable=True),
        department=_text(),
        job=_text(),
        part=_text(nullable=True),
        position=_POSITION,
    ),
    "tmdb_links": _LINKS,
    "tmdb_ratings": _RATINGS,
    "blockbuster_films": _schema(
        ["film_key"],
        film_key=_text(),
        list_year=_YEAR,
        rank_in_year=pa.Column(pl.Int64, pa.Check.in_range(0, 9_999)),
        title=_text(),
        studio=_text(nullable=True),
        certificate=_text(nullable=True),
        release_date=_matching(_ISO_DATE),
        runtime_minutes=_number(0, 999_999),
        worldwide_gross_usd=_AMOUNT,
        adjusted_gross_usd=_AMOUNT,
        imdb_rating=_number(0, 10, pl.Float64),
        critics_score=_number(0, 10, pl.Float64),
        audience_score=_number(0, 5, pl.Float64),
    ),
    "blockbuster_film_genres": _named("film_key", "genre", _text()),
    "omdb_films": _schema(
        ["omdb_id"],
        omdb_id=_id(),
        imdb_id=_matching(_IMDB_ID),
        title=_text(),
        release_year=_YEAR,
        release_date=_matching(_ISO_DATE),
        runtime_minutes=_number(0, 999_999),
    ),
    "omdb_film_genres": _named("omdb_id", "genre", _id()),
    "omdb_film_countries": _named("omdb_id", "country", _id(), country_code=_CODE),
    "omdb_credits": _schema(
        ["omdb_id", "job", "name"], omdb_id=_id(), name=_text(), job=_text(), position=_POSITION
    ),
}


def check(table: str, path: Path) -> None:
    """Check a raw table's Parquet file, some million rows at a time.

    Raises:
        DatasetError: A row breaks the table's schema.
    """
    rows = pl.scan_parquet(path)
    count = rows.select(pl.len()).collect().item()
    for offset in range(0, max(count, 1), _ROWS_AT_A_TIME):
        try:
            SCHEMAS[table].validate(rows.slice(offset, _ROWS_AT_A_TIME).collect())
        except (SchemaError, SchemaErrors) as error:
            first = str(error).splitlines()[0]
            raise DatasetError(
                f"The cleaned rows of {table} break their schema, nothing was loaded: {first}."
            ) from error
