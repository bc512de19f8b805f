"""Records of a delimited text file, each with its line and raw text.

Python's csv reader alone would let one unclosed quote swallow the rows after it. Here a record may
span lines (overviews and genre lists do), but if it does not end as a whole record, or one of its
further lines is a whole record by itself, only its first line is broken and reading goes on with
the next.
"""

import csv
import re
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

#: Lines that one record may span; an unclosed quote is given up after so many.
LINES_PER_RECORD = 200

_UNDECODED = re.compile("[\udc80-\udcff]")

# The limit is meant for untrusted web forms; the cast of a film takes more than its 128 KiB.
csv.field_size_limit(sys.maxsize)


@dataclass(frozen=True)
class Record:
    """One record: its first line, counted from 1, its fields, its text as it stands in the file."""

    line: int
    fields: tuple[str, ...]
    raw_text: str


@dataclass(frozen=True)
class BrokenRecord:
    """Text that is no record, and the name of the rule it breaks."""

    line: int
    rule: str
    raw_text: str


@dataclass(frozen=True)
class RecordFormat:
    """Format of a whole record: delimiter, number of fields, quoting."""

    width: int
    delimiter: str = ","
    quoted: bool = True
    #: True for fields that could begin a record, by their id for example; the finer, the better an
    #: unclosed quote is found out.
    plausible: Callable[[tuple[str, ...]], bool] = any

    def parse(self, text: str) -> tuple[str, ...] | None:
        """The fields of a whole record; None when the text is not one."""
        if not self.quoted:
            fields = tuple(text.rstrip("\r\n").split(self.delimiter))
        else:
            try:
                rows = list(csv.reader([text], delimiter=self.delimiter, strict=True))
            except csv.Error:
                return None
            fields = tuple(rows[0]) if len(rows) == 1 else ()
        return fields if len(fields) == self.width else None

    def begins(self, text: str) -> bool:
        """True for a text that is a whole record by itself, and certainly no part of another.

        The end of a record of several lines may look like one, but for the quote that ends a field
        which no quote began.
        """
        if self._stray_quote.search(text):
            return False
        fields = self.parse(text)
        return fields is not None and self.plausible(fields)

    @cached_property
    def _stray_quote(self) -> re.Pattern[str]:
        """A quote within a field that did not begin with one, fields before it being whole."""
        end = re.escape(self.delimiter)
        field = rf'(?:"(?:[^"]|"")*"|[^"{end}]*)'
        return re.compile(rf'\A(?:{field}{end})*[^"{end}]+"')


def records(
    lines: Iterable[str], record_format: RecordFormat, first_line: int = 1
) -> Iterator[Record | BrokenRecord]:
    """Split lines, which keep their ends, into records.

    Args:
        lines: Text with surrogates where bytes could not be decoded.
        record_format: Format of a whole record.
        first_line: Number of the first of the lines.
    """
    source, ahead, number = iter(lines), deque[str](), first_line
    while (line := _next(source, ahead)) is not None:
        record = _record(line, source, ahead, record_format)
        if isinstance(record, str):
            yield BrokenRecord(number, record, printable(line))
            number += 1
        else:
            yield Record(number, record.fields, "".join(record.lines).rstrip("\r\n"))
            number += len(record.lines)


def _next(source: Iterator[str], ahead: deque[str]) -> str | None:
    return ahead.popleft() if ahead else next(source, None)


@dataclass(frozen=True)
class _Whole:
    fields: tuple[str, ...]
    lines: list[str]


def _record(
    line: str, source: Iterator[str], ahead: deque[str], record_format: RecordFormat
) -> _Whole | str:
    """The record that begins with `line`, or the rule that it breaks."""
    if not line.strip():
        return "blank_line"
    if not _decoded(line):
        return "not_unicode"
    if (fields := record_format.parse(line)) is not None:
        return _Whole(fields, [line])
    if (
        record_format.quoted
        and (record := _long_record(line, source, ahead, record_format)) is not None
    ):
        return record
    return "field_count"


def _long_record(
    line: str, source: Iterator[str], ahead: deque[str], record_format: RecordFormat
) -> _Whole | None:
    """The record of several lines that begins with `line`; what is not of it goes back ahead."""
    lines, text = [line], line
    while len(lines) < LINES_PER_RECORD and _open_quote(text, record_format.delimiter):
        if (more := _next(source, ahead)) is None:
            break
        lines.append(more)
        text += more
        if not _decoded(more) or record_format.begins(more):
            break
        if (fields := record_format.parse(text)) is not None and record_format.plausible(fields):
            return _Whole(fields, lines)
    ahead.extendleft(reversed(lines[1:]))
    return None


def _open_quote(text: str, delimiter: str) -> bool:
    """True for a text that ends inside a quoted field."""
    try:
        list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _decoded(text: str) -> bool:
    return text.isascii() or not _UNDECODED.search(text)


def printable(text: str) -> str:
    """The text with its undecoded bytes written as escapes."""
    return (
        text.rstrip("\r\n").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    )
