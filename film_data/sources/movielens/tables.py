"""The raw tables of MovieLens."""

import polars as pl

from film_data.pipeline import columns
from film_data.pipeline.raw_table import LinksTable, RatingsTable, RawTable


class Films(RawTable, name="movielens_films", key=("film_id",)):
    """One row per film of the loaded edition."""

    film_id: pl.Int64 = columns.identifier()
    title: pl.String = columns.text(note="Without the year, article first")
    release_year: pl.Int64 = columns.year()


class FilmGenres(RawTable, name="movielens_film_genres", key=("film_id", "genre")):
    """One row per film and genre."""

    film_id: pl.Int64 = columns.identifier(references="movielens_films")
    genre: pl.String = columns.text()
    position: pl.Int64 = columns.position()


class Links(LinksTable, name="movielens_links", key=("film_id",)):
    """One row per film with its ids elsewhere."""


class Twins(RawTable, name="movielens_twins", key=("film_id",)):
    """One row per film that the edition has under a lower id, too."""

    film_id: pl.Int64 = columns.identifier()
    kept_film_id: pl.Int64 = columns.identifier()


class Tags(RawTable, name="movielens_tags", key=("user_id", "film_id", "tag")):
    """One row per user, film and tag."""

    user_id: pl.Int64 = columns.identifier()
    film_id: pl.Int64 = columns.identifier()
    tag: pl.String = columns.text()
    tagged_at: pl.Int64 = columns.seconds(nullable=True)


class Viewers(RawTable, name="movielens_viewers", key=("user_id",)):
    """One row per user, in the editions that describe users."""

    user_id: pl.Int64 = columns.identifier()
    age: pl.Int64 = columns.whole(0, 130, note="In the 1M layout the lowest age of a group")
    gender: pl.String = columns.text(nullable=True)
    occupation: pl.String = columns.text(nullable=True)
    postal_code: pl.String = columns.text(nullable=True)


class Ratings(
    RatingsTable, name="movielens_ratings", key=("user_id", "film_id"), is_key_checked=False
):
    """One row per user and film: the newest rating."""
