"""The schedules of an account: each due time starts its execution once, whenever it is noticed.

How far each schedule has come is on disk. What is due while the emulator does not run is late as an
event is that Scheduler cannot deliver at once: it is still delivered within its largest age.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from loopback import durable_file
from loopback.service import ServiceError

from aws_local.scheduler.clock import Clock
from aws_local.scheduler.schedule import Schedule
from aws_local.wire.fault import FaultError

#: Scheduler itself promises no more than the minute.
_POLL_SECONDS = 1.0
_STATE = "schedules.json"

#: Start an execution: the machine's address, a name, an input; the execution's address.
Start = Callable[[str, str, str], str]

logger = logging.getLogger(__name__)


@dataclass
class _Progress:
    """The way that a schedule has come."""

    created: datetime
    #: Due times up to here are done.
    done: datetime


@dataclass(frozen=True)
class Fired:
    """A due time that started an execution."""

    schedule: str
    due: datetime
    execution_arn: str


class Schedules:
    """Fires what is due, by a clock."""

    def __init__(
        self, folder: Path, schedules: Iterable[Schedule], clock: Clock, start: Start
    ) -> None:
        """Read how far the schedules have come; raise ServiceError naming a damaged file."""
        self.all = tuple(schedules)
        self._file = folder / _STATE
        self._clock = clock
        self._start = start
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._progress = {each.arn: self._restored(each) for each in self.all}
        self._due = {each.arn: each.due(self._progress[each.arn].created) for each in self.all}
        self._save()

    def begin(self) -> None:
        """Look at the clock from now on."""
        threading.Thread(target=self._watch, name="schedules", daemon=True).start()

    def close(self) -> None:
        """Fire no more."""
        self._stopped.set()
        with self._lock:  # what is being fired is fired and noted
            return

    def fire_due(self) -> list[Fired]:
        """Start what is due by now, the earliest first."""
        fired = []
        with self._lock:
            now = self._clock.now()
            while not self._stopped.is_set() and (found := self._next(now)):
                schedule, due = found
                fired += self._fire(schedule, due)
                self._progress[schedule.arn].done = due
                self._save()
        return fired

    def created(self, schedule: Schedule) -> datetime:
        """When a schedule was first among the settings, as it is now."""
        return self._progress[schedule.arn].created

    def _watch(self) -> None:
        while not self._stopped.wait(_POLL_SECONDS):
            try:
                self.fire_due()
            except Exception:  # the boundary: one bad moment does not end all nights
                logger.exception("The schedules could not be looked at.")

    def _next(self, now: datetime) -> tuple[Schedule, datetime] | None:
        """The earliest due time that is not done and not too old."""
        found = [
            (due, schedule)
            for schedule in self.all
            if schedule.is_enabled and (due := self._first(schedule, now)) and due <= now
        ]
        due, schedule = min(found, key=lambda each: each[0], default=(None, None))
        return (schedule, due) if schedule and due else None

    def _first(self, schedule: Schedule, now: datetime) -> datetime | None:
        oldest = now - timedelta(seconds=schedule.settings.maximum_event_age_seconds)
        return self._due[schedule.arn](max(self._progress[schedule.arn].done, oldest))

    def _fire(self, schedule: Schedule, due: datetime) -> list[Fired]:
        name, given = schedule.execution(due)
        try:
            arn = self._start(schedule.machine_arn, name, given)
        except FaultError as error:
            # one that has ended already was started before a kill, which came before the note
            if error.code != "ExecutionAlreadyExists":
                logger.warning("%s, due %s, started nothing: %s", schedule.arn, due, error)
            return []
        return [Fired(schedule.settings.name, due, arn)]

    def _restored(self, schedule: Schedule) -> _Progress:
        now = self._clock.now()
        known = _read(self._file).get(schedule.arn)
        if known is None or known["definition"] != _definition(schedule):
            # just made, or made anew: what is due at this very moment is due
            return _Progress(now, now - timedelta(microseconds=1))
        # what a clock that was set has done ahead of its time is found done by its name
        done = min(datetime.fromisoformat(known["done"]), now)
        created = datetime.fromisoformat(known["created"])
        return _Progress(created, done if schedule.is_enabled else now)

    def _save(self) -> None:
        document = {
            each.arn: {
                "definition": _definition(each),
                "created": self._progress[each.arn].created.isoformat(),
                "done": self._progress[each.arn].done.isoformat(),
            }
            for each in self.all
        }
        durable_file.write(self._file, json.dumps(document, indent=1).encode())


def _definition(schedule: Schedule) -> list[str]:
    """Settings that make a schedule another one when they change."""
    return [schedule.settings.expression, schedule.settings.time_zone]


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return {
            arn: {key: known[key] for key in ("definition", "created", "done")}
            for arn, known in json.loads(path.read_text()).items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ServiceError(f"{path} is damaged ({error}): restore it or remove it.") from None
