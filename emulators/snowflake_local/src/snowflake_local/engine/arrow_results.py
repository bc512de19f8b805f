"""Result tables as the connector reads them: Snowflake's Arrow stream."""

from typing import Any

import pyarrow as pa

from snowflake_local.engine.fakesnow_adapter import to_ipc, to_sf


def stream(table: Any, rowtype: list[Any]) -> bytes:
    """The Arrow stream of a result.

    Args:
        table: A pyarrow Table.
        rowtype: The columns, as Snowflake's API describes them.
    """
    return bytes(to_ipc(_with_null_times(to_sf(table, rowtype), table)))


def with_whole_numbers(table: Any, columns: list[Any]) -> Any:
    """Sums of integers as integers: DuckDB gives its 128-bit integers to Arrow as floats."""
    for position, (name, kind, *_) in enumerate(columns):
        if kind == "HUGEINT":
            whole = table.column(position).cast(pa.decimal128(38, 0))
            table = table.set_column(position, name, whole)
    return table


def _with_null_times(encoded: Any, table: Any) -> Any:
    """NULL timestamps as NULL: fakesnow's structs of seconds and fraction lose it, giving 1970."""
    for position, field in enumerate(encoded.schema):
        if pa.types.is_struct(field.type) and table.column(position).null_count:
            parts = encoded.column(position).combine_chunks()
            nulls = table.column(position).is_null().combine_chunks()
            times = pa.StructArray.from_arrays(
                [parts.field(part.name) for part in field.type], fields=list(field.type), mask=nulls
            )
            encoded = encoded.set_column(position, field, times)
    return encoded
