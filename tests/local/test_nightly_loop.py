"""The nightly loop on this machine: whom it obeys, when it begins, what it keeps."""

import json

import httpx
import pytest
from aws_local.iam.authority import Authority
from aws_local.iam.request import AccessRequest
from botocore.exceptions import ClientError

from local import aws_settings, nightly_loop
from local.stack import PRINCIPALS, STATE_MACHINE, STATE_MACHINE_ARN

pytestmark = pytest.mark.thorough


def test_the_schedule_fires_only_where_it_is_asked_for(tmp_path, new_stack):
    (quiet,) = nightly_loop.scheduler(new_stack(tmp_path)).schedules
    (loud,) = nightly_loop.scheduler(new_stack(tmp_path, nights=True)).schedules
    assert (quiet.state, loud.state) == ("DISABLED", "ENABLED")


def test_operators_and_the_schedule_begin_runs_and_nobody_else(stack):
    authority = Authority(aws_settings.account(stack))
    needed = AccessRequest.of("states:StartExecution", STATE_MACHINE_ARN)
    allowed = {name for name in PRINCIPALS if authority.allows(authority.caller(name), needed)}
    assert allowed == {"train", "schedule", "integrator"}


@pytest.fixture
def emulator(tmp_path, new_stack, running):
    stack = new_stack(tmp_path, nights=True, longest_poll_seconds=0.1)
    with running("aws_local", stack, stack.gateway_port):
        yield stack


def test_a_night_begins_a_run_that_ends_with_a_message(emulator, client, wait_for):
    """Nothing trains here: SageMaker does not run, and the message says so."""
    url = f"http://localhost:{emulator.gateway_port}/_control"
    for now in ("2031-01-01T12:00:00Z", "2031-01-02T03:00:00Z"):
        fired = httpx.post(url, json={"now": now}, timeout=30).json()["fired"]
    (night,) = fired
    assert (night["schedule"], night["due"]) == (STATE_MACHINE, "2031-01-02T03:00:00+00:00")
    states = client(emulator, "stepfunctions")
    named = {"executionArn": night["execution_arn"]}
    wait_for(lambda: states.describe_execution(**named)["status"] != "RUNNING", seconds=120)
    found = states.describe_execution(**named)
    assert json.loads(found["input"])["model_name"] == nightly_loop.RETRAINING["model"]
    assert (found["status"], found["error"]) == ("FAILED", "RunFailed")
    *_, last = (emulator.messages_dir / f"{nightly_loop.OUTCOMES}.jsonl").read_text().splitlines()
    assert "fail" in json.loads(last)["subject"]


def test_the_machines_role_may_invoke_one_function(emulator, client):
    functions = client(emulator, "lambda", "state-machine")
    with pytest.raises(ClientError, match="AccessDenied"):
        functions.invoke(FunctionName="snowreel-local-train", Payload="{}")
