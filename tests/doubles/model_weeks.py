"""Five weeks of a service: ratings and lists of two models, with drift on the newest day."""

from shown_films import Row, ago, clicked, plant, rated, shown
from snowflake.connector import SnowflakeConnection

#: Of the web app's small catalogue.
FILMS, VIEWERS, WEEKS = 40, 30, 5
_DAYS = range(1, 7 * WEEKS)


def plant_weeks(session: SnowflakeConnection) -> None:
    """Add them to the tables that are there."""
    plant(session, "ratings", [row for days in _DAYS for row in _ratings(days)])
    lists = [row for days in _DAYS for row in _lists(days)]
    plant(session, "shown", lists)
    plant(session, "clicked", _clicks(lists))


def remove_weeks(session: SnowflakeConnection) -> None:
    """Leave the tables as they were."""
    session.cursor().execute("delete from ratings where user_id like 'week-%'")
    session.cursor().execute("delete from shown where viewer_id like 'week-%'")
    session.cursor().execute("delete from clicked where viewer_id like 'week-%'")


def _ratings(days: int) -> list[Row]:
    """Two a day of each, of films that nobody else rates; yesterday everybody is displeased."""
    return [
        rated(
            f"week-{viewer}",
            f"{days}-{viewer}-{number}",
            ago(days),
            1.0 if days == 1 else 3.0 + (viewer + number + days) % 5 / 2,
        )
        for viewer in range(VIEWERS)
        for number in range(2)
    ]


def _lists(days: int) -> list[Row]:
    """Five films for each, by the one model or the other; yesterday the same five for all."""
    return [
        shown(
            f"week-{viewer}",
            str(1 + (rank if days == 1 else days * 7 + viewer * 3 + rank) % FILMS),
            ago(days),
            rank=rank,
            training_job=f"snowreel-{'f' if viewer % 2 else 'a'}00000",
        )
        for viewer in range(VIEWERS)
        for rank in range(1, 6)
    ]


def _clicks(lists: list[Row]) -> list[Row]:
    """The one model's films are clicked twice as often."""
    return [
        clicked(row["viewer_id"], row["film_id"], row["shown_at"])
        for number, row in enumerate(lists)
        if number % (4 if row["training_job"].endswith("f00000") else 9) == 0
    ]
