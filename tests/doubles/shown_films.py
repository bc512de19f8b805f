"""Rows of exposures, clicks and ratings to plant in the tables of the marts."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from snowflake.connector import SnowflakeConnection

#: Midday, so that no test crosses midnight by the minutes that it adds.
NOON = datetime.now(UTC).replace(tzinfo=None, hour=12, minute=0, second=0, microsecond=0)
#: Of the view `drift`.
YESTERDAY = "day = sysdate()::date - 1"
FOUND = f"select subject, metric from drift where is_drift and {YESTERDAY} order by 1, 2"
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


def day_of_lists(
    days: float, films: Iterable[int], viewers: Iterable[str] | None = None, **facts: Any
) -> list[Row]:
    """The same list for sixty viewers."""
    who = list(viewers or (f"u{number}" for number in range(60)))
    return [
        shown(viewer, str(film), ago(days), rank=rank, **facts)
        for viewer in who
        for rank, film in enumerate(films, 1)
    ]


def plant(session: SnowflakeConnection, table: str, rows: Iterable[Row]) -> None:
    """Add rows that have the same columns to a table, in one statement."""
    given = list(rows)
    columns = list(given[0])
    values = ", ".join(f"each_one.value:{name}::varchar" for name in columns)
    session.cursor().execute(
        f"insert into {table} ({', '.join(columns)}) "
        f"select {values} from table(flatten(input => parse_json(%s))) as each_one",
        (json.dumps([_known(row) for row in given], default=str),),
    )


def forget(session: SnowflakeConnection) -> None:
    """Empty the tables that tests of exposures plant rows in."""
    for table in TABLES:
        session.cursor().execute(f"delete from {table}")


def _known(row: Row) -> Row:
    # JSON's null is a value to Snowflake
    return {name: value for name, value in row.items() if value is not None}
