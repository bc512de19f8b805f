"""The raw tables of OMDb's extract."""

import polars as pl

from film_data.pipeline import columns
from film_data.pipeline.raw_table import RawTable


class Films(RawTable, name="omdb_films", key=("omdb_id",)):
    """One row per film of the OMDb extract."""

    omdb_id: pl.Int64 = columns.identifier()
    imdb_id: pl.String = columns.imdb_id()
    title: pl.String = columns.text()
    release_year: pl.Int64 = columns.year()
    release_date: pl.String = columns.day()
    runtime_minutes: pl.Int64 = columns.whole(0, 999_999)


class FilmGenres(RawTable, name="omdb_film_genres", key=("omdb_id", "genre")):
    """One row per film and genre."""

    omdb_id: pl.Int64 = columns.identifier()
    genre: pl.String = columns.text()
    position: pl.Int64 = columns.position()


class FilmCountries(RawTable, name="omdb_film_countries", key=("omdb_id", "country")):
    """One row per film and country of production."""

    omdb_id: pl.Int64 = columns.identifier()
    country: pl.String = columns.text()
    country_code: pl.String = columns.country_code()
    position: pl.Int64 = columns.position()


class Credits(RawTable, name="omdb_credits", key=("omdb_id", "job", "name")):
    """One row per film, job and person."""

    omdb_id: pl.Int64 = columns.identifier()
    name: pl.String = columns.text()
    job: pl.String = columns.text()
    position: pl.Int64 = columns.position(digits=5)
