"""Schedules of tasks: `5 MINUTES`, or `USING CRON` with an expression and a time zone.

https://docs.snowflake.com/en/sql-reference/sql/create-task (SCHEDULE).
"""

import re
from datetime import datetime, timedelta

from snowflake_local.model.cron import Cron
from snowflake_local.model.errors import SqlError

_CRON = re.compile(r"USING\s+CRON\s+(.*\S)\s+(\S+)", re.IGNORECASE | re.DOTALL)
_INTERVAL = re.compile(r"([0-9]+)\s*(HOURS?|H|MINUTES?|M|SECONDS?|S)", re.IGNORECASE)
#: Seconds of a unit, the least number of units, and the greatest.
_UNITS = {"H": (3600, 1, 192), "M": (60, 1, 11_520), "S": (1, 10, 691_200)}


class Schedule:
    """The times at which a task is due."""

    def __init__(self, text: str) -> None:
        """Read a schedule; raise SqlError for one that Snowflake would not take."""
        self._text = text
        self._cron: Cron | None = None
        self._interval = timedelta()
        if match := _CRON.fullmatch(text.strip()):
            self._cron = self._read_cron(*match.groups())
        elif match := _INTERVAL.fullmatch(text.strip()):
            self._interval = self._read_interval(*match.groups())
        else:
            raise self._refusal("say '<number> MINUTES' or 'USING CRON <expression> <time zone>'")

    def following(self, after: datetime, base: datetime) -> datetime | None:
        """The next due time; None if there is none.

        Args:
            after: What it comes after.
            base: When the task was resumed: intervals are counted from there.
        """
        if self._cron is not None:
            return self._cron.following(after)
        passed = max((after - base) // self._interval, 0)
        return base + self._interval * (passed + 1)

    def _read_cron(self, expression: str, zone: str) -> Cron:
        try:
            return Cron(expression, zone)
        except ValueError as reason:
            raise self._refusal(str(reason)) from None

    def _read_interval(self, number: str, unit: str) -> timedelta:
        seconds, least, most = _UNITS[unit[0].upper()]
        if not least <= int(number) <= most:
            raise self._refusal(f"the number must be {least} to {most} of this unit")
        return timedelta(seconds=seconds * int(number))

    def _refusal(self, reason: str) -> SqlError:
        return SqlError.compilation(
            f"Invalid value '{self._text}' for property 'SCHEDULE': {reason}.", 1008, "22023"
        )
