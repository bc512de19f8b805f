"""Nights by a clock that the test sets: executions start, over restarts too, and callers read."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from aws_local.settings import (
    SchedulerSettings,
    ScheduleSettings,
    StateMachineSettings,
    StepFunctionsSettings,
)
from botocore.exceptions import ClientError
from loopback import settings_file

pytestmark = pytest.mark.thorough

MACHINE_ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:bake"
ARN = "arn:aws:scheduler:us-east-1:123456789012:schedule/default/nightly"
DEFINITION = {"StartAt": "bake", "States": {"bake": {"Type": "Pass", "End": True}}}
NIGHTLY = ScheduleSettings(
    name="nightly",
    expression="cron(0 3 * * ? *)",
    time_zone="Europe/Berlin",
    state_machine="bake",
    role="inference",
    input='{"due": "<aws.scheduler.scheduled-time>"}',
)
STARTS = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": MACHINE_ARN}
READS = {"Effect": "Allow", "Action": ["states:*", "scheduler:*"], "Resource": "*"}


def trust(service, source):
    return {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": service},
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}, "ArnLike": source},
    }


TRUSTS = {
    "job": trust("states.amazonaws.com", {"aws:SourceArn": f"{MACHINE_ARN}*"}),
    "inference": trust(
        "scheduler.amazonaws.com",
        {"aws:SourceArn": "arn:aws:scheduler:us-east-1:123456789012:schedule-group/default"},
    ),
}


@pytest.fixture(scope="session")
def house(new_settings, granted):
    """Settings of an emulator with a schedule."""

    def make(folder, *schedules, policies=None, trusts=None):
        known = {"job": [], "inference": STARTS, "integrator": READS}
        machine = StateMachineSettings(name="bake", definition=json.dumps(DEFINITION), role="job")
        return replace(
            new_settings(folder),
            account=granted(known | (policies or {}), TRUSTS | (trusts or {})),
            step_functions=StepFunctionsSettings(
                folder=folder / "executions", state_machines=(machine,)
            ),
            scheduler=SchedulerSettings(
                folder=folder / "schedules", schedules=schedules or (NIGHTLY,)
            ),
        )

    return make


@pytest.fixture(scope="module")
def emulator(tmp_path_factory, house, running):
    folder = tmp_path_factory.mktemp("state")
    noon = replace(NIGHTLY, name="noon", expression="at(2031-06-01T12:00:00)", group="days")
    paused = replace(NIGHTLY, name="paused", state="DISABLED")
    elsewhere = {
        "aws:SourceArn": [
            f"arn:aws:scheduler:us-east-1:123456789012:schedule-group/{name}"
            for name in ("default", "days")
        ]
    }
    settings = house(
        folder,
        NIGHTLY,
        noon,
        paused,
        trusts={"inference": trust("scheduler.amazonaws.com", elsewhere)},
    )
    with running("aws_local", settings, folder, settings.api.port):
        yield settings


def set_clock(settings, now):
    url = f"http://localhost:{settings.api.port}/_control"
    answer = httpx.post(url, json={"now": now}, timeout=30)
    answer.raise_for_status()
    return answer.json()


def test_a_night_starts_its_execution(emulator, client, wait_for):
    set_clock(emulator, "2030-01-01T12:00:00+01:00")
    assert set_clock(emulator, "2030-01-02T02:59:59+01:00")["fired"] == []
    found = set_clock(emulator, "2030-01-02T03:00:00+01:00")
    assert found["now"] == "2030-01-02T02:00:00+00:00"
    (night,) = found["fired"]
    assert (night["schedule"], night["due"]) == ("nightly", "2030-01-02T02:00:00+00:00")
    states = client(emulator.s3.port, "stepfunctions", "integrator")
    arn = night["execution_arn"]
    wait_for(lambda: states.describe_execution(executionArn=arn)["status"] == "SUCCEEDED")
    output = states.describe_execution(executionArn=arn)["output"]
    assert json.loads(output) == {"due": "2030-01-02T02:00:00Z"}
    assert set_clock(emulator, "2030-01-02T20:00:00+01:00")["fired"] == []


def test_a_hundred_nights(emulator, client):
    set_clock(emulator, "2032-03-01T12:00:00Z")
    nights = []
    for day in range(100):
        month, date = divmod(day, 28)
        now = f"2032-{month + 4:02}-{date + 1:02}T12:00:00Z"
        nights += [each["execution_arn"] for each in set_clock(emulator, now)["fired"]]
    assert len(set(nights)) == len(nights) == 100
    states = client(emulator.s3.port, "stepfunctions", "integrator")
    pages = states.get_paginator("list_executions").paginate(stateMachineArn=MACHINE_ARN)
    listed = {each["executionArn"] for page in pages for each in page["executions"]}
    assert set(nights) <= listed


def test_schedules_are_read_by_whom_a_policy_lets(emulator, client):
    scheduler = client(emulator.s3.port, "scheduler", "integrator")
    found = scheduler.get_schedule(Name="nightly")
    assert (found["Arn"], found["State"]) == (ARN, "ENABLED")
    assert found["ScheduleExpression"] == "cron(0 3 * * ? *)"
    assert found["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert found["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert found["Target"]["Arn"] == MACHINE_ARN
    assert found["Target"]["RoleArn"] == "arn:aws:iam::123456789012:role/inference"
    assert found["Target"]["Input"] == NIGHTLY.input
    assert found["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 86_400
    assert scheduler.get_schedule(Name="noon", GroupName="days")["Name"] == "noon"
    with pytest.raises(ClientError, match="AccessDenied"):
        client(emulator.s3.port, "scheduler", "nobody").get_schedule(Name="nightly")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        scheduler.get_schedule(Name="noon")


def test_lists_are_chosen_and_in_pages(emulator, client):
    scheduler = client(emulator.s3.port, "scheduler", "integrator")

    def names(**chosen):
        pages = scheduler.get_paginator("list_schedules").paginate(**chosen)
        return [each["Name"] for page in pages for each in page["Schedules"]]

    assert names() == ["nightly", "noon", "paused"]
    assert names(MaxResults=1) == ["nightly", "noon", "paused"]
    assert names(GroupName="days") == ["noon"]
    assert names(State="DISABLED") == ["paused"]
    assert names(NamePrefix="n") == ["nightly", "noon"]


def test_what_would_do_nothing_is_refused(emulator, client):
    scheduler = client(emulator.s3.port, "scheduler", "integrator")
    with pytest.raises(ClientError, match="does not emulate DeleteSchedule"):
        scheduler.delete_schedule(Name="nightly")
    with pytest.raises(ClientError, match="ValidationException"):
        scheduler.list_schedules(MaxResults=101)


@pytest.mark.parametrize("size", ["0", "101", "some", "1.5", ""])
def test_a_page_has_a_size_that_the_model_allows(emulator, signed_headers, size):
    url = f"http://localhost:{emulator.s3.port}/schedules?MaxResults={size}"
    answer = httpx.get(url, headers=signed_headers("integrator", "GET", url, b"", {}, "scheduler"))
    assert answer.status_code == 400
    assert answer.headers["x-amzn-errortype"] == "ValidationException"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"now": 7}', 400),
        (b'{"now": "2030-01-01T12:00:00"}', 400),
        (b'{"now": "0001-01-01T00:00:00Z"}', 400),
        (b'{"now": "9999-12-31T23:59:59-12:00"}', 400),
        (b'{"now": null, "then": 1}', 400),
        (b'{"now": null}', 200),
    ],
)
def test_the_clock_takes_times_of_a_zone(emulator, body, status):
    url = f"http://localhost:{emulator.api.port}/_control"
    json_type = {"content-type": "application/json"}
    assert httpx.post(url, content=body, headers=json_type).status_code == status
    assert httpx.post(url, content=body).status_code == 415


def test_a_clock_that_is_let_go_shows_this_machines_time(emulator):
    url = f"http://localhost:{emulator.api.port}/_control"
    set_clock(emulator, "2031-01-01T12:00:00Z")
    assert httpx.get(url).json() == {"now": "2031-01-01T12:00:00+00:00", "is_set": True}
    assert set_clock(emulator, None)["is_set"] is False
    shown = datetime.fromisoformat(httpx.get(url).json()["now"])
    assert abs(shown - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_night_is_one_over_a_kill(tmp_path, house, running, client):
    settings = house(tmp_path)
    with running("aws_local", settings, tmp_path, settings.api.port) as process:
        set_clock(settings, "2030-01-01T12:00:00Z")
        assert len(set_clock(settings, "2030-01-02T12:00:00Z")["fired"]) == 1
        process.kill()
        process.wait()
    with running("aws_local", settings, tmp_path, settings.api.port):
        assert set_clock(settings, "2030-01-02T12:00:00Z")["fired"] == []
        states = client(settings.s3.port, "stepfunctions", "integrator")
        due = [
            json.loads(states.describe_execution(executionArn=each["executionArn"])["input"])["due"]
            for each in states.list_executions(stateMachineArn=MACHINE_ARN)["executions"]
        ]
        assert due.count("2030-01-02T02:00:00Z") == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"trusts": {"inference": TRUSTS["job"]}}, "must allow EventBridge Scheduler to assume"),
        ({"policies": {"inference": []}}, "not authorized to perform: states:StartExecution"),
    ],
)
def test_a_role_that_cannot_start_the_machine_ends_the_start(tmp_path, house, changes, sentence):
    assert sentence in said(house(tmp_path, **changes), tmp_path)


def test_a_machine_that_is_not_there_ends_the_start(tmp_path, house):
    settings = house(tmp_path, replace(NIGHTLY, state_machine="fry"))
    assert "starts fry, which is no state machine" in said(settings, tmp_path)
    settings = replace(house(tmp_path / "other"), step_functions=None)
    assert "add step_functions to the settings" in said(settings, tmp_path)


def said(settings, folder):
    file = settings_file.write(settings, folder / "settings.json")
    command = [sys.executable, "-m", "aws_local", str(file)]
    stopped = subprocess.run(
        command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False
    )
    assert (stopped.returncode, stopped.stderr.count("\n")) == (1, 1)
    return stopped.stderr
