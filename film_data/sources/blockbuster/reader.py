"""The Blockbuster database: the ten most successful films of each year, in three layouts.

CrowdFlower's original (1975 to 2014, with scores and release dates) and the later derivatives with
a main genre (to 2018, and to 2020 with dollar strings). Several editions in one folder are merged.
"""

import itertools
from pathlib import Path

import polars as pl

from film_data.errors import DatasetError
from film_data.matching import titles
from film_data.pipeline import canonical_names, dates, values
from film_data.pipeline.cleaned import Cleaned
from film_data.pipeline.duplicates import deduplicated
from film_data.pipeline.files import Folder, SourceFile, cells, csv_header, text_lines
from film_data.pipeline.ledger import Ledger, RejectedRow
from film_data.pipeline.row import RejectedRowError, Row, Values
from film_data.pipeline.schema import Schema
from film_data.pipeline.text_table import TextTable
from film_data.progress import Progress
from film_data.sources.blockbuster import SOURCE, tables

#: Columns that every layout has.
COLUMNS = frozenset({"title", "year", "rank_in_year", "worldwide_gross", "studio", "length"})
_GENRE_COLUMNS = ("Main_Genre", "Genre_1", "Genre_2", "Genre_3")

#: A film as it is read, its genres joined.
_FILM: Schema = {**tables.Films.dtypes(), "genres": pl.String}


def clean(source: Path, scratch: Path, progress: Progress) -> Cleaned:
    """Read and clean the editions of the Blockbuster database in a folder.

    Args:
        source: The folder.
        scratch: An empty folder for the results.
        progress: Told the step, how many of its units are done, and how many it has.

    Raises:
        DatasetError: No edition, or a file that cannot be read.
    """
    folder = Folder(source, scratch, progress)
    ledger = Ledger(SOURCE.rules)
    files = _files(folder)
    if not files:
        raise DatasetError(
            f"The folder {source} has no edition of the Blockbuster database: it needs a "
            f"file with a first line of the columns {', '.join(sorted(COLUMNS))}."
        )
    rows = _of_newest_lists(pl.concat(_edition(file, ledger) for file in files), ledger)
    films = deduplicated(
        rows.drop("raw_text"), "box_office", ["film_key"], rule="edition_replaced", ledger=ledger,
        best_first=pl.col("edition"),
    ).drop("edition")  # fmt: skip
    last_year = max(films["list_year"].to_list())
    ledger.apply("last_year", films.filter(pl.col("list_year") == last_year).height)
    cleaned = Cleaned("blockbuster", f"to {last_year}", ledger, folder)
    cleaned.add(tables.Films, films.drop("genres"))
    genres = canonical_names.exploded(films, "film_key", "genres", "genre")
    cleaned.add(tables.FilmGenres, genres)
    return cleaned


def _files(folder: Folder) -> list[SourceFile]:
    found = [folder.open(name) for name in folder.files if name.endswith(".csv")]
    editions = [file for file in found if set(csv_header(file)) >= COLUMNS]
    for file in found:
        if file not in editions:
            folder.discard(file)
    return editions


def _edition(file: SourceFile, ledger: Ledger) -> pl.DataFrame:
    """The films of one file; `edition` is its last year, so that newer editions come first."""
    header = csv_header(file)
    order = None
    if "release_date" in header:
        order = dates.order_of(cells(file, "release_date", header))
    table = TextTable(
        "box_office", header, _FILM, _film, file.delimiter, limits=tables.Films.columns(),
        date_order=order,
    )  # fmt: skip
    lines = text_lines(file)
    next(lines)
    found = list(table.records(lines, 2))
    raw_texts = {record.line: record.raw_text for record in found}
    rows = table.read(file, found, ledger)
    return rows.with_columns(
        edition=pl.col("list_year").max(),
        raw_text=pl.col("line").replace_strict(raw_texts, return_dtype=pl.String),
    )


def _of_newest_lists(rows: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """The rows whose film is in its year's list in the newest edition that has the year."""
    newest = pl.col("edition").max()
    is_listed = (pl.col("edition").max().over("film_key")) == newest.over("list_year")
    rejected = rows.filter(~is_listed).select(
        "file", "line", pl.lit("not_in_newest_edition").alias("rule"), "raw_text"
    )
    ledger.reject("box_office", itertools.starmap(RejectedRow, rejected.iter_rows()))
    return rows.filter(is_listed)


def _film(row: Row) -> Values:
    title = row.text("title")
    year, rank = values.whole(row.fields["year"]), values.whole(row.fields["rank_in_year"])
    if title is None:
        raise RejectedRowError("title_missing")
    if year is None or not 1870 <= year <= 2100:
        raise RejectedRowError("year_invalid")
    if rank is None:
        raise RejectedRowError("rank_invalid")
    if row.fields["title"] != row.fields["title"].strip():
        row.applied.append("trimmed")
    return {
        "film_key": f"{year} {titles.simplified(title)}",
        "list_year": year,
        "rank_in_year": rank,
        "title": title,
        "studio": row.optional_text("studio"),
        "certificate": row.optional_text("rating"),
        "release_date": row.day("release_date", year),
        "runtime_minutes": row.whole("length"),
        "worldwide_gross_usd": row.amount("worldwide_gross"),
        "adjusted_gross_usd": row.amount("adjusted"),
        "imdb_rating": row.decimal("imdb_rating"),
        "critics_score": row.decimal("rt_score"),
        "audience_score": row.decimal("rt_audience_score"),
        "genres": _genres(row),
    }


def _genres(row: Row) -> str | None:
    names = [name for column in _GENRE_COLUMNS if (name := row.text(column)) is not None]
    return canonical_names.joined([canonical_names.genre(name) for name in names])
