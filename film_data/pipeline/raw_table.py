"""Descriptions of raw tables: types for the reader, checks for the loader, the script in SQL.

A description does without pandera, whose import takes longer than a small file: `row_checks` makes
a schema of it when a row breaks a promise.
"""

import inspect

import polars as pl

from film_data.pipeline import columns
from film_data.pipeline.columns import Column
from film_data.pipeline.schema import Schema


class RawTable:
    """A table of the schema `raw`: these columns, in this order, and no others.

    The first line of its docstring says what a row is. Its keywords are `name`, without which a
    class only gives its columns to others; `key`, the columns that no two rows share; and
    `is_key_checked`, which is false where the way of cleaning keeps the key unique and a second
    proof would take memory for each row.
    """

    _name = ""
    _key: tuple[str, ...] = ()
    _is_key_checked = True
    _dtypes: Schema = {}  # noqa: RUF012 - replaced in each subclass, never filled

    def __init_subclass__(
        cls, *, name: str = "", key: tuple[str, ...] = (), is_key_checked: bool = True
    ) -> None:
        cls._name, cls._key, cls._is_key_checked = name, key, is_key_checked
        cls._dtypes = cls._dtypes | inspect.get_annotations(cls)

    @classmethod
    def table_name(cls) -> str:
        """The table's name in the schema `raw`."""
        return cls._name

    @classmethod
    def key(cls) -> tuple[str, ...]:
        """The columns that no two rows share."""
        return cls._key

    @classmethod
    def checked_key(cls) -> tuple[str, ...]:
        """The columns that are proven to be unique before a load."""
        return cls._key if cls._is_key_checked else ()

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """The columns by their names."""
        return {name: getattr(cls, name) for name in cls._dtypes}

    @classmethod
    def dtypes(cls) -> Schema:
        """The type of each column in a data frame."""
        return dict(cls._dtypes)

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
