"""Cron expressions of EventBridge Scheduler: six fields, in a time zone.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
LAST_YEAR = 2199
_FRIDAY = 4

OnDay = Callable[[date], bool]


@dataclass(frozen=True)
class Cron:
    """A cron expression, read."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    years: frozenset[int]
    on_day: OnDay

    @classmethod
    def read(cls, fields: str) -> Self:
        """The expression; raise ValueError saying what is wrong with it."""
        parts = fields.upper().split()
        if len(parts) != 6:
            raise ValueError("a cron expression has six fields")
        minutes, hours, day_of_month, months, day_of_week, years = parts
        if (day_of_month == "?") == (day_of_week == "?"):
            raise ValueError("one of day of month and day of week is ?, and not both")
        is_week = day_of_month == "?"
        return cls(
            tuple(sorted(_numbers(minutes, 0, 59))),
            tuple(sorted(_numbers(hours, 0, 23))),
            _numbers(months, 1, 12, _MONTHS),
            _numbers(years, 1970, LAST_YEAR),
            _on_day_of_week(day_of_week) if is_week else _on_day_of_month(day_of_month),
        )

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """The first time after `moment`, in UTC; None if there is none.

        A time that the clocks jump over in spring is left out; of one that they show twice in
        autumn the first counts.
        """
        day = moment.astimezone(zone).date()
        while day.year <= LAST_YEAR:
            if self._is_on(day):
                for found in self._times(day, zone):
                    if found > moment:
                        return found
            day = day + timedelta(1) if day.month in self.months else _next_month(day)
        return None

    def _is_on(self, day: date) -> bool:
        return day.year in self.years and day.month in self.months and self.on_day(day)

    def _times(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        for hour in self.hours:
            for minute in self.minutes:
                local = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001
                if found := in_utc(local, zone):
                    yield found


def in_utc(local: datetime, zone: ZoneInfo) -> datetime | None:
    """A time that a zone's clocks show, in UTC; None for one that they jump over."""
    found = local.replace(tzinfo=zone).astimezone(UTC)
    return found if found.astimezone(zone).replace(tzinfo=None) == local else None


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(4)).replace(day=1)


def _numbers(
    field: str, low: int, high: int, names: Mapping[str, int] | None = None
) -> frozenset[int]:
    return frozenset(
        number for part in field.split(",") for number in _part(part, (low, high), names or {})
    )


def _part(part: str, limits: tuple[int, int], names: Mapping[str, int]) -> range:
    """`*`, `5`, `5-9`, and `5/15` or `5-50/15`, which go on in steps."""
    match = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?", part)
    if match is None or (match[1] == "*" and match[2]):
        raise ValueError(f"{part} is no value of a field")
    low, high = limits
    first = low if match[1] == "*" else _number(match[1], limits, names)
    goes_on = match[1] == "*" or match[3]
    last = _number(match[2], limits, names) if match[2] else high if goes_on else first
    step = int(match[3] or 1)
    if last < first or step < 1:
        raise ValueError(f"{part} has no value")
    return range(first, last + 1, step)


def _number(text: str, limits: tuple[int, int], names: Mapping[str, int]) -> int:
    number = names.get(text, int(text) if text.isdecimal() else -1)
    if not limits[0] <= number <= limits[1]:
        raise ValueError(f"{text} is not from {limits[0]} to {limits[1]}")
    return number


def _on_day_of_month(field: str) -> OnDay:
    """Days by their number; `L` is the last, `9W` the weekday that is nearest to the ninth."""
    if field == "L":
        return lambda day: day.day == _last(day)
    if field == "LW":
        return lambda day: day.day == _nearest_weekday(day, _last(day))
    if match := re.fullmatch(r"(\d+)W", field):
        target = _number(match[1], (1, 31), {})
        return lambda day: target <= _last(day) and day.day == _nearest_weekday(day, target)
    days = _numbers(field, 1, 31)
    return lambda day: day.day in days


def _on_day_of_week(field: str) -> OnDay:
    """Days by number or name; `6L` is the month's last Friday, `6#2` its second."""
    if field == "L":
        field = "SAT"
    if match := re.fullmatch(r"(\w+)L", field):
        last = _number(match[1], (1, 7), _DAYS)
        return lambda day: _day_of_week(day) == last and day.day > _last(day) - 7
    if match := re.fullmatch(r"(\w+)#([1-5])", field):
        each, count = _number(match[1], (1, 7), _DAYS), int(match[2])
        return lambda day: _day_of_week(day) == each and (day.day - 1) // 7 + 1 == count
    days = _numbers(field, 1, 7, _DAYS)
    return lambda day: _day_of_week(day) in days


def _day_of_week(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _last(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(day: date, target: int) -> int:
    """The weekday of the same month that is nearest to the day with the number `target`."""
    found = day.replace(day=target)
    beyond = found.weekday() - _FRIDAY
    if beyond <= 0:
        return target
    nearest = target - 1 if beyond == 1 else target + 1
    if nearest < 1:
        return target + 2
    return nearest if nearest <= _last(day) else target - 2
