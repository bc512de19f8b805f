"""The SQL function `start_training`."""

from functions import error_codes, training
from functions.answers import TrainingAnswer
from functions.arguments import INPUT_TABLE, OUTPUT_TABLE, Argument, Schema
from functions.batch import Batch
from functions.cost import cost_of
from functions.examples import COST, JOB
from functions.external_function import Row
from functions.names import work_name
from functions.operation import Example, RowOperation
from functions.settings import train_settings
from functions.training_options import OPTIONS, Range, Words
from functions.training_request import TrainingRequest


def start_training(batch: Batch, row: Row) -> TrainingAnswer:
    """Start the training, or find the one of an earlier request, without waiting."""
    settings = train_settings()
    request = TrainingRequest.of_row(batch, row, settings, options=row.arguments[2])
    job = training.start(batch.sagemaker, settings, request)
    if job is not None:
        return training.answer(job)
    return {
        "status": "InProgress",
        "training_job": work_name(settings.prefix, batch.id),
        "cost": cost_of(settings.training_instance_type, 0),
    }


def _option_schema(allowed: Range | Words) -> Schema:
    if isinstance(allowed, Words):
        return {"type": "string", "enum": list(allowed.allowed)}
    kind = "integer" if allowed.whole else "number"
    return {"type": kind, "minimum": allowed.minimum, "maximum": allowed.maximum}


OPTIONS_SCHEMA: Schema = {
    "type": ["object", "null"],
    "description": "Hyperparameters; null or {} for the defaults.",
    "properties": {name: _option_schema(allowed) for name, allowed in OPTIONS.items()},
    "additionalProperties": False,
}
_OPTIONS = Argument(name="options", schema=OPTIONS_SCHEMA)

OPERATION = RowOperation(
    path="/start-training",
    sql_function="start_training",
    lambda_name="train",
    arguments=(INPUT_TABLE, OUTPUT_TABLE, _OPTIONS),
    single_row=True,
    rule=start_training,
    summary="Start a training with options and answer at once.",
    example=Example(
        rows=[[0, "marts.ratings", "marts.recommendations", {"n_factors": 50, "lr_all": 0.01}]],
        answers=[
            [
                0,
                {
                    "status": "InProgress",
                    "training_job": JOB,
                    "cost": COST | {"seconds": 0, "dollars": 0.0},
                },
            ]
        ],
    ),
    errors=(
        error_codes.INVALID_TABLE_NAME,
        error_codes.TABLE_REFUSED,
        error_codes.SAME_TABLE,
        error_codes.INVALID_OPTIONS,
        error_codes.QUOTA_EXCEEDED,
        error_codes.UNKNOWN_TRAINING_JOB,
        error_codes.TRAINING_FAILED,
        error_codes.TRAINING_STOPPED,
        error_codes.BATCH_ID_REUSED,
    ),
)
