"""A schedule of the settings, and the rights that it needs to start its state machine."""

import re
import uuid
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loopback.service import ServiceError

from aws_local.iam.authority import ASSUME_ROLE, AccessDeniedError, Authority
from aws_local.iam.request import AccessRequest, Caller
from aws_local.scheduler.recurrence import Recurrence, recurrence
from aws_local.settings import Account, ScheduleSettings
from aws_local.wire import json_text

SERVICE = "scheduler.amazonaws.com"
_NAME = re.compile(r"[0-9a-zA-Z\-_.]{1,64}")


class Schedule:
    """A schedule whose target is the start of an execution."""

    def __init__(self, settings: ScheduleSettings, account: Account) -> None:
        """Read the schedule; raise ServiceError for what Scheduler refuses."""
        self.settings = settings
        self.arn = account.arn("scheduler", f"schedule/{settings.group}/{settings.name}")
        self.group_arn = account.arn("scheduler", f"schedule-group/{settings.group}")
        self.machine_arn = account.arn("states", f"stateMachine:{settings.state_machine}")
        self.role_arn = account.principals[settings.role].arn
        self._zone = _zone(settings)
        _check(settings)
        self.due(datetime.now(UTC))  # says what is wrong with the expression

    @property
    def is_enabled(self) -> bool:
        """True if the schedule starts anything."""
        return self.settings.state == "ENABLED"

    def due(self, created: datetime) -> Recurrence:
        """The due times of a schedule that was made at a moment."""
        try:
            return recurrence(self.settings.expression, self._zone, created)
        except ValueError as error:
            raise _wrong(self.settings, f"{self.settings.expression}: {error}") from None

    def execution(self, due: datetime) -> tuple[str, str]:
        """Name and input of the execution of a due time, the same whenever it is asked.

        https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
        """
        name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.arn} {due.isoformat()}"))
        given = self.settings.input
        for keyword, value in {
            "schedule-arn": self.arn,
            "scheduled-time": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "execution-id": name.replace("-", "")[:16],
            "attempt-number": "1",
        }.items():
            given = given.replace(f"<aws.scheduler.{keyword}>", value)
        return name, given


def require_rights(schedule: Schedule, account: Account, authority: Authority) -> None:
    """Raise ServiceError unless Scheduler may start the machine under the schedule's role.

    AWS refuses a role that does not trust it; one without the right it takes, and nobody would
    learn why nothing starts.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
    """
    source = {"aws:SourceAccount": account.account_id, "aws:SourceArn": schedule.group_arn}
    assumed = AccessRequest.of(ASSUME_ROLE, schedule.role_arn, source)
    if not authority.allows(Caller(SERVICE), assumed):
        raise _wrong(
            schedule.settings,
            "the execution role you provide must allow EventBridge Scheduler to assume the role: "
            f"let the trust policy of {schedule.role_arn} name {SERVICE}",
        )
    try:
        needed = AccessRequest.of("states:StartExecution", schedule.machine_arn)
        authority.require(Caller(schedule.role_arn, schedule.settings.name), [needed])
    except AccessDeniedError as error:
        raise _wrong(schedule.settings, str(error)) from None


def _zone(settings: ScheduleSettings) -> ZoneInfo:
    try:
        return ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _wrong(settings, f"there is no time zone {settings.time_zone!r}") from None


def _check(settings: ScheduleSettings) -> None:
    if not (_NAME.fullmatch(settings.name) and _NAME.fullmatch(settings.group)):
        raise _wrong(settings, "names have up to 64 letters, digits, -, _ and .")
    if settings.state not in {"ENABLED", "DISABLED"}:
        raise _wrong(settings, "its state is ENABLED or DISABLED")
    if not _is_json(settings.input):
        raise _wrong(settings, "its input is no JSON, which a state machine takes")
    if not 60 <= settings.maximum_event_age_seconds <= 86_400:
        raise _wrong(settings, "the largest age of an event is from 60 to 86400 seconds")


def _is_json(text: str) -> bool:
    try:
        json_text.parsed(text)
    except ValueError:
        return False
    return True


def _wrong(settings: ScheduleSettings, what: str) -> ServiceError:
    return ServiceError(f"The schedule {settings.name} cannot be: {what}.")
