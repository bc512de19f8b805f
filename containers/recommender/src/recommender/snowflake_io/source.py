"""Reading ratings from a table in Snowflake."""

import pyarrow as pa
import pyarrow.compute as pc
from snowflake.connector.connection import SnowflakeConnection
from snowflake.connector.constants import FIELD_ID_TO_NAME
from snowflake.connector.errors import ProgrammingError

from recommender.errors import RecommenderError
from recommender.progress import Report
from recommender.snowflake_io.table_name import TableName

#: Names under which each column may appear in an input table.
USER_COLUMNS = ("USER_ID", "USERID", "UTILISATEUR_ID")
ITEM_COLUMNS = ("ITEM_ID", "MOVIE_ID", "MOVIEID", "FILM_ID")
RATING_COLUMNS = ("RATING", "NOTE")
#: May be missing.
TIME_COLUMNS = ("RATED_AT", "TIMESTAMP")

_NUMERIC_TYPES = ("FIXED", "REAL", "DECFLOAT")
_DOES_NOT_EXIST = 2003

_TIMESTAMP_TYPES = ("TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ", "DATE")

#: Of a table with several columns of times, one of these counts.
_TIME_TYPES = (*_TIMESTAMP_TYPES, *_NUMERIC_TYPES)

_SCHEMA = pa.schema(
    [
        ("USER_ID", pa.string()),
        ("ITEM_ID", pa.string()),
        ("RATING", pa.float64()),
    ]
)


class SourceError(RecommenderError):
    """The input table is missing or lacks columns that training needs."""


def columns_of(connection: SnowflakeConnection, table: TableName) -> dict[str, str] | None:
    """A table's column names and Snowflake's physical types (FIXED, TEXT, ...); None if missing."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("select * from identifier(?) limit 0", (table.identifier,))
        except ProgrammingError as error:
            if error.errno == _DOES_NOT_EXIST:
                return None
            raise
        return {column.name: FIELD_ID_TO_NAME[column.type_code] for column in cursor.description}


def read(connection: SnowflakeConnection, table: TableName, report: Report) -> pa.Table:
    """All rows of an input table: ids as text, RATING as floating point, RATED_AT as it is written.

    Ids are cast as Snowflake casts the arguments of the SQL functions, but for the zeros behind a
    decimal point, so that 196 is the same user whatever the column's type and scale.

    Raises:
        SourceError: The table is missing or lacks columns that training needs.
    """
    columns = columns_of(connection, table)
    if columns is None:
        raise SourceError(
            f"The input table {table} does not exist, or the job may not read it:"
            " check its name and the grants."
        )
    user = _find(columns, USER_COLUMNS, table)
    item = _find(columns, ITEM_COLUMNS, table)
    rating = _find(columns, RATING_COLUMNS, table)
    if columns[rating] not in _NUMERIC_TYPES:
        raise SourceError(
            f"The column {rating} of the input table {table} must hold numbers, not"
            f" {columns[rating]}: convert it."
        )
    time, kind_of_time = _time(columns)
    # the names are spelled by the table, but each equals one of the constants above
    statement = (
        f'select to_varchar("{user}") as user_id, to_varchar("{item}") as item_id,'  # noqa: S608
        f' "{rating}"::float as rating, {time} as rated_at from identifier(?)'
    )
    schema = _SCHEMA.append(pa.field("RATED_AT", kind_of_time))
    rows = _fetch(connection, statement, table, report, schema=schema)
    for name, column in (("USER_ID", user), ("ITEM_ID", item)):
        if columns[column] in _NUMERIC_TYPES:
            place = rows.column_names.index(name)
            rows = rows.set_column(place, name, number_texts(rows[name]))
    return rows


def count(connection: SnowflakeConnection, table: TableName) -> int:
    """Number of rows of a table; 0 for one that is not there, which `read` tells of."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("select count(*) from identifier(?)", (table.identifier,))
        except ProgrammingError as error:
            if error.errno == _DOES_NOT_EXIST:
                return 0
            raise
        ((rows,),) = cursor.fetchall()
        return int(rows)


def number_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers as text without the zeros behind their decimal points, as `number_text` has them."""
    return pc.replace_substring_regex(column, r"\.0+$|(\.[0-9]*[1-9])0+$", r"\1")


def _find(columns: dict[str, str], allowed: tuple[str, ...], table: TableName) -> str:
    found = [name for name in columns if name.upper() in allowed]
    if not found:
        raise SourceError(f"The input table {table} has no column named {' or '.join(allowed)}.")
    if len(found) > 1:
        raise SourceError(
            f"The input table {table} has both {' and '.join(found)}: exactly one counts,"
            " so give it a view with one of them."
        )
    return found[0]


def _time(columns: dict[str, str]) -> tuple[str, pa.DataType]:
    """The time as an expression, and its type; NULL where the table has none."""
    named = [name for name in columns if name.upper() in TIME_COLUMNS]
    if not named:
        return "null::float", pa.float64()
    name = min(named, key=lambda name: columns[name] not in _TIME_TYPES)
    if columns[name] in _TIMESTAMP_TYPES:
        return f'date_part(epoch_second, "{name}")::float', pa.float64()
    if columns[name] in _NUMERIC_TYPES:
        return f'"{name}"::float', pa.float64()
    # what is no text either is no time, and the training says of how many rows
    text = f'"{name}"' if columns[name] == "TEXT" else f"iff(\"{name}\" is null, null, 'none')"
    return text, pa.string()


def _fetch(
    connection: SnowflakeConnection,
    statement: str,
    table: TableName,
    report: Report,
    *,
    schema: pa.Schema,
) -> pa.Table:
    report(0, "reading ratings")
    with connection.cursor() as cursor:
        cursor.execute(statement, (table.identifier,))
        total = cursor.rowcount or 0
        batches, rows = [schema.empty_table()], 0
        for batch in cursor.fetch_arrow_batches():
            batches.append(batch.rename_columns(schema.names).cast(schema))
            rows += batch.num_rows
            report(min(1, rows / max(1, total)), "reading ratings")
    return pa.concat_tables(batches)
