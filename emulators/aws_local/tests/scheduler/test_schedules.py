"""Due times fire once: in order, over restarts and kills, within its age."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aws_local.scheduler.clock import Clock
from aws_local.scheduler.schedule import Schedule
from aws_local.scheduler.schedules import Schedules
from aws_local.settings import ScheduleSettings
from aws_local.wire.fault import FaultError
from loopback.service import ServiceError

NIGHTLY = ScheduleSettings(
    name="nightly",
    expression="cron(0 3 * * ? *)",
    time_zone="Europe/Berlin",
    state_machine="bake",
    role="job",
)
NOON = datetime(2027, 1, 1, 11, tzinfo=UTC)


class Machines:
    """Starts executions, each name once, as Step Functions does."""

    def __init__(self):
        self.started: list[tuple[str, str, str]] = []

    def start(self, machine_arn, name, given):
        if name in {each[1] for each in self.started}:
            raise FaultError("ExecutionAlreadyExists", name)
        self.started.append((machine_arn, name, given))
        return f"execution:{name}"


@pytest.fixture
def machines():
    return Machines()


@pytest.fixture
def clock():
    clock = Clock()
    clock.set(NOON)
    return clock


@pytest.fixture
def schedules_of(account, tmp_path, machines, clock):
    """Schedules as after a start of the emulator; the clock shows noon on January 1."""

    def make(*settings, start=machines.start) -> Schedules:
        schedules = [Schedule(each, account) for each in settings or (NIGHTLY,)]
        return Schedules(tmp_path, schedules, clock, start)

    return make


def fired(schedules, clock, **later):
    clock.set(clock.now() + timedelta(**later))
    return [each.due.strftime("%d %H:%M") for each in schedules.fire_due()]


def test_nothing_fires_before_it_is_due(schedules_of, clock, machines):
    schedules = schedules_of()
    assert fired(schedules, clock, hours=14, minutes=59) == []
    assert fired(schedules, clock, minutes=1) == ["02 02:00"]
    assert fired(schedules, clock, hours=23) == []
    assert fired(schedules, clock, hours=1) == ["03 02:00"]
    assert [each[0] for each in machines.started] == [
        "arn:aws:states:us-east-1:123456789012:stateMachine:bake"
    ] * 2


def test_a_due_time_fires_once_over_starts(schedules_of, clock, machines):
    first = schedules_of()
    assert fired(first, clock, hours=15) == ["02 02:00"]
    assert fired(schedules_of(), clock, hours=1) == []
    assert len(machines.started) == 1


def test_a_kill_between_the_start_and_its_note_starts_nothing_twice(
    schedules_of, clock, machines, tmp_path
):
    schedules = schedules_of()
    before = (tmp_path / "schedules.json").read_text()
    assert fired(schedules, clock, hours=15) == ["02 02:00"]
    (tmp_path / "schedules.json").write_text(before)
    assert fired(schedules_of(), clock, minutes=1) == []
    assert fired(schedules_of(), clock, minutes=1) == []
    assert len(machines.started) == 1


def test_what_was_due_meanwhile_fires_within_its_age(schedules_of, clock):
    schedules_of()
    assert fired(schedules_of(), clock, days=10) == ["11 02:00"]
    hasty = replace(NIGHTLY, maximum_event_age_seconds=3600)
    schedules_of(hasty)
    assert fired(schedules_of(hasty), clock, days=10) == []


def test_earliest_first(schedules_of, clock):
    hourly = replace(NIGHTLY, name="hourly", expression="rate(5 hours)")
    schedules = schedules_of(NIGHTLY, hourly)
    assert fired(schedules, clock, hours=16) == [
        *("01 11:00", "01 16:00", "01 21:00"),
        *("02 02:00", "02 02:00"),
    ]


def test_a_disabled_schedule_fires_nothing_and_catches_nothing_up(schedules_of, clock):
    paused = replace(NIGHTLY, state="DISABLED")
    schedules_of()
    assert fired(schedules_of(paused), clock, hours=15) == []
    assert fired(schedules_of(paused), clock, minutes=1) == []
    assert fired(schedules_of(), clock, hours=1) == []
    assert fired(schedules_of(), clock, hours=23) == ["03 02:00"]


def test_another_expression_begins_anew(schedules_of, clock):
    schedules_of()
    clock.set(clock.now() + timedelta(hours=20))
    earlier = replace(NIGHTLY, expression="cron(0 4 * * ? *)")
    assert fired(schedules_of(earlier), clock, hours=1) == []
    assert fired(schedules_of(earlier), clock, hours=23) == ["03 03:00"]


def test_a_clock_that_goes_back_fires_nothing_again(schedules_of, clock, machines):
    schedules = schedules_of()
    assert fired(schedules, clock, days=30) == ["31 02:00"]
    assert fired(schedules, clock, days=-29) == []
    assert fired(schedules_of(), clock, days=1) == ["03 02:00"]
    assert fired(schedules_of(), clock, days=28) == []
    assert len(machines.started) == 2


def test_a_machine_that_is_gone_ends_no_night_but_its_own(schedules_of, clock, caplog):
    def absent(*_):
        raise FaultError("StateMachineDoesNotExist", "State Machine Does Not Exist")

    schedules = schedules_of(start=absent)
    assert fired(schedules, clock, hours=15) == []
    assert "started nothing: State Machine Does Not Exist" in caplog.text
    assert fired(schedules_of(), clock, hours=24) == ["03 02:00"]


def test_what_fails_otherwise_is_tried_again(schedules_of, clock, machines):
    outcomes = iter([OSError("no space")])

    def start(*given):
        for error in outcomes:
            raise error
        return machines.start(*given)

    schedules = schedules_of(start=start)
    with pytest.raises(OSError, match="no space"):
        fired(schedules, clock, hours=15)
    assert fired(schedules, clock, seconds=1) == ["02 02:00"]


def test_keywords_of_the_input_are_replaced(schedules_of, clock, machines):
    given = {
        "schedule": "<aws.scheduler.schedule-arn>",
        "due": "<aws.scheduler.scheduled-time>",
        "attempt": "<aws.scheduler.attempt-number>",
        "id": "<aws.scheduler.execution-id>",
    }
    fired(schedules_of(replace(NIGHTLY, input=json.dumps(given))), clock, hours=15)
    ((_, name, found),) = machines.started
    assert json.loads(found) == {
        "schedule": "arn:aws:scheduler:us-east-1:123456789012:schedule/default/nightly",
        "due": "2027-01-02T02:00:00Z",
        "attempt": "1",
        "id": name.replace("-", "")[:16],
    }


def test_nothing_fires_after_the_end(schedules_of, clock):
    schedules = schedules_of()
    schedules.close()
    assert fired(schedules, clock, hours=15) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"time_zone": "Europe/Bakery"}, "there is no time zone 'Europe/Bakery'"),
        ({"time_zone": "../etc/passwd"}, "there is no time zone"),
        ({"time_zone": ""}, "there is no time zone"),
        ({"expression": "cron(0 3 * * * *)"}, "one of day of month and day of week"),
        ({"name": "a b"}, "names have up to 64"),
        ({"state": "ON"}, "its state is ENABLED or DISABLED"),
        ({"maximum_event_age_seconds": 59}, "from 60 to 86400 seconds"),
        ({"input": "{"}, "its input is no JSON"),
        ({"input": "NaN"}, "its input is no JSON"),
    ],
)
def test_what_scheduler_refuses(schedules_of, change, fault):
    with pytest.raises(ServiceError, match=fault) as error:
        schedules_of(replace(NIGHTLY, **change))
    assert str(error.value).startswith("The schedule ")


@pytest.mark.parametrize("content", ["{", "[]", '{"arn:aws:x": {}}'])
def test_a_damaged_file_is_named(schedules_of, tmp_path, content):
    (tmp_path / "schedules.json").write_text(content)
    with pytest.raises(ServiceError, match=r"schedules\.json is damaged"):
        schedules_of()
