"""The check of cleaned rows against the description of their raw table.

The readers promise rows of this kind; a broken promise is a bug of theirs, and the load stops
before the database is touched. One query tells whether all promises hold; pandera, which asks for
each by itself and takes a second to import, says which one is broken.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from film_data.errors import DatasetError
from film_data.pipeline.columns import Column
from film_data.pipeline.raw_table import RawTable

if TYPE_CHECKING:
    import pandera.polars as pa

#: Rows of a large file that are checked at a time.
_ROWS_AT_A_TIME = 2_000_000


def check(table: type[RawTable], path: Path) -> None:
    """Check a raw table's Parquet file, some million rows at a time.

    Raises:
        DatasetError: A row is not as the table promises.
    """
    for rows in _slices(path):
        if not _is_as_promised(table, rows):
            _refuse(table, rows.collect())


def _slices(path: Path) -> Iterator[pl.LazyFrame]:
    rows = pl.scan_parquet(path)
    count = rows.select(pl.len()).collect().item()
    for offset in range(0, max(count, 1), _ROWS_AT_A_TIME):
        yield rows.slice(offset, _ROWS_AT_A_TIME)


def _is_as_promised(table: type[RawTable], rows: pl.LazyFrame) -> bool:
    """True for rows with these columns and no others, none missing, and no key twice."""
    if dict(rows.collect_schema()) != table.dtypes():
        return False
    columns = table.columns()
    held = [pl.col(name).is_not_null() for name, column in columns.items() if not column.nullable]
    for name, column in columns.items():
        held += _promises(name, column).values()
    if key := table.checked_key():
        held.append(pl.struct(key).is_unique())
    return bool(rows.select(pl.all_horizontal(each.all() for each in held)).collect().item())


def _promises(name: str, column: Column) -> dict[str, pl.Expr]:
    """The promises of a column's values in words, and whether a value keeps them."""
    value, promises = pl.col(name), dict[str, pl.Expr]()
    if column.lowest is not None:
        promises[f"at least {column.lowest:g}"] = value >= column.lowest
    if column.highest is not None:
        promises[f"at most {column.highest:g}"] = value <= column.highest
    if column.pattern is not None:
        promises[f"like {column.pattern}"] = value.str.contains(column.pattern)
    if not column.may_be_empty:
        promises["not empty"] = value.str.len_bytes() > 0
    return promises


def _refuse(table: type[RawTable], rows: pl.DataFrame) -> None:
    from pandera.errors import SchemaError, SchemaErrors  # noqa: PLC0415 - see above

    try:
        _schema(table).validate(rows)
    except (SchemaError, SchemaErrors) as error:
        first = str(error).splitlines()[0]
        raise DatasetError(
            f"The cleaned rows of {table.table_name()} break their schema, nothing was loaded: "
            f"{first}."
        ) from error


def _schema(table: type[RawTable]) -> "pa.DataFrameSchema":
    import pandera.polars as pa  # noqa: PLC0415 - see above

    dtypes = table.dtypes()
    columns = {
        name: pa.Column(
            dtypes[name],
            [
                pa.Check(lambda data, kept=kept: data.lazyframe.select(kept), error=words)
                for words, kept in _promises(name, column).items()
            ],
            nullable=column.nullable,
        )
        for name, column in table.columns().items()
    }
    return pa.DataFrameSchema(columns, strict=True, unique=list(table.checked_key()) or None)
