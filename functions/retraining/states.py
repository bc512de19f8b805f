"""The state machine of the nightly loop, in the Amazon States Language.

Tasks that call a function, waits and choices alone, so that the same document runs in Step
Functions and in the local interpreter: https://states-language.net/spec.html. Standard library
only: `infra` makes the state machine of it, and local mode runs it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

State = dict[str, Any]

#: A run that takes longer is ended: a training may take 28 days.
_MOST_SECONDS = 30 * 24 * 3600
#: A call that fails is a crash half-way, or a bug: "not now" is an answer, and is waited for.
_RETRIES = [
    {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 5,
        "BackoffRate": 3,
        "MaxDelaySeconds": 300,
        "MaxAttempts": 5,
    },
]
_CLEAN_UP, _FINISH = "Clean up", "Finish"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the loop: a call of the function, and where the run goes from there."""

    name: str
    #: Of the function, in `steps.STEPS`.
    step: str
    comment: str
    #: Where a run goes on that has its outcome.
    at_end: str = _FINISH


STEPS = (
    Step(name="Begin", step="begin", comment="start a training, unless a run is under way"),
    Step(name="Train", step="training", comment="wait for the training"),
    Step(
        name="Compare",
        step="judgement",
        comment="try both models on ratings that are newer than what serves",
    ),
    Step(name="Ask the gate", step="gate", comment="compare the new model with what serves"),
    Step(
        name="Deploy a candidate",
        step="candidate",
        comment="beside what serves, where nobody asks it",
        at_end=_CLEAN_UP,
    ),
    Step(
        name="Test",
        step="smoke_test",
        comment="ask the candidate a hundred lists and estimates",
        at_end=_CLEAN_UP,
    ),
    Step(name=_CLEAN_UP, step="clean_up", comment="remove the candidate's endpoint"),
    Step(name="Promote", step="promotion", comment="bring it into service"),
)


def run_input(
    *,
    model_name: str,
    input_table: str,
    output_table: str,
    least_new_ratings: int,
    options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The input of an execution, whichever door it comes in by; `run.Run` reads it."""
    return {
        "model_name": model_name,
        "input_table": input_table,
        "output_table": output_table,
        "options": dict(options or {}),
        "least_new_ratings": least_new_ratings,
    }


def definition(function_arn: str, topic_arn: str) -> dict[str, Any]:
    """The state machine.

    Args:
        function_arn: Of the function that takes the steps.
        topic_arn: Of the topic that is told how each run ended.
    """
    states: dict[str, State] = {}
    for step, following in zip(STEPS, (*(each.name for each in STEPS[1:]), _FINISH), strict=True):
        states |= dict(_states(step, following, function_arn))
    return {
        "Comment": "Train, compare, promote, tell: on any failure what serves stays.",
        "StartAt": STEPS[0].name,
        "TimeoutSeconds": _MOST_SECONDS,
        "States": states | _ending(function_arn, topic_arn),
    }


def _states(step: Step, following: str, function_arn: str) -> Iterator[tuple[str, State]]:
    """A call, what follows from its answer, and the wait until it is asked again."""
    catch = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": step.at_end}
    decision, wait = f"{step.name}: how far?", f"{step.name}: wait"
    choices = [_if("ended", step.at_end), _if("wait", wait)]
    yield step.name, _call(step, function_arn) | {"Catch": [catch], "Next": decision}
    yield decision, {"Type": "Choice", "Choices": choices, "Default": following}
    yield wait, {"Type": "Wait", "SecondsPath": "$.wait_seconds", "Next": step.name}


def _ending(function_arn: str, topic_arn: str) -> dict[str, State]:
    """The states that every run ends with."""
    finish = Step(name=_FINISH, step="finish", comment="say in a sentence how it ended")
    untold = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.untold"}
    return {
        _FINISH: _call(finish, function_arn)
        | {"Catch": [untold | {"Next": "Has an outcome?"}], "Next": "Tell"},
        "Has an outcome?": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.outcome.message", "IsPresent": True, "Next": "Without a subject"}
            ],
            "Default": "Without words",
        },
        "Without a subject": {
            "Type": "Pass",
            "Comment": "the function is gone, and has said how the run ended",
            "Result": "Snowreel: a run of the nightly loop has ended",
            "ResultPath": "$.outcome.subject",
            "Next": "Tell",
        },
        "Without words": {
            "Type": "Pass",
            "Comment": "the function is gone, and somebody must be told all the same",
            "Result": {
                "status": "Failed",
                "subject": "Snowreel: a run of the nightly loop failed",
                "message": "A run of the nightly loop failed, and its function could not say why:"
                " look at the execution in Step Functions; list_models says what serves.",
            },
            "ResultPath": "$.outcome",
            "Next": "Tell",
        },
        "Tell": {
            "Type": "Task",
            "Comment": "publish the sentence",
            "Resource": "arn:aws:states:::sns:publish",
            "Parameters": {
                "TopicArn": topic_arn,
                "Subject.$": "$.outcome.subject",
                "Message.$": "$.outcome.message",
            },
            "ResultPath": None,
            "Retry": _RETRIES,
            "Catch": [untold | {"Next": "Failed?"}],
            "Next": "Failed?",
        },
        "Failed?": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.outcome.status", "StringEquals": "Failed", "Next": "Failed"}
            ],
            "Default": "Done",
        },
        "Failed": {"Type": "Fail", "Error": "RunFailed", "CausePath": "$.outcome.message"},
        "Done": {"Type": "Succeed"},
    }


def _call(step: Step, function_arn: str) -> State:
    return {
        "Type": "Task",
        "Comment": step.comment,
        "Resource": function_arn,
        "Parameters": {"step": step.step, "execution.$": "$$.Execution.Id", "run.$": "$"},
        "Retry": _RETRIES,
    }


def _if(progress: str, following: str) -> Mapping[str, str]:
    return {"Variable": "$.progress", "StringEquals": progress, "Next": following}
