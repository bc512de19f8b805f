"""Rows that an unquoted line break has torn in two, put together again."""

import csv
from collections.abc import Iterator
from itertools import chain, pairwise

import polars as pl

from film_data.pipeline import dates
from film_data.pipeline.files import SourceFile
from film_data.pipeline.ledger import Ledger
from film_data.pipeline.records import BrokenRecord, Record
from film_data.pipeline.text_table import TextTable

Found = Record | BrokenRecord


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
    """The record of which `one` and `other` are certainly the two parts."""
    columns = list(table.columns)
    shift = columns.index("release_date") - columns.index("tmdb_id")
    first, second = _padded(one, table), _padded(other, table)
    if first is None or second is None or dates.day(second[columns.index("tmdb_id")]) is None:
        return None
    if any(first[shift + 1 :]) or any(second[len(columns) - shift :]):
        return None
    fields = (*first[:shift], f"{first[shift]} {second[0]}", *second[1 : len(columns) - shift])
    whole = dict(zip(columns, fields, strict=True))
    if not whole["title"] or whole["title"] != whole["original_title"]:
        return None
    return Record(one.line, fields, f"{one.raw_text}\n{other.raw_text}")


def _padded(record: Found, table: TextTable) -> tuple[str, ...] | None:
    if isinstance(record, Record):
        return record.fields
    if record.rule != "field_count":
        return None
    rows, width = list(csv.reader([record.raw_text], delimiter=table.delimiter)), len(table.columns)
    if len(rows) != 1 or len(rows[0]) > width:
        return None
    return (*rows[0], *[""] * (width - len(rows[0])))
