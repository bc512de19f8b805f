"""Table in a text: columns by name, whatever separates them and stands above them."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.taste.file_columns import Columns
from webapp.taste.file_errors import RatingsFileError

#: Rows of a file that are read at most.
ROWS_AT_MOST = 20_000
#: Longest cell that is read: no title comes near.
CHARACTERS_AT_MOST = 100_000
_SEPARATORS = ",;\t|"
#: Lines in which the names of columns may stand: some services put a heading above.
_LINES_OF_HEADER = 12


@dataclass(frozen=True)
class Table:
    """Rows by number of line, with their cells in the order of `columns`."""

    columns: Columns
    rows: tuple[tuple[int, list[str]], ...]


def table(text: str) -> Table:
    """The table that a text holds, as CSV with any separator or as JSON.

    Raises:
        RatingsFileError: It holds none, or one that is too long.
    """
    if text.lstrip()[:1] in {"[", "{"}:
        return _from_json(text)
    readings = [_separated(text, separator) for separator in _separators(text)]
    found = max(readings, key=lambda reading: reading.columns.meaning)
    if not found.columns.is_enough:
        raise RatingsFileError("import.columns", ", ".join(found.columns.names))
    _check_length(len(found.rows))
    return found


def _separators(text: str) -> str:
    # Excel states its separator in a first line of its own.
    stated = text[4:5] if text[:4].lower() == "sep=" else ""
    return stated if stated and stated in _SEPARATORS else _SEPARATORS


def _separated(text: str, separator: str) -> Table:
    rows = list(_rows(text, separator))
    headers = [Columns(tuple(cells)) for _, cells in rows[:_LINES_OF_HEADER]]
    if not headers:
        return Table(Columns(()), ())
    best = max(range(len(headers)), key=lambda number: headers[number].meaning)
    return Table(headers[best], tuple(_unwrapped(rows[best + 1 :], headers[best], separator)))


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, row in enumerate(reader):
            if number > ROWS_AT_MOST + _LINES_OF_HEADER:
                raise RatingsFileError("import.too_long")
            # the csv module's own limit belongs to the process, and other readers change it
            if any(len(cell) > CHARACTERS_AT_MOST for cell in row):
                raise RatingsFileError("import.not_text")
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error:
        raise RatingsFileError("import.not_text") from None


def _unwrapped(
    rows: list[tuple[int, list[str]]], columns: Columns, separator: str
) -> Iterator[tuple[int, list[str]]]:
    # A spreadsheet that knows another separator takes a line for one cell, and quotes it whole.
    for number, row in rows:
        is_wrapped = len(row) == 1 and len(columns.names) > 1 and separator in row[0]
        yield number, next(csv.reader(row, delimiter=separator)) if is_wrapped else row


def _from_json(text: str) -> Table:
    try:
        flat = [_flat(entry) for entry in _entries(json.loads(text))]
    except (ValueError, RecursionError):
        raise RatingsFileError("import.not_text") from None
    names = tuple(dict.fromkeys(name for entry in flat for name in entry))
    columns = Columns(names)
    if not columns.is_enough:
        raise RatingsFileError("import.columns", ", ".join(names[:20]))
    _check_length(len(flat))
    rows = enumerate(([entry.get(name, "") for name in names] for entry in flat), start=1)
    return Table(columns, tuple(rows))


def _entries(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list, or of the list `ratings` in an object."""
    listed = value.get("ratings", []) if isinstance(value, dict) else value
    if not isinstance(listed, list):
        return []
    return [entry for entry in listed if isinstance(entry, dict)]


def _flat(entry: Mapping[str, Any]) -> dict[str, str]:
    """The values of an object and of those inside it; a film's ids by the service's name."""
    found: dict[str, str] = {}
    for name, value in entry.items():
        if isinstance(value, dict):
            found |= {inner: text for inner, text in _flat(value).items() if inner not in found}
        elif not isinstance(value, list) and value is not None:
            found[name] = str(value)
    return found


def _check_length(rows: int) -> None:
    if rows > ROWS_AT_MOST:
        raise RatingsFileError("import.too_long")
