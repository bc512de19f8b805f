"""Drift of ratings: none in quiet weeks, a planted one within a day, distances as in numpy."""

import math
from collections.abc import Iterable
from itertools import chain

import numpy as np
import pytest
from mart_database import Database
from scipy.stats import chi2, norm
from shown_films import FOUND, YESTERDAY, Row, ago, plant, rated
from snowflake.connector import SnowflakeConnection

USERS, FILMS, QUIET_DAYS = 60, 120, 34
VALUES = (1.0, 2.0, 3.0, 4.0, 5.0)
USUAL = (0.05, 0.1, 0.25, 0.35, 0.25)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260301)


def day_of_ratings(
    days: int,
    values: Iterable[float],
    *,
    users: Iterable[str] | None = None,
    films: Iterable[int] | None = None,
) -> list[Row]:
    """Three ratings each of sixty users; nobody rates a film twice in all these days."""
    raters = list(users or (f"u{number}" for number in range(USERS)))
    which = list(films or ((days * 3 + number) % FILMS for number in range(3)))
    rows = zip(((u, f) for u in raters for f in which), values, strict=False)
    return [rated(user, str(film), ago(days), value) for (user, film), value in rows]


def draws(rng: np.random.Generator, count: int = 3 * USERS) -> list[float]:
    return [float(value) for value in rng.choice(VALUES, count, p=USUAL)]


@pytest.fixture
def quiet(planted: SnowflakeConnection, rng: np.random.Generator) -> SnowflakeConnection:
    """Five weeks of the same people who rate alike, up to the day before yesterday."""
    long_ago = [rated("first", str(film), ago(120)) for film in range(FILMS)]
    long_ago += [rated(f"u{number}", "0", ago(119)) for number in range(USERS)]
    days = range(2, 2 + QUIET_DAYS)
    quiet = chain.from_iterable(day_of_ratings(day, draws(rng)) for day in days)
    plant(planted, "ratings", [*long_ago, *quiet])
    return planted


def test_quiet_weeks_have_no_drift(
    database: Database, quiet: SnowflakeConnection, rng: np.random.Generator
) -> None:
    plant(quiet, "ratings", day_of_ratings(1, draws(rng)))
    compared = database.rows(
        "select subject, metric, count(*), count(drift_limit) from drift "
        "group by 1, 2 order by 1, 2"
    )
    assert [row[:2] for row in compared] == [
        ("new_films", "DIFFERENCE_OF_MEANS"),
        ("new_users", "DIFFERENCE_OF_MEANS"),
        ("ratings", "DIFFERENCE_OF_MEANS"),
        ("ratings", "JENSEN_SHANNON"),
        ("ratings", "POPULATION_STABILITY_INDEX"),
    ]
    # a day without an earlier one has nothing to be compared with; three films a day are too few
    assert {row[2] for row in compared} == {QUIET_DAYS}
    assert [row[3] for row in compared] == [0, *[QUIET_DAYS] * 4]
    assert database.rows("select * from drift where is_drift") == []


@pytest.mark.parametrize("changed", ["poisoned", "another scale", "generous"])
def test_a_shift_of_the_ratings_is_found_within_a_day(
    database: Database, quiet: SnowflakeConnection, rng: np.random.Generator, changed: str
) -> None:
    values = np.array(draws(rng))
    values = {
        "poisoned": 6 - values,
        "another scale": 2 * values,
        "generous": np.minimum(5.0, values + 1),
    }[changed]
    plant(quiet, "ratings", day_of_ratings(1, values.tolist()))
    assert database.rows(FOUND) == [
        ("ratings", "DIFFERENCE_OF_MEANS"),
        ("ratings", "JENSEN_SHANNON"),
        ("ratings", "POPULATION_STABILITY_INDEX"),
    ]
    assert database.rows(f"select * from drift where is_drift and not {YESTERDAY}") == []
    # an alarm asks by the session's own day, which is UTC's here
    assert database.rows(
        "select count(*) from drift where is_drift and day = current_date - 1"
    ) == [(3,)]


def test_a_shift_of_this_very_day_is_found_today(
    database: Database, quiet: SnowflakeConnection
) -> None:
    plant(quiet, "ratings", day_of_ratings(0, [1.0] * 3 * USERS))
    assert len(database.rows("select * from drift where is_drift and day = sysdate()::date")) == 3


