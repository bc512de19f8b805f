"""The extract of OMDb: a database of SQLite with a row per film, lists in cells."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl

from film_data.pipeline import canonical_names, dates
from film_data.pipeline.cleaned import Cleaned
from film_data.pipeline.ledger import Ledger
from film_data.sources.omdb import tables

_QUERY = (
    "select ID, imdbID, Title, Year, Released, Runtime, Genre, Country, Director, Writer from omdb"
)
_COLUMNS = (
    "omdb_id", "imdb_id", "title", "release_year", "released", "runtime", "genres", "countries",
    "directors", "writers",
)  # fmt: skip


def add_films(database: Path, cleaned: Cleaned) -> None:
    """Add the films of the extract to a data set.

    Args:
        database: The extract.
        cleaned: Receives the raw tables and the account of their rows.
    """
    films = _films(database, cleaned.ledger)
    lists = ("genres", "countries", "Director", "Writer")
    countries = canonical_names.exploded(films, "omdb_id", "countries", "country")
    people = [
        canonical_names.exploded(films, "omdb_id", job, "name").with_columns(job=pl.lit(job))
        for job in ("Director", "Writer")
    ]
    cleaned.add(tables.Films, films.drop(lists))
    cleaned.add(tables.FilmGenres, canonical_names.exploded(films, "omdb_id", "genres", "genre"))
    cleaned.add(tables.FilmCountries, canonical_names.with_country_code(countries))
    cleaned.add(tables.Credits, pl.concat(people))


def _films(path: Path, ledger: Ledger) -> pl.DataFrame:
    """One row per film of the OMDb extract, lists joined by `|`."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        found = database.execute(_QUERY).fetchall()
    films = [_film(dict(zip(_COLUMNS, row, strict=True))) for row in found]
    ledger.read("omdb_film", len(films))
    ledger.load("omdb_film", len(films))
    return pl.DataFrame(films, infer_schema_length=None)


def _film(row: dict[str, Any]) -> dict[str, Any]:
    countries = [canonical_names.country(name) for name in _split(row["countries"])]
    return {
        "omdb_id": row["omdb_id"],
        "imdb_id": row["imdb_id"],
        "title": row["title"],
        "release_year": row["release_year"],
        "release_date": _date(row["released"]),
        "runtime_minutes": None if row["runtime"] is None else round(row["runtime"]),
        "genres": canonical_names.joined(
            [canonical_names.genre(name) for name in _split(row["genres"])]
        ),
        "countries": canonical_names.joined(countries),
        "Director": canonical_names.joined(_split(row["directors"])),
        "Writer": canonical_names.joined(_split(row["writers"])),
    }


def _split(names: str | None) -> list[str]:
    return [name.strip() for name in (names or "").split(",") if name.strip()]


def _date(text: str | None) -> str | None:
    day = dates.day(text or "")
    return None if day is None else day.isoformat()
