"""Reading ratings, or events in their place, from a table in Snowflake."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from snowflake.connector.connection import SnowflakeConnection
from snowflake.connector.constants import FIELD_ID_TO_NAME
from snowflake.connector.errors import ProgrammingError

from recommender.data.ratings import Ratings
from recommender.data.ratings_table import from_columns, from_events
from recommender.errors import RecommenderError
from recommender.progress import Report
from recommender.snowflake_io.table_name import TableName

#: Names under which each column may appear in an input table.
USER_COLUMNS = ("USER_ID", "USERID", "UTILISATEUR_ID")
ITEM_COLUMNS = ("ITEM_ID", "MOVIE_ID", "MOVIEID", "FILM_ID")
RATING_COLUMNS = ("RATING", "NOTE")
#: Of tables without a rating; each row weighs one where none is there.
WEIGHT_COLUMNS = (
    "EVENT_WEIGHT",
    "WEIGHT",
    "QUANTITY",
    "VIEWS",
    "VIEW_COUNT",
    "PLAYS",
    "PLAY_COUNT",
    "CLICKS",
    "PURCHASES",
)
#: May be missing.
TIME_COLUMNS = ("RATED_AT", "TIMESTAMP")
#: Of tables without a rating, beside those.
EVENT_TIME_COLUMNS = (
    "EVENT_TIME",
    "EVENT_TIMESTAMP",
    "EVENT_AT",
    "VIEWED_AT",
    "PLAYED_AT",
    "CLICKED_AT",
    "PURCHASED_AT",
    "ORDERED_AT",
)
#: What is rather a rating under another name than no rating: nobody's table is misread in silence.
_LIKE_RATINGS = ("RATINGS", "RATE", "STARS", "SCORE", "SCORES", "GRADE", "VOTE", "NOTES", "POINTS")

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


@dataclass(frozen=True)
class InputRows:
    """Rows of an input table.

    Attributes:
        table: Ids as text, RATING or the event's weight as floating point, the time as written.
        is_implicit: True for a table without ratings, whose rows are events.
    """

    table: pa.Table
    is_implicit: bool

    def ratings(self, other_ids: Mapping[str, str], *, of_one: bool = False) -> Ratings:
        """The rows as the algorithms see them.

        Args:
            other_ids: The id of an item by each other id of it.
            of_one: True where ratings of one user or of one item are enough.

        Raises:
            RatingsError: They are not fit for it.
        """
        make = from_events if self.is_implicit else from_columns
        return make(*self.table.columns, other_ids=other_ids, of_one=of_one)


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


def read(connection: SnowflakeConnection, table: TableName, report: Report) -> InputRows:
    """All rows of an input table.

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
    value, is_implicit = _value(columns, table)
    time, kind_of_time = _time(columns, EVENT_TIME_COLUMNS if is_implicit else ())
    # the names are spelled by the table, but each equals one of the constants above
    statement = (
        f'select to_varchar("{user}") as user_id, to_varchar("{item}") as item_id,'  # noqa: S608
        f" {value} as rating, {time} as rated_at from identifier(?)"
    )
    schema = _SCHEMA.append(pa.field("RATED_AT", kind_of_time))
    rows = _fetch(connection, statement, table, report, schema=schema)
    for name, column in (("USER_ID", user), ("ITEM_ID", item)):
        if columns[column] in _NUMERIC_TYPES:
            place = rows.column_names.index(name)
            rows = rows.set_column(place, name, number_texts(rows[name]))
    return InputRows(rows, is_implicit)


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
    name = _found(columns, allowed, table)
    if name is None:
        raise SourceError(f"The input table {table} has no column named {' or '.join(allowed)}.")
    return name


def _found(columns: dict[str, str], allowed: tuple[str, ...], table: TableName) -> str | None:
    found = [name for name in columns if name.upper() in allowed]
    if len(found) > 1:
        raise SourceError(
            f"The input table {table} has both {' and '.join(found)}: exactly one counts,"
            " so give it a view with one of them."
        )
    return found[0] if found else None


def _value(columns: dict[str, str], table: TableName) -> tuple[str, bool]:
    """The rating or the event's weight as an expression, and whether it is a weight."""
    rating = _found(columns, RATING_COLUMNS, table)
    if rating is None and (alike := [name for name in columns if name.upper() in _LIKE_RATINGS]):
        raise SourceError(
            f"The input table {table} has no column named {' or '.join(RATING_COLUMNS)}, but"
            f" {alike[0]}: name it RATING in a view, or leave it out if the rows are events."
        )
    name = rating or _found(columns, WEIGHT_COLUMNS, table)
    if name is None:
        return "1::float", True
    if columns[name] not in _NUMERIC_TYPES:
        raise SourceError(
            f"The column {name} of the input table {table} must hold numbers, not"
            f" {columns[name]}: convert it."
        )
    return f'"{name}"::float', rating is None


def _time(columns: dict[str, str], others: tuple[str, ...]) -> tuple[str, pa.DataType]:
    """The time as an expression, and its type; NULL where the table has none."""
    named = [name for name in columns if name.upper() in (*TIME_COLUMNS, *others)]
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
