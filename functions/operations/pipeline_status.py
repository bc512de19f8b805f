"""The SQL function `pipeline_status`."""

from typing import Literal, NotRequired

from functions import error_codes
from functions.arguments import Argument
from functions.batch import Batch
from functions.errors import RefusedError
from functions.examples import JOB, PIPELINE
from functions.external_function import Row
from functions.gate_rule import GateRule
from functions.names import shown
from functions.operation import Example, RowOperation
from functions.operations.start_pipeline import pipelines
from functions.retraining.pipelines import Pipelines
from functions.step_functions.executions import Execution
from functions.typed_dict import TypedDict

#: Names of executions: https://docs.aws.amazon.com/step-functions/latest/apireference/
#: API_StartExecution.html
_LONGEST_NAME = 80
#: States of an execution without an outcome of its own, to what they are called here.
_STOPPED = {"ABORTED": "Stopped", "TIMED_OUT": "Stopped"}


class PipelineStatus(TypedDict):
    """A pipeline: where it is, or how it ended.

    Promoted: the new version serves. Refused: the gate said no. Skipped: there was nothing to do.
    Failed and Stopped: `message` says why. In each case but the first, what served still serves.
    """

    pipeline: str
    status: Literal["Running", "Promoted", "Refused", "Skipped", "Failed", "Stopped"]
    model_name: str
    started_at: str
    #: State of the state machine that a running pipeline is in.
    step: NotRequired[str | None]
    ended_at: NotRequired[str]
    message: NotRequired[str]
    training_job: NotRequired[str]
    version: NotRequired[int]
    gate: NotRequired[list[GateRule]]


def pipeline_status(batch: Batch, row: Row) -> PipelineStatus | None:
    """State or outcome of a pipeline; without a name of the newest one, if there is any."""
    known, name = pipelines(batch), row.arguments[0]
    if name is None:
        newest = known.newest()
        return _answer(known, newest) if newest else None
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        raise RefusedError(error_codes.UNKNOWN_PIPELINE, f"There is no pipeline {shown(name)}.")
    return _answer(known, known.find(name))


def _answer(known: Pipelines, execution: Execution) -> PipelineStatus:
    answer: PipelineStatus = {
        "pipeline": execution.name,
        "status": "Running",
        "model_name": str(execution.input.get("model_name", "")),
        "started_at": execution.started_at.isoformat(),
    }
    if execution.ended_at is None:
        answer["step"] = known.executions.last_state(execution.name)
        return answer
    return _ended(answer, execution, execution.ended_at.isoformat())


def _ended(answer: PipelineStatus, execution: Execution, ended_at: str) -> PipelineStatus:
    run = execution.output
    outcome = run.get("outcome") or {
        "status": _STOPPED.get(execution.status, "Failed"),
        "message": execution.cause or f"The state machine ended it: {execution.status}.",
    }
    answer |= {"status": outcome["status"], "ended_at": ended_at, "message": outcome["message"]}
    if run.get("training_job"):
        answer["training_job"] = run["training_job"]
    if run.get("version") is not None:
        answer |= {"version": run["version"], "gate": run["gate"]}
    return answer


_PIPELINE = Argument(
    name="pipeline",
    schema={
        "type": ["string", "null"],
        "maxLength": _LONGEST_NAME,
        "description": "Name out of the answer of `start_pipeline`; null for the newest one.",
    },
)

OPERATION = RowOperation(
    path="/pipeline-status",
    sql_function="pipeline_status",
    lambda_name="train",
    arguments=(_PIPELINE,),
    most_rows=20,
    rule=pipeline_status,
    summary="Where a pipeline is, or how it ended.",
    example=Example(
        rows=[[0, PIPELINE]],
        answers=[
            [
                0,
                {
                    "pipeline": PIPELINE,
                    "status": "Promoted",
                    "model_name": "films",
                    "started_at": "2026-01-02T03:00:00+00:00",
                    "ended_at": "2026-01-02T03:12:40+00:00",
                    "message": f"films serves version 2, {JOB}: NDCG@10 0.457 (was 0.451),"
                    " RMSE 0.904 (was 0.911).",
                    "training_job": JOB,
                    "version": 2,
                    "gate": [
                        {
                            "rule": "ranking",
                            "figure": 0.457,
                            "bound": "at least",
                            "limit": 0.442,
                            "passed": True,
                        }
                    ],
                },
            ]
        ],
    ),
    errors=(error_codes.UNKNOWN_PIPELINE, error_codes.NOT_CONFIGURED),
)
