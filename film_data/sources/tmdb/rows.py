"""Rows of The Movies Dataset's files, one function per kind of file."""

import csv
import json
import re
from collections.abc import Iterator
from itertools import chain, pairwise
from typing import Any

import polars as pl

from film_data.pipeline import canonical_names, values
from film_data.pipeline.files import SourceFile
from film_data.pipeline.ledger import Ledger
from film_data.pipeline.records import BrokenRecord, Record
from film_data.pipeline.text_table import RejectedRowError, Row, TextTable
from film_data.sources.tmdb import tables

Found = Record | BrokenRecord

#: A film as it is read, genres and countries joined.
FILM_SCHEMA = {**tables.Films.dtypes(), "genres": pl.String, "countries": pl.String}
KEYWORD_SCHEMA = {"tmdb_id": pl.Int64, "keywords": pl.String}
CREDIT_LIST_SCHEMA = {"tmdb_id": pl.Int64, "credits": pl.String}
#: A credit within its film's list.
CREDIT_SCHEMA = {name: kind for name, kind in tables.Credits.dtypes().items() if name != "tmdb_id"}

_IMDB_ID = re.compile(r"tt\d{7,8}", re.ASCII)
_GENDERS = {1: "female", 2: "male"}
#: Overviews that only say that there is none.
_NO_OVERVIEW = {"no overview found.", "no overview", "no overview yet."}
#: Amounts below this are in thousands or millions; which, nobody knows.
_SMALLEST_AMOUNT = 1_000
_LONGEST_MINUTES = 1_000


def film(row: Row) -> dict[str, Any]:
    """A film of `movies_metadata.csv`, or of a list of ids and titles."""
    if values.day(row.fields["tmdb_id"]) is not None:
        raise RejectedRowError("shifted_row")
    tmdb_id = row.identifier("tmdb_id", "film_id")
    release = row.optional("release_date", values.day, "date_invalid")
    return {
        "tmdb_id": tmdb_id,
        "imdb_id": row.optional("imdb_id", _imdb_id, "imdb_id_invalid"),
        "title": _title(row),
        "original_title": row.text("original_title"),
        "original_language": row.text("original_language"),
        "overview": _overview(row),
        "collection": next(iter(_names(row, "belongs_to_collection")), None),
        "status": row.text("status"),
        "release_date": None if release is None else release.isoformat(),
        "runtime_minutes": row.optional("runtime", _minutes, "runtime_invalid"),
        "budget_usd": _amount(row, "budget"),
        "revenue_usd": _amount(row, "revenue"),
        "popularity": row.optional("popularity", values.decimal, "number_invalid"),
        "vote_average": row.optional("vote_average", values.decimal, "number_invalid"),
        "vote_count": row.whole("vote_count"),
        "is_adult": row.optional("adult", values.flag, "flag_invalid"),
        "genres": canonical_names.joined(
            [canonical_names.genre(name) for name in _names(row, "genres")]
        ),
        "countries": canonical_names.joined(
            [canonical_names.country(name) for name in _names(row, "production_countries")]
        ),
    }


def keywords(row: Row) -> dict[str, Any]:
    """A film's keywords of `keywords.csv`."""
    found = _objects(row, "keywords")
    names = [str(item.get("name", "")).strip() for item in found]
    return {
        "tmdb_id": row.identifier("tmdb_id", "film_id"),
        "keywords": canonical_names.joined(names),
    }


def credit_list(row: Row) -> dict[str, Any]:
    """A film's credits of `credits.csv`, as JSON: a list of objects as in `CREDIT_SCHEMA`."""
    cast = [_part(item) for item in _objects(row, "cast")]
    crew = [_job(item) for item in _objects(row, "crew")]
    listed = [
        credit | {"position": position}
        for credits_ in (cast, crew)
        for position, credit in enumerate(credits_, start=1)
    ]
    complete = {
        credit["credit_id"]: credit
        for credit in reversed(listed)
        if credit["credit_id"] and credit["name"] and isinstance(credit["person_id"], int)
    }
    row.applied += ["credit_incomplete"] * (len(listed) - len(complete))
    return {
        "tmdb_id": row.identifier("tmdb_id", "film_id"),
        "credits": json.dumps(list(reversed(complete.values())), ensure_ascii=False),
    }


