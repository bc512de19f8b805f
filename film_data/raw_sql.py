"""The scripts of the raw tables, made from their descriptions by `make film-data`."""

from collections.abc import Iterable, Iterator
from inspect import getdoc
from pathlib import Path

import pandera.polars as pa
import polars as pl

from film_data import registry
from film_data.pipeline.raw_table import RawTable
from film_data.source import Source

FOLDER = Path(__file__).parent.parent / "snowflake" / "sql" / "20_raw"

_SCHEMA = "<% database %>.raw"
_SQL_TYPES = {pl.String: "varchar", pl.Float64: "float", pl.Boolean: "boolean"}


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
    columns = table.to_schema().columns
    lines = [_column(name, column) for name, column in columns.items()]
    lines.append(f"primary key ({', '.join(table.key())})")
    lines.extend(_foreign_keys(columns.items()))
    body = ",\n".join(f"    {line}" for line in lines)
    return (
        f"-- {grain[0].lower()}{grain[1:]}\n"
        f"create table if not exists {_SCHEMA}.{table.table_name()} (\n{body}\n);\n"
    )


def _column(name: str, column: pa.Column) -> str:
    parts = [name, _sql_type(column)]
    if not column.nullable:
        parts.append("not null")
    if column.description:
        note = column.description.replace("'", "''")
        parts.append(f"comment '{note}'")
    return " ".join(parts)


def _sql_type(column: pa.Column) -> str:
    metadata = column.metadata or {}
    if "digits" in metadata:
        return f"number({metadata['digits']}, 0)"
    return str(metadata.get("sql_type") or _SQL_TYPES[column.dtype.type])


def _foreign_keys(columns: Iterable[tuple[str, pa.Column]]) -> Iterator[str]:
    for name, column in columns:
        if target := (column.metadata or {}).get("references"):
            yield f"foreign key ({name}) references {_SCHEMA}.{target} ({name})"


if __name__ == "__main__":
    main()
