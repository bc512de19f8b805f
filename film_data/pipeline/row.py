"""A row of a text file: its values, and the rules that were applied while they were read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from film_data.pipeline import dates, values
from film_data.pipeline.columns import LARGEST_ID
from film_data.pipeline.dates import Order

T = TypeVar("T")

#: The values of a row, by column.
Values = dict[str, str | int | float | bool | None]


class RejectedRowError(Exception):
    """A row that cannot be loaded; `rule` is the name of the rule that it breaks."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass
class Row:
    """The fields of one record by column, and the rules that were applied while reading them."""

    fields: Mapping[str, str]
    #: Order of day and month in the dates of the file.
    date_order: Order | None = None
    applied: list[str] = field(default_factory=list)
    #: Columns with a value that was read, and columns with one that nobody can read.
    kept: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def text(self, column: str) -> str | None:
        """The text without blanks around it, decoded as it was meant; None when empty."""
        text = " ".join(self.fields.get(column, "").split())
        meant = values.fix_mojibake(text)
        if meant != text:
            self.applied.append("double_encoded")
        return meant or None

    def optional_text(self, column: str) -> str | None:
        """A text that may be missing, and that may say so; no title, for `None` is one."""
        text = self.text(column)
        return None if text is None or self._says_missing(text) else text

    def identifier(self, column: str, rule: str) -> int:
        """A whole number that must be there; the row breaks `rule` when it is not."""
        text = self.fields.get(column, "").strip()
        number = values.whole(text)
        if number is None or number > LARGEST_ID:
            raise RejectedRowError(rule)
        self._note_format(values.is_plain(text))
        return number

    def optional_identifier(self, column: str) -> int | None:
        """A whole number that identifies something and may be missing."""
        number = self.optional(column, values.whole, "number_invalid")
        if number is not None:
            self._note_format(values.is_plain(self.fields[column].strip()))
        return number

    def imdb_id(self, column: str) -> str | None:
        """The id of a film at IMDb; MovieLens writes it without `tt`, with its zeros."""
        found = self.optional(column, values.imdb_id, "imdb_id_invalid")
        if found is not None:
            text = self.fields[column].strip()
            self._note_format(text in {found, found.removeprefix("tt")})
        return found

    def whole(self, column: str) -> int | None:
        """A whole number; None when there is none or it cannot be read."""
        number = self.optional(column, values.whole, "number_invalid")
        if number is not None:
            text = self.fields[column].strip()
            self._note_format(values.is_plain(text.removesuffix(".0")))
        return number

    def decimal(self, column: str, rule: str = "number_invalid") -> float | None:
        """A decimal number; None when there is none or it cannot be read."""
        number = self.optional(column, values.decimal, rule)
        if number is not None:
            text = self.fields[column].strip()
            self._note_format(values.bare(text) == text and "," not in text)
        return number

    def amount(self, column: str) -> int | None:
        """A number of dollars; None when there is none or it cannot be read."""
        number = self.optional(column, values.amount, "amount_invalid")
        if number is not None:
            self._note_format("e" not in self.fields[column])
        return number

    def day(self, column: str, year: int | None = None) -> str | None:
        """A date in ISO's form; None when there is none or it cannot be read for certain.

        Args:
            column: Of the date.
            year: Year it must lie in; it decides the century of a year with two digits.
        """
        found = self.optional(
            column, lambda text: dates.day(text, year, self.date_order), "date_invalid"
        )
        return None if found is None else found.isoformat()

    def instant(self, column: str) -> int | None:
        """A time in seconds since 1970; None when there is none or it cannot be read."""
        found = self.optional(
            column, lambda text: dates.instant(text, self.date_order), "time_invalid"
        )
        if found is not None:
            text = self.fields[column].strip()
            if values.whole(text) == found:
                self._note_format(values.is_plain(text))
            else:
                self.applied.append("time_converted")
        return found

    def optional(self, column: str, parse: Callable[[str], T | None], rule: str) -> T | None:
        """A value that may be missing; one that cannot be read is left out by `rule`."""
        text = self.fields.get(column, "").strip()
        if not text or self._says_missing(text):
            return None
        value = parse(text)
        if value is None:
            self.applied.append(rule)
            self.lost.add(column)
        else:
            self.kept.add(column)
        return value

    def _says_missing(self, text: str) -> bool:
        if not values.is_missing(text):
            return False
        self.applied.append("missing_mark")
        return True

    def _note_format(self, is_usual: bool) -> None:
        if not is_usual:
            self.applied.append("number_format")
