"""Ratings and dismissals of a film from before it was found under two ids."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
import snowflake.connector
from webapp.base import clock
from webapp.films import queries as films
from webapp.taste import actions, queries

from local import connection

#: Another id of film 1.
TWIN = "901"


@pytest.fixture
def twin(stack) -> Iterator[str]:
    arguments = connection.administrator_arguments(stack.stack)
    with closing(snowflake.connector.connect(**arguments)) as session:
        session.cursor().execute(f"insert into raw.movielens_twins values ({TWIN}, 1)")
        yield TWIN
        session.cursor().execute(f"delete from raw.movielens_twins where film_id = {TWIN}")


@pytest.fixture
def viewer_id(new_viewer, warehouse) -> str:
    """Somebody who rated and dismissed film 1 under its other id, later than under its own."""
    viewer, _ = new_viewer(ratings={"1": 5.0, "3": 4.0})
    later = clock.now() + timedelta(minutes=1)
    actions.rate_films(warehouse, viewer.viewer_id, {TWIN: 2.0}, later)
    queries.dismiss_film(warehouse, viewer.viewer_id, TWIN, later)
    return viewer.viewer_id


@pytest.mark.usefixtures("twin")
def test_both_ids_are_one_film_to_the_taste(warehouse, viewer_id):
    taste = queries.taste(warehouse, viewer_id)
    assert taste.ratings == {"1": 2.0, "3": 4.0}
    assert taste.dismissed == {"1"}
    assert queries.dismissed_by(warehouse, viewer_id) == ["1"]
    newest = queries.ratings_of(warehouse, viewer_id)[0]
    assert (newest.film_id, newest.title, newest.stars) == ("1", "Star Wars", 2.0)


@pytest.mark.usefixtures("twin")
def test_a_rating_is_replaced_and_removed_under_both_ids(warehouse, viewer_id):
    actions.rate(warehouse, viewer_id, "1", 3.0, now=clock.now())
    assert queries.taste(warehouse, viewer_id).ratings == {"1": 3.0, "3": 4.0}
    actions.rate_films(warehouse, viewer_id, {TWIN: 2.0}, clock.now())
    actions.rate(warehouse, viewer_id, "1", None, now=clock.now())
    assert queries.taste(warehouse, viewer_id).ratings == {"3": 4.0}
    queries.restore_film(warehouse, viewer_id, "1")
    assert queries.dismissed_by(warehouse, viewer_id) == []


def test_the_catalogue_knows_a_film_by_each_of_its_ids(warehouse, twin):
    catalogue = films.catalogue(warehouse)
    assert catalogue.by_id[twin] is catalogue.by_id["1"]
    assert len({film.film_id for film in catalogue.films}) == len(catalogue.films)
