"""The SQL function `start_pipeline`."""

from collections.abc import Mapping
from typing import Any, Literal

from functions import error_codes
from functions.arguments import INPUT_TABLE, MODEL_NAME, OUTPUT_TABLE, Argument
from functions.batch import Batch
from functions.errors import RefusedError
from functions.examples import PIPELINE
from functions.external_function import Row
from functions.names import check_model_name, work_name
from functions.operation import Example, RowOperation
from functions.operations.start_training import OPTIONS_SCHEMA
from functions.retraining.pipelines import NOT_CONFIGURED, Pipelines
from functions.retraining.states import run_input
from functions.settings import train_settings
from functions.step_functions.executions import Executions
from functions.training_request import TrainingRequest
from functions.typed_dict import TypedDict

#: Option of the pipeline itself; the others are the training's.
_LEAST = "least_new_ratings"
_MOST_ASKED = 1_000_000_000


class StartedPipeline(TypedDict):
    """A pipeline under way; `pipeline_status` tells how far it is."""

    status: Literal["Running"]
    pipeline: str
    model_name: str


def start_pipeline(batch: Batch, row: Row) -> StartedPipeline:
    """Start the pipeline, or find the one of an earlier request, without waiting."""
    settings = train_settings()
    model_name = check_model_name(row.arguments[0])
    options, least = _options(row.arguments[3])
    tables = Row(row.number, row.arguments[1:3])
    request = TrainingRequest.of_row(batch, tables, settings, options=options)
    pipeline = work_name(settings.prefix, batch.id)
    pipelines(batch).start(
        pipeline,
        run_input(
            model_name=model_name,
            input_table=request.input_table,
            output_table=request.output_table,
            options=request.options,
            least_new_ratings=least,
        ),
    )
    return {"status": "Running", "pipeline": pipeline, "model_name": model_name}


def pipelines(batch: Batch) -> Pipelines:
    """The pipelines of the stack.

    Raises:
        RefusedError: It has no state machine.
    """
    machine = train_settings().state_machine_arn
    if machine is None:
        raise RefusedError(error_codes.NOT_CONFIGURED, NOT_CONFIGURED)
    return Pipelines(Executions(batch.state_machines, machine))


def _options(given: Any) -> tuple[Any, int]:
    """The training's options, and the number of new ratings that the pipeline asks for."""
    if not isinstance(given, Mapping) or _LEAST not in given:
        return given, 0
    least = 0 if given[_LEAST] is None else given[_LEAST]
    is_number = isinstance(least, int | float) and not isinstance(least, bool)
    if not is_number or not 0 <= least <= _MOST_ASKED or least != int(least):
        raise RefusedError(
            error_codes.INVALID_OPTIONS,
            f"The option {_LEAST} must be a whole number from 0 to {_MOST_ASKED}.",
        )
    return {name: value for name, value in given.items() if name != _LEAST}, int(least)


_OPTIONS = Argument(
    name="options",
    schema={
        **OPTIONS_SCHEMA,
        "description": (
            "Options of the training; null or {} for the defaults. Beside them `least_new_ratings`:"
            " fewer ratings than so many beyond those that what serves was trained on, and nothing"
            " is trained."
        ),
        "properties": {
            _LEAST: {"type": "integer", "minimum": 0, "maximum": _MOST_ASKED},
            **OPTIONS_SCHEMA["properties"],
        },
    },
)

OPERATION = RowOperation(
    path="/start-pipeline",
    sql_function="start_pipeline",
    lambda_name="train",
    arguments=(MODEL_NAME, INPUT_TABLE, OUTPUT_TABLE, _OPTIONS),
    single_row=True,
    rule=start_pipeline,
    summary="Train, ask the gate, and bring what passes into service; answers at once.",
    description=(
        "The nightly loop by hand: the same state machine, which goes on by itself. One run a model"
        " at a time."
    ),
    example=Example(
        rows=[
            [0, "films", "marts.ratings", "marts.recommendations", {"least_new_ratings": 100}],
        ],
        answers=[[0, {"status": "Running", "pipeline": PIPELINE, "model_name": "films"}]],
    ),
    errors=(
        error_codes.INVALID_MODEL_NAME,
        error_codes.INVALID_TABLE_NAME,
        error_codes.TABLE_REFUSED,
        error_codes.SAME_TABLE,
        error_codes.INVALID_OPTIONS,
        error_codes.NOT_CONFIGURED,
        error_codes.PIPELINE_RUNNING,
        error_codes.BATCH_ID_REUSED,
    ),
)
