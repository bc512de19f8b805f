"""Candidates for the shelves of a viewer, out of the warehouse."""

from dataclasses import replace
from datetime import date

import pytest
from webapp.accounts.viewer import Viewer
from webapp.base import clock
from webapp.recommendations import candidates
from webapp.recommendations.shelves import arranged
from webapp.taste import actions, queries
from webapp.taste.taste import Preferences, Taste

TODAY = date(2026, 11, 24)
ANN = Viewer(
    viewer_id="u3",
    name="Ann",
    email="ann@example.org",
    country="FR",
    birth_date=date(1990, 1, 1),
    language="en",
)


@pytest.fixture
def listed(library, recommender):
    """The candidates for a viewer with a taste."""
    return lambda viewer, taste: candidates.for_viewer(
        library, recommender, viewer, taste, today=TODAY
    )


def test_every_shelf_holds_films_of_its_kind(library, listed):
    taste = Taste(Preferences(frozenset({"War"})))
    shelves = arranged(listed(replace(ANN, country="JP"), taste), library.catalogue(), taste)
    found = {shelf.name: [item.film for item in shelf.recommendations] for shelf in shelves}
    assert {film.title for film in found["genre"]} == {"Das Boot", "Ran", "Night and Fog"}
    assert all("JP" in film.countries for film in found["country"])
    assert found["much_seen"]
    assert found["age"]


def test_the_season_is_that_of_the_viewers_country(library, listed):
    def shown(country):
        found = listed(replace(ANN, country=country), Taste())
        (season,) = [shelf for shelf in found if shelf.shelf == "season"]
        return season.values["season"], set(season.film_ids)

    def first_shown_in(northern, southern):
        return {
            film.film_id
            for film in library.catalogue().films
            if film.released_on
            and film.rating is not None
            and film.released_on.month in (southern if "AU" in film.countries[:1] else northern)
        }

    # November: spring in Australia, autumn in France
    assert shown("AU") == ("spring", first_shown_in({3, 4, 5}, {9, 10, 11}))
    assert shown("FR") == ("autumn", first_shown_in({9, 10, 11}, {3, 4, 5}))


def test_a_rating_changes_the_shelves_at_once(library, listed, warehouse, new_viewer):
    viewer, _ = new_viewer(ratings={})

    def shown():
        taste = queries.taste(warehouse, viewer.viewer_id)
        found = arranged(listed(viewer, taste), library.catalogue(), taste)
        return [item.film.film_id for shelf in found for item in shelf.recommendations]

    rated = shown()[0]
    actions.rate(warehouse, viewer.viewer_id, rated, 5.0, now=clock.now())
    assert rated not in shown()
