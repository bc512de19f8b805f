"""The `retrain` Lambda: takes the steps of the nightly loop, one an invocation."""

import time
from collections.abc import Mapping
from typing import Any

from functions.deadline import Deadline
from functions.retraining.loop import Loop
from functions.retraining.run import Run
from functions.retraining.steps import take
from functions.sagemaker.client import BoundedCalls
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.endpoints import Endpoints
from functions.settings import retrain_settings
from functions.step_functions.client import StateMachineCalls
from functions.step_functions.executions import Executions
from functions.telemetry import logger, tracer

#: Seconds that are kept for the answer.
_RESERVE_SECONDS = 2.0


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Take a step of a run.

    Args:
        event: `step`, `execution` with the ARN of the state machine's execution, and `run`.
        context: Lambda's.

    Returns:
        The run after the step, as `event["run"]` of the next one.
    """
    machine, _, name = event["execution"].rpartition(":")
    logger.set_correlation_id(name)
    deadline = Deadline(time.monotonic() + _seconds(context))
    loop = Loop(
        sagemaker=ControlPlane(BoundedCalls(deadline)),
        inference=Endpoints(deadline),
        executions=Executions(
            StateMachineCalls(deadline), machine.replace(":execution:", ":stateMachine:")
        ),
        settings=retrain_settings(),
    )
    run = take(event["step"], loop, Run.of(event["run"], name))
    outcome = run.outcome
    logger.info(
        "%s of %s: %s", event["step"], run.model_name, outcome.message if outcome else run.progress
    )
    return run.document()


def _seconds(context: Any) -> float:
    return float(context.get_remaining_time_in_millis()) / 1000 - _RESERVE_SECONDS
