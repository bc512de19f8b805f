"""The raw tables of the Blockbuster database."""

import polars as pl

from film_data.pipeline import columns
from film_data.pipeline.raw_table import RawTable


class Films(RawTable, name="blockbuster_films", key=("film_key",)):
    """One row per film among the most successful of its year."""

    film_key: pl.String = columns.text(note="Year and simplified title")
    list_year: pl.Int64 = columns.year(nullable=False)
    rank_in_year: pl.Int64 = columns.whole(0, 9_999, nullable=False)
    title: pl.String = columns.text()
    studio: pl.String = columns.text(nullable=True)
    certificate: pl.String = columns.text(nullable=True)
    release_date: pl.String = columns.day()
    runtime_minutes: pl.Int64 = columns.whole(0, 999_999)
    worldwide_gross_usd: pl.Int64 = columns.amount()
    adjusted_gross_usd: pl.Int64 = columns.amount(note="In dollars of 2015")
    imdb_rating: pl.Float64 = columns.decimal(0, 10)
    critics_score: pl.Float64 = columns.decimal(0, 10, note="Rotten Tomatoes, 0 to 10")
    audience_score: pl.Float64 = columns.decimal(0, 5, note="Rotten Tomatoes, 0 to 5")


class FilmGenres(RawTable, name="blockbuster_film_genres", key=("film_key", "genre")):
    """One row per film and genre."""

    film_key: pl.String = columns.text()
    genre: pl.String = columns.text()
    position: pl.Int64 = columns.position()
