"""Candidates for the shelves, in the order of the shelves."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from webapp.accounts.viewer import Viewer, age
from webapp.base import seasons
from webapp.films import queries
from webapp.films.library import FilmLibrary
from webapp.recommendations.recommender import Recommender
from webapp.recommendations.shelves import Candidates
from webapp.taste.taste import Taste
from webapp.warehouse.errors import WarehouseAwayError


def for_viewer(
    films: FilmLibrary, recommender: Recommender, viewer: Viewer, taste: Taste, *, today: date
) -> Iterator[Candidates]:
    """Films that fit a viewer: the model's first, then by genre, season, country and age."""
    season = seasons.season(viewer.country, today)
    yield recommender.for_you(viewer, taste, season)
    genre = taste.liked_genre(films.catalogue())
    if genre is not None:
        yield Candidates("genre", films.ids(queries.best_of_genre, genre), {"genre": genre})
    yield Candidates("season", films.ids(queries.best_of_season, season), {"season": season})
    yield Candidates("much_seen", films.ids(queries.much_seen))
    country = viewer.country
    yield Candidates("country", films.ids(queries.best_of_country, country), {"country": country})
    years = age(viewer.birth_date, today)
    ages = {"youngest": str(years - 5), "oldest": str(years + 5)}
    yield Candidates("age", films.ids(queries.loved_at_age, years), ages)


def for_everybody(films: FilmLibrary) -> Iterator[Candidates]:
    """Popular films, as far as Snowflake is within reach or they are cached."""
    with suppress(WarehouseAwayError):
        yield Candidates("much_seen", films.ids(queries.much_seen))
    with suppress(WarehouseAwayError):
        yield Candidates("best_rated", films.ids(queries.best_rated))