def test_the_distances_are_those_of_numpy(
    database: Database, quiet: SnowflakeConnection, rng: np.random.Generator
) -> None:
    plant(quiet, "ratings", day_of_ratings(1, [value - 0.5 for value in draws(rng)]))
    stored = database.rows("select rating, datediff(day, rated_at, sysdate()) from ratings")
    now = np.array([rating for rating, days in stored if days == 1])
    before = np.array([rating for rating, days in stored if 2 <= days <= 29])
    edges = [-np.inf, *np.linspace(before.min(), before.max(), 11), np.inf]
    edges[-2] = np.nextafter(before.max(), np.inf)
    counts = np.array([np.histogram(each, edges)[0] for each in (now, before)])
    counts = counts[:, counts.any(axis=0)] + 0.5
    p, q = counts / counts.sum(axis=1, keepdims=True)
    middle = (p + q) / 2
    js = (np.sum(p * np.log2(p / middle)) + np.sum(q * np.log2(q / middle))) / 2
    expected = {
        "POPULATION_STABILITY_INDEX": np.sum((p - q) * np.log(p / q)),
        "JENSEN_SHANNON": js,
        "DIFFERENCE_OF_MEANS": now.mean() - before.mean(),
    }
    found = database.rows(
        "select metric, value, count_used, baseline_count_used from drift "
        f"where subject = 'ratings' and {YESTERDAY}"
    )
    assert {row[0]: row[1] for row in found} == pytest.approx(expected, abs=6e-5)
    assert {row[2:] for row in found} == {(len(now), len(before))}


def test_limits_leave_chance_alone(database: Database, quiet: SnowflakeConnection) -> None:
    """Of few ratings the limits are what one day in a thousand differs by."""
    few = [3.0] * 60
    plant(quiet, "ratings", day_of_ratings(1, few, films=[0]))
    stored = database.rows("select rating, datediff(day, rated_at, sysdate()) from ratings")
    before = np.array([rating for rating, days in stored if 2 <= days <= 29])
    share = 1 / len(few) + 1 / len(before)
    index = chi2.ppf(0.999, 11) * share
    assert index > 0.25
    limits = database.rows(
        f"select metric, drift_limit from drift where subject = 'ratings' and {YESTERDAY}"
    )
    assert dict(limits) == pytest.approx(
        {
            "DIFFERENCE_OF_MEANS": norm.isf(0.0005) * before.std() * math.sqrt(share),
            "JENSEN_SHANNON": index / 8 / math.log(2),
            "POPULATION_STABILITY_INDEX": index,
        },
        rel=1e-3,
    )


def test_too_few_ratings_are_not_compared(database: Database, quiet: SnowflakeConnection) -> None:
    plant(quiet, "ratings", day_of_ratings(1, [1.0] * 49, films=[0]))
    found = database.rows(f"select drift_limit, is_drift from drift where {YESTERDAY}")
    assert {row for row in found if row[0] is None} == {(None, False)}
    assert database.rows(FOUND) == []


def test_ratings_that_are_all_the_same_have_a_distance(
    database: Database, planted: SnowflakeConnection
) -> None:
    for days in (1, 2, 3):
        plant(planted, "ratings", day_of_ratings(days, [3.0] * 3 * USERS))
    assert database.rows(
        f"select metric, value from drift where subject = 'ratings' and {YESTERDAY} order by 1"
    ) == [("DIFFERENCE_OF_MEANS", 0), ("JENSEN_SHANNON", 0), ("POPULATION_STABILITY_INDEX", 0)]


def test_ratings_without_a_time_and_of_the_future_are_left_out(
    database: Database, quiet: SnowflakeConnection
) -> None:
    timeless = [row | {"rated_at": None} for row in day_of_ratings(1, [1.0] * 180)]
    plant(quiet, "ratings", timeless)
    plant(quiet, "ratings", day_of_ratings(-2, [1.0] * 180))
    assert database.rows(FOUND) == []
    assert database.rows("select max(day) - sysdate()::date from drift") == [(-2,)]


# --- new users and films --------------------------------------------------------------------------


def test_a_crowd_of_new_users_is_found_within_a_day(
    database: Database, quiet: SnowflakeConnection, rng: np.random.Generator
) -> None:
    users = [*(f"new{number}" for number in range(15)), *(f"u{number}" for number in range(45))]
    plant(quiet, "ratings", day_of_ratings(1, draws(rng), users=users))
    assert database.rows(FOUND) == [("new_users", "DIFFERENCE_OF_MEANS")]
    assert database.rows(
        f"select figure, baseline_figure, count_used from drift where is_drift and {YESTERDAY}"
    ) == [(0.25, 0, 60)]


def test_a_crowd_of_new_films_is_found_within_a_day(
    database: Database, quiet: SnowflakeConnection, rng: np.random.Generator
) -> None:
    films = [*range(FILMS, FILMS + 5), *range(17)]
    values = draws(rng, 22 * USERS)
    plant(quiet, "ratings", day_of_ratings(1, values, films=films))
    assert database.rows(FOUND) == [("new_films", "DIFFERENCE_OF_MEANS")]


def test_every_subject_has_a_rule(database: Database) -> None:
    rules = {name for (name,) in database.rows("select subject from drift_rules")}
    assert rules == {
        "ratings", "new_users", "new_films", "popularity_of_shown", "unknown_viewers",
        "coverage_of_shown", "gini_of_shown", "ndcg_of_shown", "ndcg_of_recommendations",
    }  # fmt: skip


def test_without_anything_there_is_no_drift(
    database: Database, planted: SnowflakeConnection
) -> None:
    assert database.rows("select * from drift") == []
