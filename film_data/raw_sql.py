"""The scripts of the raw tables, made from their descriptions by `make film-data`."""

from collections.abc import Iterable, Iterator
from inspect import getdoc
from pathlib import Path

import polars as pl

from film_data import registry
from film_data.pipeline.columns import Column
from film_data.pipeline.raw_table import RawTable
from film_data.source import Source

FOLDER = Path(__file__).parent.parent / "snowflake" / "sql" / "20_raw"

_SCHEMA = "<% database %>.raw"
_SQL_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "varchar",
    pl.Float64: "float",
    pl.Boolean: "boolean",
}


def main() -> None:
    """Write the script of every source."""
    for source in registry.all_sources():
        (FOLDER / f"{source.name}.sql").write_text(script(source))


def script(source: Source) -> str:
    """The statements that make a source's raw tables."""
    origin = f"-- Made by `make film-data` from film_data/sources/{source.name}/tables.py.\n"
    return "\n".join([origin, *map(_statement, registry.tables_of(source))])


def _statement(table: type[RawTable]) -> str:
    grain = (getdoc(table) or "").splitlines()[0].removesuffix(".")
    columns, dtypes = table.columns(), table.dtypes()
    lines = [_line(name, column, dtypes[name]) for name, column in columns.items()]
    lines.append(f"primary key ({', '.join(table.key())})")
    lines.extend(_foreign_keys(columns.items()))
    body = ",\n".join(f"    {line}" for line in lines)
    return (
        f"-- {grain[0].lower()}{grain[1:]}\n"
        f"create table if not exists {_SCHEMA}.{table.table_name()} (\n{body}\n);\n"
    )


def _line(name: str, column: Column, dtype: type[pl.DataType]) -> str:
    parts = [name, _sql_type(column, dtype)]
    if not column.nullable:
        parts.append("not null")
    if column.note:
        note = column.note.replace("'", "''")
        parts.append(f"comment '{note}'")
    return " ".join(parts)


def _sql_type(column: Column, dtype: type[pl.DataType]) -> str:
    if column.digits is not None:
        return f"number({column.digits}, 0)"
    return column.sql_type or _SQL_TYPES[dtype]


def _foreign_keys(columns: Iterable[tuple[str, Column]]) -> Iterator[str]:
    for name, column in columns:
        if column.references is not None:
            yield f"foreign key ({name}) references {_SCHEMA}.{column.references} ({name})"


if __name__ == "__main__":
    main()
