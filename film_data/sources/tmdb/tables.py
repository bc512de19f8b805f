"""The raw tables of The Movies Dataset."""

import polars as pl

from film_data.pipeline import columns
from film_data.pipeline.raw_table import LinksTable, RatingsTable, RawTable


class Films(RawTable, name="tmdb_films", key=("tmdb_id",)):
    """One row per film."""

    tmdb_id: pl.Int64 = columns.identifier()
    imdb_id: pl.String = columns.imdb_id()
    title: pl.String = columns.text()
    original_title: pl.String = columns.text(nullable=True)
    original_language: pl.String = columns.text(nullable=True)
    overview: pl.String = columns.text(nullable=True)
    collection: pl.String = columns.text(nullable=True)
    status: pl.String = columns.text(nullable=True)
    release_date: pl.String = columns.day()
    runtime_minutes: pl.Int64 = columns.whole(0, 1_000, digits=6)
    budget_usd: pl.Int64 = columns.amount()
    revenue_usd: pl.Int64 = columns.amount()
    popularity: pl.Float64 = columns.decimal(0, 10**6)
    vote_average: pl.Float64 = columns.decimal(0, 10)
    vote_count: pl.Int64 = columns.whole(0, 10**9)
    is_adult: pl.Boolean = columns.flag()


class FilmGenres(RawTable, name="tmdb_film_genres", key=("tmdb_id", "genre")):
    """One row per film and genre."""

    tmdb_id: pl.Int64 = columns.identifier(references="tmdb_films")
    genre: pl.String = columns.text()
    position: pl.Int64 = columns.position()


class FilmCountries(RawTable, name="tmdb_film_countries", key=("tmdb_id", "country")):
    """One row per film and country of production."""

    tmdb_id: pl.Int64 = columns.identifier(references="tmdb_films")
    country: pl.String = columns.text()
    country_code: pl.String = columns.country_code()
    position: pl.Int64 = columns.position()


class FilmKeywords(RawTable, name="tmdb_film_keywords", key=("tmdb_id", "keyword")):
    """One row per film and keyword."""

    tmdb_id: pl.Int64 = columns.identifier()
    keyword: pl.String = columns.text()
    position: pl.Int64 = columns.position()


class Credits(RawTable, name="tmdb_credits", key=("credit_id",)):
    """One row per credit: a person's job on a film, or a part in it."""

    tmdb_id: pl.Int64 = columns.identifier()
    credit_id: pl.String = columns.text()
    person_id: pl.Int64 = columns.identifier()
    name: pl.String = columns.text()
    gender: pl.String = columns.text(nullable=True)
    department: pl.String = columns.text()
    job: pl.String = columns.text()
    part: pl.String = columns.text(nullable=True, note="Name of the character, of actors")
    position: pl.Int64 = columns.position(digits=5, note="Order in the list; 1 is the first")


class Links(LinksTable, name="tmdb_links", key=("film_id",)):
    """One row per MovieLens film with its ids elsewhere."""


class Ratings(RatingsTable, name="tmdb_ratings", key=("user_id", "film_id"), is_key_checked=False):
    """One row per user and film, by MovieLens's film id: the newest rating."""
