"""Results of SQL statements, printed for people or for programs."""

import csv
import io
import json
import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from rich.table import Table
from rich.text import Text

Format = Literal["table", "csv", "json"]
Rows = Sequence[Sequence[Any]]


def as_csv(columns: Sequence[str], rows: Rows) -> str:
    """RFC 4180 with a header line; NULL is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def as_json(columns: Sequence[str], rows: Rows) -> str:
    """A list of objects, one per row."""
    objects = [dict(zip(columns, map(_standard, row), strict=True)) for row in rows]
    return json.dumps(objects, indent=2, default=_plain, ensure_ascii=False, allow_nan=False)


def as_table(columns: Sequence[str], rows: Rows) -> Table:
    """A table for the terminal."""
    table = Table(header_style="bold", row_styles=["", "dim"])
    for name in columns:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        # Text, because rich reads markup and emoji codes in a str
        table.add_row(*(Text(_shown(value)) for value in row))
    return table


def _shown(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes | bytearray):
        return value.hex().upper()
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _standard(value: object) -> object:
    """Numbers that JSON cannot spell become text."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else f"{value}"
    return value


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return value.hex().upper()
    return str(value)
