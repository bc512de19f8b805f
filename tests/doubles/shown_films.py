"""Rows of exposures, clicks and ratings to plant in the tables of the marts."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from snowflake.connector import SnowflakeConnection

#: Midday, so that no test crosses midnight by the minutes that it adds.
NOON = datetime.now(UTC).replace(tzinfo=None, hour=12, minute=0, second=0, microsecond=0)
TABLES = ("shown", "clicked", "ratings", "recommendations", "model_run")

Row = dict[str, Any]


def ago(days: float) -> datetime:
    """Midday of so many days ago, or so much later."""
    return NOON - timedelta(days=days)


def shown(viewer_id: str, film_id: str, shown_at: datetime, **facts: Any) -> Row:
    row = {"viewer_id": viewer_id, "film_id": film_id, "rank": 1, "shelf": "for_you"}
    return row | {"model_name": "films", "training_job": "a", "shown_at": shown_at} | facts


def clicked(viewer_id: str, film_id: str, clicked_at: datetime, **facts: Any) -> Row:
    row = {"viewer_id": viewer_id, "film_id": film_id, "shelf": "for_you", "action": "rated"}
    return row | {"clicked_at": clicked_at} | facts


def rated(user_id: str, film_id: str, rated_at: datetime, rating: float = 4.0) -> Row:
    return {"user_id": user_id, "film_id": film_id, "rating": rating, "rated_at": rated_at}


def plant(session: SnowflakeConnection, table: str, rows: Iterable[Row]) -> None:
    """Add the rows to a table, in one statement for each thousand."""
    given = list(rows)
    for first in range(0, len(given), 1000):
        _insert(session, table, given[first : first + 1000])


def forget(session: SnowflakeConnection) -> None:
    """Empty the tables that tests of exposures plant rows in."""
    for table in TABLES:
        session.cursor().execute(f"delete from {table}")


def _insert(session: SnowflakeConnection, table: str, rows: list[Row]) -> None:
    columns = list(rows[0])
    values = ", ".join(f"({', '.join(_literal(row[name]) for name in columns)})" for row in rows)
    session.cursor().execute(f"insert into {table} ({', '.join(columns)}) values {values}")


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, datetime):
        return f"'{value.isoformat(sep=' ')}'"
    return repr(value) if isinstance(value, int | float) else "'" + str(value) + "'"
