"""Views of exposures: given what was shown and done, expect those rates and intervals."""

from datetime import timedelta
from typing import Any

import pytest
from mart_database import Database, movielens, rating
from scipy.stats import binomtest
from shown_films import ago, clicked, plant, rated, shown
from snowflake.connector import SnowflakeConnection

HOUR = timedelta(hours=1)
OUTCOMES = (
    "select film_id, rank, exposures, is_over, is_clicked, is_dismissed, is_rated "
    "from shown_outcomes order by film_id, model_name, training_job, shelf"
)


pytestmark = pytest.mark.usefixtures("planted")


def test_a_film_counts_once_for_a_viewer_shelf_and_model(
    database: Database, session: SnowflakeConnection
) -> None:
    first = ago(20)
    rows = [
        shown("ann", "1", first, rank=3),
        shown("ann", "1", first + HOUR, rank=1),
        shown("ann", "1", ago(1), rank=2),
        shown("ann", "1", first, shelf="genre", rank=5),
        shown("ann", "1", first, training_job="b", rank=4),
        shown("ann", "1", first, model_name=None, training_job=None, rank=2),
        shown("bob", "1", first, rank=5),
    ]
    plant(session, "shown", rows)
    assert database.rows(
        "select viewer_id, shelf, model_name, training_job, rank, exposures, "
        "to_varchar(shown_at) from shown_outcomes "
        "order by viewer_id, shelf, model_name, training_job"
    ) == [
        ("ann", "for_you", "films", "a", 3, 3, f"{first}.000"),
        ("ann", "for_you", "films", "b", 4, 1, f"{first}.000"),
        ("ann", "for_you", None, None, 2, 1, f"{first}.000"),
        ("ann", "genre", "films", "a", 5, 1, f"{first}.000"),
        ("bob", "for_you", "films", "a", 5, 1, f"{first}.000"),
    ]


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        (timedelta(0), True),
        (timedelta(days=7) - timedelta(milliseconds=1), True),
        (timedelta(days=7), False),
        (-timedelta(milliseconds=1), False),
    ],
)
def test_what_comes_of_it_comes_within_seven_days(
    database: Database, session: SnowflakeConnection, after: timedelta, counts: bool
) -> None:
    first = ago(20)
    plant(session, "shown", [shown("ann", "1", first)])
    plant(session, "clicked", [clicked("ann", "1", first + after, action="opened")])
    plant(session, "clicked", [clicked("ann", "1", first + after, action="dismissed")])
    plant(session, "ratings", [rated("ann", "1", first + after)])
    assert database.rows(OUTCOMES) == [("1", 1, 1, True, counts, counts, counts)]


def test_acts_of_others_on_others_and_elsewhere_do_not_count(
    database: Database, session: SnowflakeConnection
) -> None:
    first = ago(20)
    plant(session, "shown", [shown("ann", "1", first)])
    plant(
        session,
        "clicked",
        [
            clicked("bob", "1", first + HOUR),
            clicked("ann", "2", first + HOUR),
            clicked("ann", "1", first + HOUR, shelf="genre"),
        ],
    )
    plant(session, "ratings", [rated("bob", "1", first + HOUR), rated("ann", "2", first + HOUR)])
    assert database.rows(OUTCOMES) == [("1", 1, 1, True, False, False, False)]


def test_a_film_under_two_ids_is_one(database: Database, session: SnowflakeConnection) -> None:
    films = (movielens(1, "Chasing Amy", 1997), movielens(2, "Chasing Amy", 1997))
    database.given("movielens_films", *films)
    database.given("movielens_twins", {"film_id": 2, "kept_film_id": 1})
    database.given("movielens_ratings", rating(9, 1, 4.0))
    database.make()
    first = ago(20)
    plant(session, "shown", [shown("ann", "2", first, rank=2), shown("ann", "1", first, rank=4)])
    plant(session, "clicked", [clicked("ann", "2", first + HOUR)])
    plant(session, "ratings", [rated("ann", "2", first + HOUR)])
    assert database.rows(OUTCOMES) == [("1", 2, 2, True, True, False, True)]


def test_what_was_shown_this_week_is_not_counted_yet(
    database: Database, session: SnowflakeConnection
) -> None:
    plant(session, "shown", [shown("ann", "1", ago(8)), shown("bob", "1", ago(5))])
    assert database.rows("select is_over from shown_outcomes order by viewer_id") == [
        (True,),
        (False,),
    ]
    assert database.rows("select shown from shelf_rates") == [(1,)]
    assert database.rows("select * from model_differences") == []


