"""Rows of The Movies Dataset's files, one function per kind of file."""

from collections.abc import Iterable, Mapping

import polars as pl

from film_data.pipeline import canonical_names, dates, values
from film_data.pipeline.row import RejectedRowError, Row, Values
from film_data.pipeline.schema import Schema
from film_data.pipeline.values import JsonObject
from film_data.sources.tmdb import tables

#: A film as it is read, genres and countries joined.
FILM_SCHEMA: Schema = {
    **tables.Films.dtypes(), "genres": pl.String, "countries": pl.String, "keywords": pl.String,
}  # fmt: skip
#: Columns that hold a list of names, in cells of a form that the file decides.
LISTS = ("genres", "production_countries", "keywords")
KEYWORD_SCHEMA: Schema = {"tmdb_id": pl.Int64, "keywords": pl.String}

#: Overviews that only say that there is none.
_NO_OVERVIEW = {"no overview found.", "no overview", "no overview yet."}
#: Amounts below this are in thousands or millions; which, nobody knows.
_SMALLEST_AMOUNT = 1_000
_LONGEST_MINUTES = 1_000


def film(row: Row, separators: Mapping[str, str | None]) -> Values:
    """A film of `movies_metadata.csv`, or of a list of ids and titles.

    Args:
        row: The film.
        separators: Of the names in each column of `LISTS`; None for lists of a program.
    """
    found = {column: _named(row, column, separators.get(column)) for column in LISTS}
    if dates.day(row.fields["tmdb_id"]) is not None:
        raise RejectedRowError("shifted_row")
    tmdb_id = row.identifier("tmdb_id", "film_id")
    return {
        "tmdb_id": tmdb_id,
        "imdb_id": row.imdb_id("imdb_id"),
        "title": _title(row),
        "original_title": row.text("original_title"),
        "original_language": row.optional_text("original_language"),
        "overview": _overview(row),
        "collection": next(iter(_names(_named(row, "belongs_to_collection"))), None),
        "status": row.optional_text("status"),
        "release_date": row.day("release_date", row.whole("release_year")),
        "runtime_minutes": _minutes(row),
        "budget_usd": _amount(row, "budget"),
        "revenue_usd": _amount(row, "revenue"),
        "popularity": row.decimal("popularity"),
        "vote_average": row.decimal("vote_average"),
        "vote_count": row.whole("vote_count"),
        "is_adult": row.optional("adult", values.flag, "flag_invalid"),
        "genres": canonical_names.joined(list(map(canonical_names.genre, _names(found["genres"])))),
        "countries": canonical_names.joined(list(map(_country, found["production_countries"]))),
        "keywords": canonical_names.joined(_names(found["keywords"])),
    }


def keywords(row: Row) -> Values:
    """A film's keywords of `keywords.csv`."""
    found = objects(row, "keywords")
    names = [str(item.get("name", "")).strip() for item in found]
    return {
        "tmdb_id": row.identifier("tmdb_id", "film_id"),
        "keywords": canonical_names.joined(names),
    }


def _title(row: Row) -> str:
    title, original = row.text("title"), row.text("original_title")
    if title is None and original is not None:
        if "title" in row.fields and row.optional_text("original_language") == "en":
            row.applied.append("title_from_original")
            title = original
        elif "title" not in row.fields:
            title = original
    if title is None:
        raise RejectedRowError("title_missing")
    return title


def _overview(row: Row) -> str | None:
    overview = row.optional_text("overview")
    if overview is not None and overview.lower() in _NO_OVERVIEW:
        row.applied.append("no_overview")
        return None
    return overview


def _amount(row: Row, column: str) -> int | None:
    amount = row.amount(column)
    if amount is None or amount >= _SMALLEST_AMOUNT:
        return amount
    row.applied.append(f"small_{column}" if amount else f"zero_{column}")
    return None


def _minutes(row: Row) -> int | None:
    minutes = row.decimal("runtime", "runtime_invalid")
    if minutes is None or 0 < minutes <= _LONGEST_MINUTES:
        return None if minutes is None else round(minutes)
    row.applied.append("runtime_invalid")
    return None


def _named(row: Row, column: str, separator: str | None = None) -> list[JsonObject]:
    """The objects in a list that may be missing; an unreadable one is left out."""
    return row.optional(column, lambda text: values.named(text, separator), "list_unreadable") or []


def _names(found: Iterable[JsonObject]) -> list[str]:
    return [str(item.get("name", "")).strip() for item in found if item.get("name")]


def _country(item: JsonObject) -> str:
    return canonical_names.country(
        str(item.get("name") or "").strip(), str(item.get("iso_3166_1") or "").strip()
    )


def objects(row: Row, column: str) -> list[JsonObject]:
    """The objects in a list without which a row is nothing; an unreadable one rejects it."""
    found = values.objects(row.fields[column])
    if found is None:
        raise RejectedRowError("literal")
    return found
