"""Tables of text files: every record parsed, or rejected with its rule."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import polars as pl

from film_data.errors import DatasetError
from film_data.pipeline import values
from film_data.pipeline.duplicates import ORIGIN
from film_data.pipeline.files import SourceFile
from film_data.pipeline.ledger import Ledger, RejectedRow
from film_data.pipeline.records import BrokenRecord, Record, RecordFormat, records
from film_data.pipeline.schema import Schema

T = TypeVar("T")

#: The values of a row, by column.
Values = dict[str, str | int | float | bool | None]

#: Above this many undecodable lines, and above 1 %, a file is refused as not UTF-8.
_UNDECODED_LINES = 20


class RejectedRowError(Exception):
    """A row that cannot be loaded; `rule` is the name of the rule that it breaks."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass
class Row:
    """The fields of one record by column, and the rules that were applied while reading them."""

    fields: Mapping[str, str]
    applied: list[str] = field(default_factory=list)

    def text(self, column: str) -> str | None:
        """The text without blanks around it, decoded as it was meant; None when empty."""
        text = " ".join(self.fields.get(column, "").split())
        meant = values.fix_mojibake(text)
        if meant != text:
            self.applied.append("double_encoded")
        return meant or None

    def identifier(self, column: str, rule: str) -> int:
        """A whole number that must be there; the row breaks `rule` when it is not."""
        number = values.whole(self.fields.get(column, ""))
        if number is None or number >= 2**32:
            raise RejectedRowError(rule)
        return number

    def whole(self, column: str) -> int | None:
        """A whole number; None when there is none or it cannot be read."""
        return self.optional(column, values.whole, "number_invalid")

    def optional(self, column: str, parse: Callable[[str], T | None], rule: str) -> T | None:
        """A value that may be missing; one that cannot be read is left out by `rule`."""
        text = self.fields.get(column, "").strip()
        if not text:
            return None
        value = parse(text)
        if value is None:
            self.applied.append(rule)
        return value


@dataclass(frozen=True)
class TextTable:
    """One table of a text file: its columns, their types, and the parser of a row."""

    name: str
    columns: Sequence[str]
    schema: Schema
    #: Values of a row by column; raises RejectedRowError.
    parse: Callable[[Row], Values]
    delimiter: str = ","
    quoted: bool = True
    #: True for fields that could begin a record; see `RecordFormat`.
    plausible: Callable[[tuple[str, ...]], bool] = any

    def records(self, lines: Iterable[str], first_line: int) -> Iterator[Record | BrokenRecord]:
        """The records in the lines."""
        record_format = RecordFormat(len(self.columns), self.delimiter, self.quoted, self.plausible)
        return records(lines, record_format, first_line)

    def read(
        self, file: SourceFile, found: Iterable[Record | BrokenRecord], ledger: Ledger
    ) -> pl.DataFrame:
        """The rows that can be read, with their origin; the others go to the ledger."""
        rows, rejected, applied = list[Values](), list[RejectedRow](), Counter[str]()
        for record in found:
            row = self._read(record, applied)
            if isinstance(row, str):
                rejected.append(RejectedRow(file.name, record.line, row, record.raw_text))
            else:
                rows.append({"file": file.name, "line": record.line, **row})
        _check_encoding(file, rejected, len(rows))
        ledger.read(self.name, len(rows) + len(rejected))
        ledger.reject(self.name, rejected)
        for rule, count in applied.items():
            ledger.apply(rule, count)
        return pl.DataFrame(rows, schema={**ORIGIN, **self.schema}, orient="row")

    def _read(self, record: Record | BrokenRecord, applied: Counter[str]) -> Values | str:
        """The values of a record, or the rule that it breaks."""
        if isinstance(record, BrokenRecord):
            return record.rule
        if not any(text.strip() for text in record.fields):
            return "blank_line"
        row = Row(dict(zip(self.columns, record.fields, strict=True)))
        try:
            parsed = self.parse(row)
        except RejectedRowError as error:
            return error.rule
        applied.update(set(row.applied))
        return parsed


def _check_encoding(file: SourceFile, rejected: list[RejectedRow], good: int) -> None:
    undecoded = sum(row.rule == "not_unicode" for row in rejected)
    if undecoded > max(_UNDECODED_LINES, (good + len(rejected)) // 100):
        raise DatasetError(f"The file {file.name} is not in UTF-8: convert it to UTF-8 first.")
    if rejected and not good:
        raise DatasetError(f"No row of {file.name} can be read: give the right file, undamaged.")
