"""When a schedule is due: `cron(...)`, `rate(...)` and `at(...)`.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aws_local.scheduler.cron import Cron, in_utc

#: The first due time after a moment, both in UTC; None if there is none.
Recurrence = Callable[[datetime], datetime | None]

_EXPRESSION = re.compile(r"(cron|rate|at)\((.*)\)")
_RATE = re.compile(r"([1-9]\d*) +(minute|hour|day)s?")
#: A day is 24 hours, however long it is on the clocks.
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(hours=24)}


def recurrence(expression: str, zone: ZoneInfo, created: datetime) -> Recurrence:
    """The due times of an expression; raise ValueError saying what is wrong with it.

    Args:
        expression: As Scheduler takes it.
        zone: Whose clocks it speaks of.
        created: When the schedule was made: a rate counts from there, and begins at once.
    """
    match = _EXPRESSION.fullmatch(expression)
    if match is None:
        raise ValueError("an expression is cron(...), rate(...) or at(...)")
    kind, inside = match.groups()
    if kind == "cron":
        cron = Cron.read(inside)
        return lambda moment: cron.after(moment, zone)
    return _rate(inside, created) if kind == "rate" else _once(inside, zone)


def _rate(inside: str, created: datetime) -> Recurrence:
    match = _RATE.fullmatch(inside.strip())
    if match is None:
        raise ValueError("a rate is a whole number and minutes, hours or days")
    period = int(match[1]) * _UNITS[match[2]]

    def after(moment: datetime) -> datetime:
        passed = (moment - created) // period + 1
        return created + max(passed, 0) * period

    return after


def _once(inside: str, zone: ZoneInfo) -> Recurrence:
    try:
        local = datetime.strptime(inside, "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007 - of the zone
    except ValueError:
        raise ValueError("a time is yyyy-mm-ddThh:mm:ss") from None
    due = in_utc(local, zone)
    return lambda moment: due if due and due > moment else None
