"""Scheduler's API on the schedules of the settings, and the control of their clock."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loopback.service import ServiceError

from aws_local.iam.authority import Authority
from aws_local.scheduler.clock import Clock
from aws_local.scheduler.cron import LAST_YEAR
from aws_local.scheduler.schedule import Schedule, require_rights
from aws_local.scheduler.schedules import Fired, Schedules, Start
from aws_local.settings import Account, SchedulerSettings
from aws_local.wire.call import Answer, Call, not_emulated
from aws_local.wire.fault import FaultError
from aws_local.wire.page import page
from aws_local.wire.validation import validate

_PAGE = 100
#: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
_RETRIES = 185
#: Of cron expressions.
_YEARS = range(1970, LAST_YEAR + 1)


class Scheduler:
    """The service."""

    def __init__(self, settings: SchedulerSettings, account: Account, start: Start) -> None:
        """Read the schedules; raise ServiceError for what Scheduler refuses."""
        schedules = [Schedule(each, account) for each in settings.schedules]
        authority = Authority(account)
        for schedule in schedules:
            require_rights(schedule, account, authority)
        if len({schedule.arn for schedule in schedules}) < len(schedules):
            raise ServiceError("Two schedules of a group have one name: name them otherwise.")
        self._clock = Clock()
        self._schedules = Schedules(settings.folder, schedules, self._clock, start)

    def begin(self) -> None:
        """Fire from now on."""
        self._schedules.begin()

    def close(self) -> None:
        """Fire no more."""
        self._schedules.close()

    def clock(self) -> dict[str, Any]:
        """The time that the clock shows, and whether it was set."""
        return {"now": self._clock.now().isoformat(), "is_set": self._clock.is_set}

    def set_clock(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Set the clock, or let it go on, and fire what is due; what was fired.

        Raises:
            ValueError: The request is not `{"now": ...}` with a time of a zone, or null.
        """
        if set(request) != {"now"}:
            raise ValueError('Send {"now": "2027-01-31T03:00:00+01:00"}, or null for this machine.')
        moment = None if request["now"] is None else datetime.fromisoformat(str(request["now"]))
        if moment is not None and (moment.tzinfo is None or moment.year not in _YEARS):
            raise ValueError("State a time of our days with its zone: 2027-01-31T03:00:00+01:00.")
        self._clock.set(moment)
        return {**self.clock(), "fired": [_fired(each) for each in self._schedules.fire_due()]}

    def answer(self, call: Call) -> Answer:
        """The answer; raise FaultError for a refusal."""
        if call.operation == "GetSchedule":
            return _answer(self._get(call.parameters))
        if call.operation == "ListSchedules":
            return _answer(self._list(call.parameters))
        raise not_emulated(call.operation)

    def _get(self, request: Mapping[str, Any]) -> dict[str, Any]:
        validate("scheduler", "GetSchedule", request)
        group = request.get("GroupName", "default")
        for schedule in self._schedules.all:
            if (schedule.settings.name, schedule.settings.group) == (request["Name"], group):
                return self._description(schedule)
        raise FaultError(
            "ResourceNotFoundException", f"Schedule {request['Name']} does not exist.", 404
        )

    def _list(self, request: Mapping[str, Any]) -> dict[str, Any]:
        validate("scheduler", "ListSchedules", request)
        chosen = [self._summary(each) for each in self._schedules.all if _is_chosen(each, request)]
        wanted = {"maxResults": request.get("MaxResults", 0), "nextToken": request.get("NextToken")}
        found = page("Schedules", chosen, wanted, _PAGE)
        token = found.pop("nextToken", None)
        return {**found, "NextToken": token} if token else found

    def _summary(self, schedule: Schedule) -> dict[str, Any]:
        created = self._schedules.created(schedule).timestamp()
        return {
            "Arn": schedule.arn,
            "Name": schedule.settings.name,
            "GroupName": schedule.settings.group,
            "State": schedule.settings.state,
            "CreationDate": created,
            "LastModificationDate": created,
            "Target": {"Arn": schedule.machine_arn},
        }

    def _description(self, schedule: Schedule) -> dict[str, Any]:
        settings = schedule.settings
        retry_policy = {
            "MaximumEventAgeInSeconds": settings.maximum_event_age_seconds,
            "MaximumRetryAttempts": _RETRIES,
        }
        target = {
            "Arn": schedule.machine_arn,
            "RoleArn": schedule.role_arn,
            "Input": settings.input,
            "RetryPolicy": retry_policy,
        }
        return {
            **self._summary(schedule),
            "ScheduleExpression": settings.expression,
            "ScheduleExpressionTimezone": settings.time_zone,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "NONE",
            "Target": target,
        }


def _is_chosen(schedule: Schedule, request: Mapping[str, Any]) -> bool:
    settings = schedule.settings
    return (
        request.get("GroupName", settings.group) == settings.group
        and request.get("State", settings.state) == settings.state
        and settings.name.startswith(request.get("NamePrefix", ""))
    )


def _answer(document: Mapping[str, Any]) -> Answer:
    return Answer(content=json.dumps(document).encode(), content_type="application/json")


def _fired(fired: Fired) -> dict[str, str]:
    return {
        "schedule": fired.schedule,
        "due": fired.due.isoformat(),
        "execution_arn": fired.execution_arn,
    }
