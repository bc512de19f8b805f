"""Drift of what models have shown: popularity, coverage, Gini, viewers whom they do not know."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import chain

import numpy as np
import pytest
from mart_database import Database
from shown_films import FOUND, YESTERDAY, ago, day_of_lists, plant, rated, shown
from snowflake.connector import SnowflakeConnection


@pytest.fixture
def lists(planted: SnowflakeConnection) -> SnowflakeConnection:
    """Two weeks in which a model that knows all has shown the half that is rated most."""
    known = [
        rated(f"u{user}", str(film), ago(100))
        for user in range(60)
        for film in range(40)
        if user <= film
    ]
    plant(planted, "ratings", known)
    run = {"training_job": "a", "finished_at": ago(90), "input_table": "all_ratings"}
    counts = dict.fromkeys(("users", "items", "ratings", "rmse", "mae"), 1)
    texts = dict.fromkeys(
        ("output_table", "algorithm", "ranking", "metrics", "hyperparameters"), "x"
    )
    plant(planted, "model_run", [run | counts | texts])
    viewers = [f"u{number}" for number in range(40)]
    lists = [
        day_of_lists(days, [20 + (days + number) % 20 for number in range(5)], viewers)
        for days in range(2, 16)
    ]
    plant(planted, "shown", chain.from_iterable(lists))
    return planted


QUIET_LIST = (27, 28, 29, 30, 31)


@pytest.mark.parametrize(
    ("films", "found"),
    [
        (QUIET_LIST, []),
        ((0, 1, 2, 3, 4), ["popularity_of_shown"]),
        ((20,), ["coverage_of_shown", "popularity_of_shown"]),
        (range(20, 40), ["coverage_of_shown"]),
    ],
)
def test_lists_of_other_films_are_found_within_a_day(
    database: Database, lists: SnowflakeConnection, films: Iterable[int], found: list[str]
) -> None:
    viewers = [f"u{number}" for number in range(40)]
    again = day_of_lists(0.9, films, viewers)
    plant(lists, "shown", [*day_of_lists(1, films, viewers), *again])
    assert [row[0] for row in database.rows(FOUND)] == found


def test_figures_of_lists_are_those_of_numpy(
    database: Database, lists: SnowflakeConnection
) -> None:
    times = [30, 12, 5, 5, 1]
    rows = [
        shown(f"u{viewer}", str(38 - film), ago(1) + timedelta(seconds=viewer))
        for film, count in enumerate(times)
        for viewer in range(count)
    ]
    plant(lists, "shown", rows)
    counts = np.array(sorted(times), dtype=float)
    gini = np.abs(counts[:, None] - counts).sum() / (2 * len(counts) ** 2 * counts.mean())
    # film f of 0 to 39 is rated by the f + 1 users up to it
    popularity = sum(count * (38 - film) / 39 for film, count in enumerate(times)) / sum(times)
    found = dict(
        database.rows(f"select subject, figure from drift where {YESTERDAY} and figure is not null")
    )
    assert found == pytest.approx(
        {
            "coverage_of_shown": 5 / 40,
            "gini_of_shown": gini,
            "popularity_of_shown": popularity,
            "unknown_viewers": 0.0,
        },
        abs=6e-5,
    )


def test_lists_that_narrow_to_one_film_are_found_by_their_gini(
    database: Database, lists: SnowflakeConnection
) -> None:
    viewers = [f"u{number}" for number in range(40)]
    plant(lists, "shown", day_of_lists(1, [QUIET_LIST[0]], viewers * 5))
    plant(lists, "shown", day_of_lists(1, QUIET_LIST[1:], viewers[:4]))
    assert ("gini_of_shown", "DIFFERENCE_OF_MEANS") in database.rows(FOUND)


def test_viewers_whom_the_model_does_not_know_are_found_within_a_day(
    database: Database, lists: SnowflakeConnection
) -> None:
    late = [f"late{number}" for number in range(10)]  # have rated after the training
    plant(lists, "ratings", [rated(viewer, "30", ago(80)) for viewer in late])
    viewers = [*late, *(f"u{number}" for number in range(30)), *(f"new{n}" for n in range(10))]
    plant(lists, "shown", day_of_lists(1, QUIET_LIST, viewers))
    # of a training that nobody has noted, nothing can be said
    plant(lists, "shown", day_of_lists(1, QUIET_LIST, ["new99"], training_job="elsewhere"))
    assert database.rows(FOUND) == [("unknown_viewers", "DIFFERENCE_OF_MEANS")]
    assert database.rows(
        f"select figure, count_used from drift where is_drift and {YESTERDAY}"
    ) == [(0.4, 50)]


def test_shelves_that_no_model_chose_are_not_compared(
    database: Database, lists: SnowflakeConnection
) -> None:
    nobody = {"model_name": None, "training_job": None, "shelf": "much_seen"}
    plant(lists, "shown", day_of_lists(1, [0], **nobody))
    assert database.rows(f"select * from drift where {YESTERDAY}") == []


def test_a_week_of_lists_is_needed_for_figures_of_whole_days(
    database: Database, planted: SnowflakeConnection
) -> None:
    plant(planted, "ratings", [rated("u1", str(film), ago(100)) for film in range(40)])
    days = chain.from_iterable(day_of_lists(days, QUIET_LIST) for days in range(2, 8))
    plant(planted, "shown", [*days, *day_of_lists(1, range(40))])
    limits = dict(database.rows(f"select subject, drift_limit from drift where {YESTERDAY}"))
    assert limits["coverage_of_shown"] is None
    plant(planted, "shown", day_of_lists(8, QUIET_LIST))
    limits = dict(database.rows(f"select subject, drift_limit from drift where {YESTERDAY}"))
    assert limits["coverage_of_shown"] == pytest.approx(0.25 * 5 / 40, abs=6e-5)


def test_a_day_that_has_just_begun_is_not_compared_as_a_whole(
    database: Database, lists: SnowflakeConnection
) -> None:
    plant(lists, "shown", day_of_lists(0, [27], [f"u{number}" for number in range(40)]))
    today = database.rows("select subject from drift where day = sysdate()::date order by 1")
    assert today == [("popularity_of_shown",), ("unknown_viewers",)]
