"""The nightly loop on this machine: the cloud's state machine, its topic and its schedule.

`python -m local.access_document` synthesises the cloud's templates with the same settings.
"""

import json
from typing import Any

from aws_local.settings import (
    SchedulerSettings,
    ScheduleSettings,
    SnsSettings,
    StateMachineSettings,
    StepFunctionsSettings,
)

from functions.retraining.states import definition, run_input
from local.stack import ACCOUNT_ID, PREFIX, REGION, STATE_MACHINE, Stack

#: As in `cdk.json`: the loop of the demo's tables; nobody is mailed.
RETRAINING: dict[str, Any] = {
    "schedule": "cron(0 3 * * ? *)",
    "time_zone": "UTC",
    "model": "movielens-model-v1",
    "input_table": "ratings",
    "output_table": "recommendations",
    "least_new_ratings": 1,
    "email": None,
}
#: Told how each run ended.
OUTCOMES = f"{PREFIX}-outcomes"
#: A night that could not begin is begun so much later, as in the cloud.
LATEST_SECONDS = 6 * 3600
_FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{PREFIX}-retrain"
_TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:{OUTCOMES}"


def sns(stack: Stack) -> SnsSettings:
    """The topic, whose messages are lines of a file."""
    return SnsSettings(folder=stack.messages_dir, topics=(OUTCOMES,))


def step_functions(stack: Stack) -> StepFunctionsSettings:
    """The state machine, which waits no longer than between two polls."""
    machine = StateMachineSettings(
        name=STATE_MACHINE,
        definition=json.dumps(definition(_FUNCTION_ARN, _TOPIC_ARN)),
        role="state-machine",
    )
    return StepFunctionsSettings(
        folder=stack.executions_dir,
        state_machines=(machine,),
        wait_seconds_at_most=stack.longest_poll_seconds,
    )


def scheduler(stack: Stack) -> SchedulerSettings:
    """The schedule, which fires where the stack has nights."""
    schedule = ScheduleSettings(
        name=STATE_MACHINE,
        expression=RETRAINING["schedule"],
        time_zone=RETRAINING["time_zone"],
        state_machine=STATE_MACHINE,
        role="schedule",
        input=json.dumps(_run()),
        state="ENABLED" if stack.nights else "DISABLED",
        maximum_event_age_seconds=LATEST_SECONDS,
    )
    return SchedulerSettings(folder=stack.schedules_dir, schedules=(schedule,))


def _run() -> dict[str, object]:
    return run_input(
        model_name=RETRAINING["model"],
        input_table=RETRAINING["input_table"],
        output_table=RETRAINING["output_table"],
        least_new_ratings=RETRAINING["least_new_ratings"],
    )
