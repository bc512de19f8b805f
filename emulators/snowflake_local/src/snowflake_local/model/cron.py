"""Cron expressions in a time zone, as the schedules of tasks have them.

CronSim knows the calendar, and is asked about the zone's clock alone: its own rules for a change of
the clock are Debian's, by which a time that is skipped runs later and one that is shown twice runs
once. Snowflake's are the clock's: https://docs.snowflake.com/en/sql-reference/sql/create-task.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

_MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_DAYS = "SUN|MON|TUE|WED|THU|FRI|SAT"


def _field(value: str, alone: str = "") -> re.Pattern[str]:
    """The grammar of a field: `*`, values and ranges, each with a step, and what stands alone."""
    item = rf"(?:\*|(?:{value})(?:-(?:{value}))?)(?:/[0-9]+)?" + (f"|{alone}" if alone else "")
    return re.compile(rf"(?:{item})(?:,(?:{item}))*")


#: Minute, hour, day of month, month, day of week; CronSim would take more than Snowflake's page.
_FIELDS = (
    _field(r"[0-9]+"),
    _field(r"[0-9]+"),
    _field(r"[0-9]+", "L"),
    _field(rf"[0-9]+|{_MONTHS}"),
    _field(rf"[0-6]|{_DAYS}", "[0-6]L"),
)


class Cron:
    """The minutes at which a clock of a time zone shows what an expression says.

    A day is met by its day of the month or of the week, where both are said.
    """

    def __init__(self, expression: str, zone: str) -> None:
        """Take an expression; raise ValueError, which says why, if Snowflake would not."""
        fields = expression.upper().split()
        if len(fields) != len(_FIELDS):
            raise ValueError(f"a cron expression has five fields, not {len(fields)}")
        for field, grammar in zip(fields, _FIELDS, strict=True):
            if grammar.fullmatch(field) is None:
                raise ValueError(f"the field '{field}' is not understood")
        if zone not in _zones():
            raise ValueError(f"there is no time zone '{zone}'")
        self._zone = ZoneInfo(zone)
        self._expression = " ".join(fields)
        try:
            CronSim(self._expression, datetime(2000, 1, 1))  # noqa: DTZ001 - a clock's time
        except CronSimError as error:
            raise ValueError(str(error)) from None

    def following(self, after: datetime) -> datetime | None:
        """The next time, in UTC; None if there is none within fifty years."""
        # a time that the clock shows twice is met twice
        found = [self._first(after, fold) for fold in (0, 1)]
        return min((time for time in found if time is not None), default=None)

    def _first(self, after: datetime, fold: int) -> datetime | None:
        for shown in CronSim(self._expression, self._begin(after)):
            time = shown.replace(tzinfo=self._zone, fold=fold).astimezone(UTC)
            is_shown = time.astimezone(self._zone).replace(tzinfo=None) == shown
            if is_shown and time > after:
                return time
        return None

    def _begin(self, after: datetime) -> datetime:
        """The time that the clock shows, less what it is about to show again."""
        local = after.astimezone(self._zone)
        offsets = [local.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1)]
        return local.replace(tzinfo=None) - max(offsets[0] - offsets[1], timedelta())


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
