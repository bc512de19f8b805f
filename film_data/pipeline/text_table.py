"""Tables of text files: every record parsed, or rejected with its rule."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from film_data.errors import DatasetError
from film_data.pipeline.columns import Column
from film_data.pipeline.dates import Order
from film_data.pipeline.duplicates import ORIGIN
from film_data.pipeline.files import SourceFile
from film_data.pipeline.ledger import Ledger, RejectedRow
from film_data.pipeline.records import BrokenRecord, Record, RecordFormat, records
from film_data.pipeline.row import RejectedRowError, Row, Values
from film_data.pipeline.schema import Schema

#: Above this many undecodable lines, and above 1 %, a file is refused as not UTF-8.
_UNDECODED_LINES = 20
#: So many values of a column, and none that can be read, are no damage but another form of file.
_VALUES_LOST = 2


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
    #: The columns of the raw table that the rows must fit.
    limits: Mapping[str, Column] = field(default_factory=dict)
    #: Order of day and month in the dates of the file.
    date_order: Order | None = None

    def records(self, lines: Iterable[str], first_line: int) -> Iterator[Record | BrokenRecord]:
        """The records in the lines."""
        record_format = RecordFormat(len(self.columns), self.delimiter, self.quoted, self.plausible)
        return records(lines, record_format, first_line)

    def read(
        self, file: SourceFile, found: Iterable[Record | BrokenRecord], ledger: Ledger
    ) -> pl.DataFrame:
        """The rows that can be read, with their origin; the others go to the ledger.

        Raises:
            DatasetError: No row can be read, or no value of a column.
        """
        rows, rejected, account = list[Values](), list[RejectedRow](), _Account()
        for record in found:
            row = self._read(record, account)
            if isinstance(row, str):
                rejected.append(RejectedRow(file.name, record.line, row, record.raw_text))
            else:
                rows.append({"file": file.name, "line": record.line, **row})
        _check_encoding(file, rejected, len(rows))
        account.check(file)
        ledger.read(self.name, len(rows) + len(rejected))
        ledger.reject(self.name, rejected)
        for rule, count in account.applied.items():
            ledger.apply(rule, count)
        return pl.DataFrame(rows, schema={**ORIGIN, **self.schema}, orient="row")

    def _read(self, record: Record | BrokenRecord, account: "_Account") -> Values | str:
        """The values of a record, or the rule that it breaks."""
        if isinstance(record, BrokenRecord):
            return record.rule
        if not any(text.strip() for text in record.fields):
            return "blank_line"
        row = Row(dict(zip(self.columns, record.fields, strict=True)), self.date_order)
        try:
            parsed = self._within_limits(self.parse(row), row)
        except RejectedRowError as error:
            return error.rule
        account.add(row)
        return parsed

    def _within_limits(self, parsed: Values, row: Row) -> Values:
        """The values that their columns can hold; others are left out, or reject the row."""
        for name, column in self.limits.items():
            if not column.holds(parsed[name]):
                if not column.nullable:
                    raise RejectedRowError("value_impossible")
                row.applied.append("out_of_range")
                parsed[name] = None
        return parsed


@dataclass
class _Account:
    """The rules that were applied in a file, and the columns whose values were read or lost."""

    applied: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def add(self, row: Row) -> None:
        """Count a row that is loaded."""
        self.applied.update(set(row.applied))
        self.kept.update(row.kept)
        self.lost.update(row.lost)

    def check(self, file: SourceFile) -> None:
        """Refuse a file with a column of which no value can be read.

        Raises:
            DatasetError: There is such a column.
        """
        for column, count in self.lost.items():
            if count >= _VALUES_LOST and not self.kept[column]:
                raise DatasetError(
                    f"No value of the column {column} of {file.name} can be read ({count:,} rows): "
                    "give the file as its publisher made it, or without the column."
                )


def _check_encoding(file: SourceFile, rejected: list[RejectedRow], good: int) -> None:
    undecoded = sum(row.rule == "not_unicode" for row in rejected)
    if undecoded > max(_UNDECODED_LINES, (good + len(rejected)) // 100):
        raise DatasetError(f"The file {file.name} is not in UTF-8: convert it to UTF-8 first.")
    if rejected and not good:
        raise DatasetError(f"No row of {file.name} can be read: give the right file, undamaged.")
