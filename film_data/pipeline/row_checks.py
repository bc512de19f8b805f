"""The check of cleaned rows against the description of their raw table.

The readers promise rows of this kind; a broken promise is a bug of theirs, and the load stops
before the database is touched.
"""

from collections.abc import Iterator
from pathlib import Path

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaError, SchemaErrors

from film_data.errors import DatasetError
from film_data.pipeline.columns import Column
from film_data.pipeline.raw_table import RawTable

#: Rows of a large file that are checked at a time.
_ROWS_AT_A_TIME = 2_000_000


def check(table: type[RawTable], path: Path) -> None:
    """Check a raw table's Parquet file, some million rows at a time.

    Raises:
        DatasetError: A row is not as the table promises.
    """
    expected = schema(table)
    try:
        for rows in _slices(path):
            expected.validate(rows)
    except (SchemaError, SchemaErrors) as error:
        first = str(error).splitlines()[0]
        raise DatasetError(
            f"The cleaned rows of {table.table_name()} break their schema, nothing was loaded: "
            f"{first}."
        ) from error


def schema(table: type[RawTable]) -> pa.DataFrameSchema:
    """The schema of a raw table: its columns and no others, none missing, and no key twice."""
    dtypes = table.dtypes()
    columns = {
        name: pa.Column(dtypes[name], _checks(column), nullable=column.nullable)
        for name, column in table.columns().items()
    }
    return pa.DataFrameSchema(columns, strict=True, unique=list(table.checked_key()) or None)


def _checks(column: Column) -> list[pa.Check]:
    checks = []
    if column.lowest is not None and column.highest is not None:
        checks.append(pa.Check.in_range(column.lowest, column.highest))
    elif column.lowest is not None:
        checks.append(pa.Check.ge(column.lowest))
    if column.pattern is not None:
        checks.append(pa.Check.str_matches(column.pattern))
    if not column.may_be_empty:
        checks.append(pa.Check.str_length(min_value=1))
    return checks


def _slices(path: Path) -> Iterator[pl.DataFrame]:
    rows = pl.scan_parquet(path)
    count = rows.select(pl.len()).collect().item()
    for offset in range(0, max(count, 1), _ROWS_AT_A_TIME):
        yield rows.slice(offset, _ROWS_AT_A_TIME).collect()