def credits_of(films: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """One row per credit, of rows as `credit_list` makes them."""
    credit = pl.Struct([pl.Field(name, kind) for name, kind in CREDIT_SCHEMA.items()])
    rows = (
        films.with_columns(pl.col("credits").str.json_decode(pl.List(credit)))
        .explode("credits")
        .drop_nulls("credits")
        .unnest("credits")
    )
    kept = rows.unique("credit_id", keep="first", maintain_order=True)
    if rows.height > kept.height:
        ledger.apply("credit_incomplete", rows.height - kept.height)
    return kept


def rejoin(
    found: Iterator[Found], table: TextTable, file: SourceFile, ledger: Ledger
) -> Iterator[Found]:
    """Put rows together that an unquoted line break in their overview has torn in two.

    The first part ends in the overview; in the second, all values stand too far left, with the
    release date where the id belongs. Title and original title, which are on different sides of the
    break, must agree.
    """
    end = BrokenRecord(-1, "blank_line", "")
    torn_at = end.line
    for one, other in pairwise(chain(found, [end])):
        if one.line == torn_at:
            continue
        whole = _joined(one, other, table) if "release_date" in table.columns else None
        if whole is not None:
            torn_at = other.line
            ledger.read(table.name, 1)
            ledger.merge(table.name, _torn_row(file.name, one.line, other.line))
        yield whole or one


def _torn_row(file: str, kept_line: int, line: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "file": [file],
            "line": [line],
            "rule": ["split_row"],
            "kept_file": [file],
            "kept_line": [kept_line],
        }
    )


def _joined(one: Found, other: Found, table: TextTable) -> Record | None:
    """The record of which `one` and `other` are the two parts, if they certainly are."""
    columns = list(table.columns)
    shift = columns.index("release_date") - columns.index("tmdb_id")
    first, second = _padded(one, len(columns)), _padded(other, len(columns))
    if first is None or second is None or values.day(second[columns.index("tmdb_id")]) is None:
        return None
    if any(first[shift + 1 :]) or any(second[len(columns) - shift :]):
        return None
    fields = (*first[:shift], f"{first[shift]} {second[0]}", *second[1 : len(columns) - shift])
    whole = dict(zip(columns, fields, strict=True))
    if not whole["title"] or whole["title"] != whole["original_title"]:
        return None
    return Record(one.line, fields, f"{one.raw_text}\n{other.raw_text}")


def _padded(record: Found, width: int) -> tuple[str, ...] | None:
    if isinstance(record, Record):
        return record.fields
    if record.rule != "field_count":
        return None
    rows = list(csv.reader([record.raw_text]))
    if len(rows) != 1 or len(rows[0]) > width:
        return None
    return (*rows[0], *[""] * (width - len(rows[0])))


def _title(row: Row) -> str:
    title, original = row.text("title"), row.text("original_title")
    if title is None and original is not None:
        if "title" in row.fields and row.text("original_language") == "en":
            row.applied.append("title_from_original")
            title = original
        elif "title" not in row.fields:
            title = original
    if title is None:
        raise RejectedRowError("title_missing")
    return title


def _overview(row: Row) -> str | None:
    overview = row.text("overview")
    if overview is not None and overview.lower() in _NO_OVERVIEW:
        row.applied.append("no_overview")
        return None
    return overview


def _amount(row: Row, column: str) -> int | None:
    amount = row.optional(column, values.amount, "amount_invalid")
    if amount is None or amount >= _SMALLEST_AMOUNT:
        return amount
    row.applied.append(f"small_{column}" if amount else f"zero_{column}")
    return None


def _minutes(text: str) -> int | None:
    minutes = values.decimal(text)
    return round(minutes) if minutes is not None and 0 < minutes <= _LONGEST_MINUTES else None


def _imdb_id(text: str) -> str | None:
    return text if _IMDB_ID.fullmatch(text) else None


def _names(row: Row, column: str) -> list[str]:
    """The names in a list that may be missing; an unreadable one is left out."""
    found = values.objects(row.fields.get(column, ""))
    if found is None:
        row.applied.append("list_unreadable")
        return []
    return [str(item.get("name", "")).strip() for item in found if item.get("name")]


def _objects(row: Row, column: str) -> list[dict[str, Any]]:
    """The objects in a list that is what the row is for; the row goes when it is unreadable."""
    found = values.objects(row.fields[column])
    if found is None:
        raise RejectedRowError("literal")
    return found


def _part(item: dict[str, Any]) -> dict[str, Any]:
    return _person(item) | {
        "department": "Acting",
        "job": "Actor",
        "part": str(item.get("character") or "").strip() or None,
    }


def _job(item: dict[str, Any]) -> dict[str, Any]:
    return _person(item) | {
        "department": str(item.get("department") or "Crew"),
        "job": str(item.get("job") or "Crew"),
        "part": None,
    }


def _person(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "credit_id": str(item.get("credit_id") or ""),
        "person_id": item.get("id"),
        "name": values.fix_mojibake(str(item.get("name") or "").strip()),
        "gender": _GENDERS.get(item.get("gender") or 0),
    }
