"""Dates in a file: one order of day and month for all of them."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Literal

Order = Literal["day first", "month first", "unknown"]
_NUMERIC = re.compile(
    r"^(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
_EPOCH = re.compile(r"^\d{9,10}(?:\.0)?$")
#: The day that spreadsheets count from.
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone


def order_of(texts: Iterable[str]) -> Order:
    """The order of day and month, which one date with a day above 12 tells for all.

    Dots part the day from the month wherever they are written.
    """
    found = [match for text in texts if (match := _NUMERIC.match(text.strip()))]
    if any(int(match[1]) > 12 or match[2] == "." for match in found):
        return "day first"
    return "month first" if any(int(match[3]) > 12 for match in found) else "unknown"


def moment(text: str, order: Order, now: datetime) -> datetime | None:
    """A moment in UTC without a zone; None for what is none, is ambiguous or is to come."""
    tidy = text.strip()
    found = None
    with suppress(ValueError, OverflowError, OSError):
        found = _iso(tidy) or _counted(tidy) or _numeric(tidy, order)
    return found if found is not None and found.year >= 1970 and found <= now else None


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}", text):
        return None
    found = datetime.fromisoformat(text.removesuffix(" UTC"))
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def _counted(text: str) -> datetime | None:
    if _SERIAL.match(text):
        return _DAY_ZERO + timedelta(days=float(text))
    if _EPOCH.match(text):
        return datetime.fromtimestamp(float(text), UTC).replace(tzinfo=None)
    return None


def _numeric(text: str, order: Order) -> datetime | None:
    match = _NUMERIC.match(text)
    if match is None or order == "unknown":
        return None
    day, month = (match[1], match[3]) if order == "day first" else (match[3], match[1])
    hour, minute, second = (int(part or 0) for part in match.groups()[4:])
    return datetime(int(match[4]), int(month), int(day), hour, minute, second)  # noqa: DTZ001 - the file has none
