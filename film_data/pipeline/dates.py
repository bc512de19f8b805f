"""Dates and times as files write them: the publisher's, spreadsheets', R's and pandas'.

`3/4/1995` is two different days; a file decides which, by its other rows, never a row by itself.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import Enum

from film_data.pipeline import values
from film_data.pipeline.columns import LATEST

_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
#: Slashes stand in dates of either order, dots in dates that begin with the day.
_YEAR_LAST = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{2}|\d{4})", re.ASCII)
_NAMED_MONTH = re.compile(r"\d{1,2}-[A-Za-z]{3}-(?:\d{2}|\d{4})", re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([AP])M)?\s*(?:Z|UTC|\+00:?00)?",
    re.ASCII | re.IGNORECASE,
)
#: Seconds since 1970, whole as programs write them, or with a fraction, which is dropped.
_SECONDS = re.compile(r"(\d{1,19})(?:\.(\d*))?", re.ASCII)
#: Below these numbers a time is in units of so many to the second; 0 where no unit is certain.
_UNITS = (
    (LATEST, 1), (10**11, 0), (LATEST * 10**3, 10**3), (10**14, 0), (LATEST * 10**6, 10**6),
    (10**17, 0), (LATEST * 10**9, 10**9),
)  # fmt: skip
#: Smaller numbers with a fraction are a spreadsheet's days, not seconds.
_SMALLEST_WITH_FRACTION = 10**8


class Order(Enum):
    """The order of day and month in the dates of a file."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def order_of(texts: Iterable[str]) -> Order | None:
    """The order that the dates of a file have; None when none tells it, or they contradict."""
    found = set[Order]()
    for text in texts:
        match = _YEAR_LAST.match(text.strip())
        if match is not None and match[2] == "/" and int(match[1]) <= 31 and int(match[3]) <= 31:
            if int(match[1]) > 12:
                found.add(Order.DAY_FIRST)
            elif int(match[3]) > 12:
                found.add(Order.MONTH_FIRST)
    return found.pop() if len(found) == 1 else None


def day(text: str, year: int | None = None, order: Order | None = None) -> date | None:
    """A date in one of the known forms; a time of the day behind it is left out.

    Args:
        text: The date.
        year: Year it must lie in; it decides the century of a year with two digits.
        order: Order of day and month in the file; without it `3/4/1995` is no certain date.
    """
    written, _, clock = text.strip().replace("T", " ", 1).partition(" ")
    if clock and not _CLOCK.fullmatch(clock.strip()):
        return None
    try:
        return _day(written, year, order)
    except ValueError:
        return None


def _day(text: str, year: int | None, order: Order | None) -> date | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if _NAMED_MONTH.fullmatch(text):
        return _of_named_month(text, year)
    match = _YEAR_LAST.fullmatch(text)
    full_year = _full_year(match[4], year) if match else None
    if match is None or full_year is None:
        return None
    known = Order.DAY_FIRST if match[2] == "." else order
    return _of_numbers(int(match[1]), int(match[3]), full_year, known)


def _of_numbers(first: int, second: int, year: int, order: Order | None) -> date | None:
    """The date of two numbers and a year; None where it could be two dates."""
    if order is None and first != second and first <= 12 and second <= 12:
        return None
    is_day_first = first > 12 or (order is Order.DAY_FIRST and second <= 12)
    return date(year, second, first) if is_day_first else date(year, first, second)


def _of_named_month(text: str, year: int | None) -> date:
    digits = "%y" if len(text.rsplit("-", 1)[1]) == 2 else "%Y"
    parsed = datetime.strptime(text, f"%d-%b-{digits}").date()  # noqa: DTZ007 - a day, no time
    if digits == "%y" and year is not None and (parsed.year - year) % 100 == 0:
        return parsed.replace(year=year)
    return parsed


def _full_year(digits: str, year: int | None) -> int | None:
    """The year with all digits; two digits need the year beside the date to tell the century."""
    if len(digits) == 4:
        return int(digits)
    return year if year is not None and year % 100 == int(digits) else None


def instant(text: str, order: Order | None = None) -> int | None:
    """Seconds since 1970, UTC, of a number or of a date with a time; fractions are dropped.

    Args:
        text: The time.
        order: Order of day and month in the file.
    """
    written = values.bare(text)
    if match := _SECONDS.fullmatch(written):
        number, has_fraction = int(match[1]), bool((match[2] or "").strip("0"))
        return None if has_fraction and number < _SMALLEST_WITH_FRACTION else _in_seconds(number)
    if (number_of_r := values.whole(written)) is not None:
        return _in_seconds(number_of_r)
    return _of_day_and_clock(written, order)


def _in_seconds(number: int) -> int | None:
    unit = next((unit for below, unit in _UNITS if number < below), 0)
    return number // unit if unit else None


def _of_day_and_clock(text: str, order: Order | None) -> int | None:
    parsed = day(text, order=order)
    clock = _seconds_of_day(text.replace("T", " ", 1).partition(" ")[2].strip())
    if parsed is None or clock is None:
        return None
    midnight = datetime(parsed.year, parsed.month, parsed.day, tzinfo=UTC)
    since = int(midnight.timestamp()) + clock
    return since if 0 <= since < LATEST else None


def _seconds_of_day(clock: str) -> int | None:
    if not clock:
        return 0
    match = _CLOCK.fullmatch(clock)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4].upper() == "P" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return hour * 3600 + minute * 60 + second