def lists(
    training_job: str, shown_to: int, clicks: int, ratings: int, **facts: Any
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """As many viewers who are shown one film, of whom some click and some rate."""
    first = ago(20)
    viewers = [f"{training_job}{number}" for number in range(shown_to)]
    return (
        [shown(viewer, "1", first, training_job=training_job, **facts) for viewer in viewers],
        [clicked(viewer, "1", first + HOUR) for viewer in viewers[:clicks]],
        [rated(viewer, "1", first + HOUR) for viewer in viewers[:ratings]],
    )


def given(session: SnowflakeConnection, *trainings: Any) -> None:
    for rows in trainings:
        for table, planted in zip(("shown", "clicked", "ratings"), rows, strict=True):
            if planted:
                plant(session, table, planted)


@pytest.mark.parametrize(("count", "clicks", "ratings"), [(70, 56, 3), (1, 0, 1), (10, 0, 10)])
def test_rates_have_wilsons_interval(
    database: Database, session: SnowflakeConnection, count: int, clicks: int, ratings: int
) -> None:
    given(session, lists("a", count, clicks, ratings, rank=2))
    ((*found,),) = database.rows(
        "select model_name, training_job, shelf, rank, shown, clicked, dismissed, rated, "
        "click_through, click_through_low, click_through_high, "
        "rating_through, rating_through_low, rating_through_high from shelf_rates"
    )
    expected: list[Any] = ["films", "a", "for_you", 2, count, clicks, 0, ratings]
    for followed in (clicks, ratings):
        interval = binomtest(followed, count).proportion_ci(method="wilson")
        expected += [followed / count, interval.low, interval.high]
    assert found[:8] == expected[:8]
    assert found[8:] == pytest.approx(expected[8:], abs=6e-5)


#: Of table II of Newcombe's paper: counts, difference, and the interval by his method 10.
PUBLISHED = [
    ((56, 70), (48, 80), 0.2000, 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.6000, 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.5714, 0.0582, 0.8062),
    ((5, 56), (0, 29), 0.0893, -0.0381, 0.1926),
    ((0, 10), (0, 20), 0.0, -0.1611, 0.2775),
    ((0, 10), (0, 10), 0.0, -0.2775, 0.2775),
    ((10, 10), (0, 20), 1.0, 0.6791, 1.0),
    ((10, 10), (0, 10), 1.0, 0.6075, 1.0),
]


@pytest.mark.parametrize(("one", "other", "difference", "low", "high"), PUBLISHED)
def test_differences_have_newcombes_interval(
    database: Database,
    session: SnowflakeConnection,
    one: tuple[int, int],
    other: tuple[int, int],
    difference: float,
    low: float,
    high: float,
) -> None:
    given(session, lists("a", one[1], one[0], 0), lists("b", other[1], other[0], 0))
    rows = database.rows(
        "select training_job, other_training_job, shown, other_shown, difference, "
        "difference_low, difference_high, is_certain from model_differences "
        "where measure = 'click_through' order by training_job"
    )
    is_certain = low > 0 or high < 0
    assert rows[0][:4] == ("a", "b", one[1], other[1])
    assert rows[0][4:7] == pytest.approx((difference, low, high), abs=6e-5)
    assert rows[0][7] is is_certain
    # the other way round, its mirror image
    assert rows[1][:4] == ("b", "a", other[1], one[1])
    assert rows[1][4:7] == pytest.approx((-difference, -high, -low), abs=6e-5)
    assert rows[1][7] is is_certain


def test_models_are_compared_shelf_by_shelf(
    database: Database, session: SnowflakeConnection
) -> None:
    given(
        session,
        lists("a", 4, 1, 2),
        lists("b", 5, 1, 4),
        lists("c", 3, 0, 1, shelf="genre"),
        lists("d", 3, 0, 1, model_name=None),
        lists("e", 3, 0, 1, shelf="much_seen", model_name=None),
    )
    assert database.rows(
        "select shelf, training_job, other_training_job, rate, other_rate from model_differences "
        "where measure = 'rating_through' order by training_job, other_training_job"
    ) == [
        ("for_you", "a", "b", 0.5, 0.8),
        ("for_you", "a", "d", 0.5, 0.3333),
        ("for_you", "b", "a", 0.8, 0.5),
        ("for_you", "b", "d", 0.8, 0.3333),
        ("for_you", "d", "a", 0.3333, 0.5),
        ("for_you", "d", "b", 0.3333, 0.8),
    ]
