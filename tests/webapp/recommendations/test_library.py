"""What goes on the shelves, out of the warehouse, and estimated ratings."""

import json
from dataclasses import replace
from datetime import date

import pytest
from webapp.accounts.viewer import Viewer
from webapp.base import clock
from webapp.base.cache import Cache
from webapp.films import queries as film_queries
from webapp.recommendations import queries
from webapp.recommendations.library import Library
from webapp.recommendations.shelves import arranged
from webapp.taste import actions
from webapp.taste import queries as taste_queries
from webapp.taste.taste import Preferences, Taste
from webapp.warehouse.errors import StatementRefusedError, WarehouseAwayError

TODAY = date(2026, 11, 24)


@pytest.fixture
def shelves(library, new_viewer):
    """The shelves of a new viewer, by name."""

    def shown(taste=None, **values):
        viewer, _ = new_viewer(**values)
        taste = taste or taste_queries.taste(library._warehouse, viewer.viewer_id)
        found = arranged(library.candidates(viewer, taste, TODAY), library.catalogue(), taste)
        return {shelf.name: [item.film for item in shelf.recommendations] for shelf in found}

    return shown


def failing_with(error):
    def fail(*_, **__):
        raise error

    return fail


def viewer_with(viewer_id):
    return Viewer(
        viewer_id=viewer_id,
        name="Ann",
        email="ann@example.org",
        country="FR",
        birth_date=date(1990, 1, 1),
        language="en",
    )


def test_the_catalogue_knows_what_films_are(library):
    catalogue = library.catalogue()
    amelie = catalogue.by_id["2"]
    assert len(catalogue) == 40
    assert amelie.title == "Amélie"
    assert (amelie.year, amelie.released_on) == (2001, date(2001, 4, 25))
    assert amelie.genres == ("Comedy", "Romance")
    assert amelie.countries == ("FR", "DE")
    assert amelie.directors == ("Jean-Pierre Jeunet",)
    counts = [film.rating_count for film in catalogue.films]
    assert counts == sorted(counts, reverse=True)
    nameless = catalogue.by_id["40"]
    assert (nameless.year, nameless.genres, nameless.directors) == (None, (), ())


def test_every_shelf_holds_what_it_says(shelves):
    found = shelves(Taste(Preferences(frozenset({"War"}))), country="JP")
    assert {film.title for film in found["genre"]} == {"Das Boot", "Ran", "Night and Fog"}
    assert all("JP" in film.countries for film in found["country"])
    assert found["much_seen"]
    assert found["age"]


def test_the_southern_half_of_the_world_has_its_own_season(library):
    def shown(country):
        viewer = replace(viewer_with("u3"), country=country)
        candidates = library.candidates(viewer, Taste(), TODAY)
        (season,) = [shelf for shelf in candidates if shelf.shelf == "season"]
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


def test_films_loved_at_an_age_are_those_of_raters_of_that_age(warehouse):
    # Raters of 15 to 20 are those numbered 0 to 5.
    young = film_queries.loved_at_age(warehouse, 15)
    rated = warehouse.rows(
        "select distinct film_id from ratings where user_id in ('u0','u1','u2','u3','u4','u5')"
    )
    assert set(young) == {row["film_id"] for row in rated}
    assert film_queries.loved_at_age(warehouse, 110) == []


def test_a_rating_changes_the_shelves_at_once(library, warehouse, new_viewer):
    viewer, _ = new_viewer(ratings={})

    def shown():
        taste = taste_queries.taste(warehouse, viewer.viewer_id)
        found = arranged(library.candidates(viewer, taste, TODAY), library.catalogue(), taste)
        return [item.film.film_id for shelf in found for item in shelf.recommendations]

    rated = shown()[0]
    actions.rate(warehouse, viewer.viewer_id, rated, 5.0, now=clock.now())
    assert rated not in shown()


def test_estimates_are_those_of_the_model_in_one_batch(library, warehouse):
    ids = ["1", "2", "39", "no such film"]
    found = library.estimates("u3", {}, ids)
    assert found.error is None
    for film_id in ids:
        rows = warehouse.rows("select invoke_model('small-model', 'u3', ?) as stars", film_id)
        assert found.stars[film_id] == pytest.approx(rows[0]["stars"])
    assert library.estimates("u3", {}, []).stars == {}


def test_estimates_follow_the_ratings_of_the_moment(library, warehouse):
    ratings = {"1": 5.0, "4": 5.0, "2": 0.5}
    found = library.estimates("nobody yet", ratings, ["7", "8"])
    for film_id in ("7", "8"):
        rows = warehouse.rows(
            "select estimate_for('small-model', parse_json(?)::object, ?) as stars",
            json.dumps(ratings | {"2": 2.0}),  # the data's scale begins at two stars
            film_id,
        )
        assert found.stars[film_id] == pytest.approx(rows[0]["stars"])
    loved = library.estimates("nobody yet", {"1": 5.0, "4": 5.0}, ["7"]).stars["7"]
    hated = library.estimates("nobody yet", {"1": 2.0, "4": 2.0}, ["7"]).stars["7"]
    assert loved > hated


def test_the_model_recommends_by_the_ratings_of_the_moment(library, new_viewer):
    viewer, _ = new_viewer()
    never = Preferences(never=frozenset({"Horror"}))
    taste = Taste(never, {"1": 5.0, "4": 5.0}, frozenset({"13"}))
    candidates = next(library.candidates(viewer, taste, TODAY))
    assert candidates.shelf == "for_you"
    assert candidates.film_ids
    assert not {"1", "4", "13", "7", "9", "15", "34"} & set(candidates.film_ids)
    because = candidates.reasons[candidates.film_ids[0]]
    assert because.key.startswith("reason.")


def test_without_a_ranking_model_there_is_the_last_batch(library, warehouse, monkeypatch):
    rows = warehouse.rows("select item_id from recommendations where user_id = 'u3' order by rank")
    monkeypatch.setattr(
        queries, "recommended_for", failing_with(StatementRefusedError("no such function"))
    )
    found = next(library.candidates(viewer_with("u3"), Taste(), TODAY))
    assert found.film_ids == [row["item_id"] for row in rows] != []


def test_without_a_model_the_reason_is_told(warehouse):
    library = Library(warehouse, Cache(WarehouseAwayError), "no-such-model")
    assert library.estimates("u3", {}, ["1"]).error == "estimates.no_model"


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (WarehouseAwayError("away"), "estimates.away"),
        (StatementRefusedError("429"), "estimates.refused"),
    ],
)
def test_a_model_that_does_not_answer_takes_nothing_else_along(library, monkeypatch, error, key):
    monkeypatch.setattr(queries, "estimates", failing_with(error))
    assert library.estimates("u3", {}, ["1"]).error == key
