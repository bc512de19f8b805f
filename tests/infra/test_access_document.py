"""Local mode's policies and nightly loop are those of the templates, today's."""

import json

import pytest

from local import access, nightly_loop
from local.access_document import access_document, local_names, rendered, templates
from local.physical_names import PhysicalNames
from local.stack import PRINCIPALS

STACK = "Retraining"


@pytest.fixture(scope="module")
def names(context) -> PhysicalNames:
    return local_names(templates(context))


def properties(names, kind):
    """Properties of the one resource of a kind, evaluated."""
    (found,) = (
        each for each in names.templates[STACK]["Resources"].values() if each["Type"] == kind
    )
    return names.value(found["Properties"], STACK)


def test_local_mode_enforces_the_policies_of_the_templates(names):
    document = access_document(names)
    assert rendered(document) == access.FILE.read_text(), "run `make iam`"


def test_local_mode_runs_the_state_machine_of_the_template(names, tmp_path, new_stack):
    machine = properties(names, "AWS::StepFunctions::StateMachine")
    (local,) = nightly_loop.step_functions(new_stack(tmp_path)).state_machines
    assert local.name == machine["StateMachineName"]
    assert json.loads(local.definition) == json.loads(machine["DefinitionString"])
    assert PRINCIPALS[local.role] == machine["RoleArn"]


def test_local_mode_fires_the_schedule_of_the_template(names, tmp_path, new_stack):
    schedule = properties(names, "AWS::Scheduler::Schedule")
    (local,) = nightly_loop.scheduler(new_stack(tmp_path, nights=True)).schedules
    target = schedule["Target"]
    assert (local.name, local.expression) == (schedule["Name"], schedule["ScheduleExpression"])
    assert local.time_zone == schedule["ScheduleExpressionTimezone"]
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert target["Arn"].endswith(f":stateMachine:{local.state_machine}")
    assert json.loads(local.input) == json.loads(target["Input"])
    assert PRINCIPALS[local.role] == target["RoleArn"]
    latest = target["RetryPolicy"]["MaximumEventAgeInSeconds"]
    assert local.maximum_event_age_seconds == latest
