"""Descriptions of raw tables: types for the reader, checks for the loader, the script in SQL.

The readers promise rows of this kind; a broken promise is a bug of theirs, and the load stops
before the database is touched.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaError, SchemaErrors

from film_data.errors import DatasetError
from film_data.pipeline import columns
from film_data.pipeline.schema import Schema

#: Rows of a large file that are checked at a time.
_ROWS_AT_A_TIME = 2_000_000


class RawTable(pa.DataFrameModel):
    """A table of the schema `raw`: these columns, in this order, and no others.

    The first line of its docstring says what a row is. Its keywords are `name`, without which a
    class only gives its columns to others; `key`, the columns that no two rows share; and
    `is_key_checked`, which is false where the way of cleaning keeps the key unique and a second
    proof would take memory for each row.
    """

    _key: tuple[str, ...] = ()

    def __init_subclass__(
        cls,
        *,
        name: str | None = None,
        key: tuple[str, ...] = (),
        is_key_checked: bool = True,
        **kwargs: Any,
    ) -> None:
        unique = list(key) if key and is_key_checked else None
        settings = {"name": name, "strict": True, "unique": unique}
        cls.Config = type("Config", (pa.DataFrameModel.Config,), settings)
        cls._key = key
        # pandera's own has no types
        super().__init_subclass__(**kwargs)  # type: ignore[no-untyped-call]

    @classmethod
    def table_name(cls) -> str:
        """The table's name in the schema `raw`."""
        return str(cls.to_schema().name)

    @classmethod
    def key(cls) -> tuple[str, ...]:
        """The columns that no two rows share."""
        return cls._key

    @classmethod
    def dtypes(cls) -> Schema:
        """The type of each column in a data frame."""
        return {name: column.dtype.type for name, column in cls.to_schema().columns.items()}

    @classmethod
    def no_rows(cls) -> pl.DataFrame:
        """A data frame with the columns and no row."""
        return pl.DataFrame(schema=cls.dtypes())


class RatingsTable(RawTable):
    """One row per user and film: the newest rating."""

    user_id: pl.UInt32 = columns.identifier()
    film_id: pl.UInt32 = columns.identifier()
    rating: pl.Float64 = columns.decimal(
        columns.LOWEST_RATING, columns.HIGHEST_RATING, nullable=False, note="0.5 to 5"
    )
    rated_at: pl.Int64 = columns.seconds()


class LinksTable(RawTable):
    """One row per film of MovieLens with its ids elsewhere."""

    film_id: pl.Int64 = columns.identifier()
    imdb_id: pl.String = columns.imdb_id()
    tmdb_id: pl.Int64 = columns.identifier(nullable=True)


def check(table: type[RawTable], path: Path) -> None:
    """Check a raw table's Parquet file, some million rows at a time.

    Raises:
        DatasetError: A row is not as the table promises.
    """
    schema = table.to_schema()
    try:
        for rows in _slices(path):
            schema.validate(rows)
    except (SchemaError, SchemaErrors) as error:
        first = str(error).splitlines()[0]
        raise DatasetError(
            f"The cleaned rows of {table.table_name()} break their schema, nothing was loaded: "
            f"{first}."
        ) from error


def _slices(path: Path) -> Iterator[pl.DataFrame]:
    rows = pl.scan_parquet(path)
    count = rows.select(pl.len()).collect().item()
    for offset in range(0, max(count, 1), _ROWS_AT_A_TIME):
        yield rows.slice(offset, _ROWS_AT_A_TIME).collect()
