"""Actions on a viewer's taste: ratings replaced or removed, genres never shown again."""

from datetime import timedelta

import pytest
from webapp.base import clock
from webapp.taste import actions, queries
from webapp.taste.taste import Preferences


@pytest.fixture
def viewer_id(new_viewer):
    """Somebody who rated film 1 and likes drama."""
    viewer, _ = new_viewer(ratings={"1": 5.0}, preferences=Preferences(frozenset({"Drama"})))
    return viewer.viewer_id


def fail(*_, **__):
    raise RuntimeError("in the middle")


def test_a_second_rating_of_a_film_replaces_the_first(warehouse, viewer_id):
    now = clock.now() + timedelta(minutes=1)
    actions.rate(warehouse, viewer_id, "1", 2.0, now=now)
    (rated,) = queries.ratings_of(warehouse, viewer_id)
    assert (rated.film_id, rated.stars, rated.rated_at) == ("1", 2.0, now)


def test_a_rating_without_stars_removes_the_rating_of_that_film_alone(warehouse, viewer_id):
    actions.rate(warehouse, viewer_id, "2", 3.0, now=clock.now())
    actions.rate(warehouse, viewer_id, "1", None, now=clock.now())
    assert queries.taste(warehouse, viewer_id).ratings == {"2": 3.0}


def test_a_rating_without_stars_of_an_unrated_film_changes_nothing(warehouse, viewer_id):
    actions.rate(warehouse, viewer_id, "2", None, now=clock.now())
    assert queries.taste(warehouse, viewer_id).ratings == {"1": 5.0}


def test_several_ratings_replace_those_of_the_same_films(warehouse, viewer_id):
    actions.rate_films(warehouse, viewer_id, {"1": 1.0, "3": 4.0}, clock.now())
    assert queries.taste(warehouse, viewer_id).ratings == {"1": 1.0, "3": 4.0}


def test_a_rating_that_fails_half_way_leaves_the_earlier_one(warehouse, viewer_id, monkeypatch):
    monkeypatch.setattr(queries, "add_ratings", fail)
    with pytest.raises(RuntimeError, match="in the middle"):
        actions.rate(warehouse, viewer_id, "1", 2.0, now=clock.now())
    assert queries.taste(warehouse, viewer_id).ratings == {"1": 5.0}


def test_a_genre_that_is_never_shown_is_no_favourite_any_more(warehouse, viewer_id):
    actions.never_show_genre(warehouse, viewer_id, "Horror")
    actions.never_show_genre(warehouse, viewer_id, "Drama")
    kept = queries.preferences_of(warehouse, viewer_id)
    assert kept == Preferences(frozenset(), frozenset({"Horror", "Drama"}))


def test_a_genre_is_unwanted_once_however_often_it_is_chosen(warehouse, viewer_id):
    for _ in range(2):
        actions.never_show_genre(warehouse, viewer_id, "Horror")
    kept = queries.preferences_of(warehouse, viewer_id)
    assert kept == Preferences(frozenset({"Drama"}), frozenset({"Horror"}))


def test_preferences_that_fail_half_way_leave_the_earlier_ones(warehouse, viewer_id, monkeypatch):
    monkeypatch.setattr(queries, "add_preferences", fail)
    with pytest.raises(RuntimeError, match="in the middle"):
        actions.replace_preferences(warehouse, viewer_id, Preferences(frozenset({"War"})))
    assert queries.preferences_of(warehouse, viewer_id) == Preferences(frozenset({"Drama"}))


def test_no_genres_at_all_may_replace_the_earlier_ones(warehouse, viewer_id):
    actions.replace_preferences(warehouse, viewer_id, Preferences())
    assert queries.preferences_of(warehouse, viewer_id) == Preferences()
