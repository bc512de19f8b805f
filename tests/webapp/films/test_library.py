"""Library of films: the catalogue and lists from the warehouse."""

import gc
from datetime import date

from webapp.films import queries


def test_the_catalogue_holds_every_film_best_known_first(library):
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


def test_loading_the_catalogue_freezes_it(library):
    catalogue = library.catalogue()
    assert not any(found is catalogue.by_id for found in gc.get_objects())
    assert gc.get_freeze_count() > 1000
    gc.unfreeze()


def test_a_list_of_films_is_loaded_once_for_each_of_its_values(library, warehouse, monkeypatch):
    drama = library.ids(queries.best_of_genre, "Drama")
    assert drama
    assert library.ids(queries.best_of_genre, "War") != drama
    monkeypatch.setattr(warehouse, "rows", None)  # nothing can be loaded any more
    assert library.ids(queries.best_of_genre, "Drama") == drama


def test_films_loved_at_an_age_are_those_of_raters_of_that_age(warehouse):
    # Raters of 15 to 20 are those numbered 0 to 5.
    young = queries.loved_at_age(warehouse, 15)
    rated = warehouse.rows(
        "select distinct film_id from ratings where user_id in ('u0','u1','u2','u3','u4','u5')"
    )
    assert set(young) == {row["film_id"] for row in rated}
    assert queries.loved_at_age(warehouse, 110) == []
