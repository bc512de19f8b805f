"""Drift of lists: NDCG@10 of one week's on the ratings of the week after it."""

from datetime import timedelta

import ir_measures
import pytest
from ir_measures import nDCG
from mart_database import Database
from shown_films import YESTERDAY, ago, day_of_lists, plant, rated
from snowflake.connector import SnowflakeConnection


def ndcg(lists: dict[str, list[str]], relevant: dict[str, list[str]]) -> float:
    """The mean, as a training's figures have it."""
    graded = {user: dict.fromkeys(films, 1) for user, films in relevant.items() if user in lists}
    run = {
        user: {film: float(-place) for place, film in enumerate(films)}
        for user, films in lists.items()
    }
    return float(ir_measures.calc_aggregate([nDCG @ 10], graded, run)[nDCG @ 10])


def week(
    session: SnowflakeConnection, weeks: int, films: range, hits: int
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """A list of films for thirty users, and what they rate in the week after, some of it listed."""
    users = [f"u{number}" for number in range(30)]
    lists = {user: [str(film) for film in films] for user in users}
    relevant = {
        user: [*lists[user][number % 3 :][:hits], f"{user}-{weeks}"]
        for number, user in enumerate(users)
    }
    plant(session, "shown", day_of_lists(7 * weeks + 10, films, users))
    days = timedelta(days=7 * weeks + 3)
    plant(
        session,
        "ratings",
        [rated(user, film, ago(0) - days) for user, films in relevant.items() for film in films],
    )
    return lists, relevant


def test_lists_that_became_worse_are_found(
    database: Database, planted: SnowflakeConnection
) -> None:
    for weeks in range(1, 5):
        week(planted, weeks, range(100 * weeks, 100 * weeks + 12), hits=4)
    lists, relevant = week(planted, 0, range(12), hits=1)
    found = database.rows(
        "select figure, count_used, baseline_count_used, is_drift from drift "
        f"where subject = 'ndcg_of_shown' and {YESTERDAY}"
    )
    assert found == [(pytest.approx(ndcg(lists, relevant), abs=6e-5), 30, 120, True)]


def test_lists_that_became_better_are_no_drift(
    database: Database, planted: SnowflakeConnection
) -> None:
    for weeks in range(1, 5):
        week(planted, weeks, range(100 * weeks, 100 * weeks + 12), hits=1)
    lists, relevant = week(planted, 0, range(12), hits=5)
    ((figure, value, limit, is_drift),) = database.rows(
        "select figure, value, drift_limit, is_drift from drift "
        f"where subject = 'ndcg_of_shown' and {YESTERDAY}"
    )
    assert figure == pytest.approx(ndcg(lists, relevant), abs=6e-5)
    assert value > limit
    assert is_drift is False


def test_the_table_of_recommendations_is_evaluated_a_week_after_it_was_made(
    database: Database, planted: SnowflakeConnection
) -> None:
    lists = {f"u{user}": [str((user + place) % 50) for place in range(10)] for user in range(25)}
    relevant = {
        user: [films[9], films[0], "x", "y"][user == "u3" :] for user, films in lists.items()
    }
    rows = [
        {
            "user_id": user, "rank": rank, "item_id": film, "score": 1, "estimated_rating": 4,
            "training_job": "a", "generated_at": ago(9),
        }
        for user, films in lists.items()
        for rank, film in enumerate(films, 1)
    ]  # fmt: skip
    plant(planted, "recommendations", rows)
    plant(
        planted,
        "ratings",
        [rated(user, film, ago(4)) for user, films in relevant.items() for film in films],
    )
    found = database.rows(
        "select day - sysdate()::date, count_used, total / count_used from daily_list_figures "
        "where subject = 'ndcg_of_recommendations' order by 1"
    )
    expected = pytest.approx(ndcg(lists, relevant), abs=6e-5)
    assert found == [(-2, 25, expected), (-1, 25, expected), (0, 25, expected)]
