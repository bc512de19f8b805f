"""The SQL function `train_and_get_recommendations`."""

from typing import Any

from functions import error_codes, training
from functions.answers import TrainingAnswer
from functions.arguments import INPUT_TABLE, OUTPUT_TABLE
from functions.batch import PENDING, Batch, Pending
from functions.errors import UnknownBatchError
from functions.examples import TRAINED
from functions.external_function import Row
from functions.names import ROW_TAG, work_name
from functions.operation import Example, RowOperation, attempt
from functions.settings import train_settings
from functions.training_request import TrainingRequest


def train_and_get_recommendations(batch: Batch, row: Row) -> TrainingAnswer | Pending:
    """Start the training, or find the one of an earlier request, and wait until it is done."""
    settings = train_settings()
    request = TrainingRequest.of_row(batch, row, settings)
    job = training.start(batch.sagemaker, settings, request)
    if job is None or not training.is_due(job):
        return PENDING
    return training.answer(job)


def poll_training(batch: Batch) -> tuple[int, Any] | Pending:
    """The training that an earlier request of the batch started."""
    job = batch.sagemaker.training_job(work_name(train_settings().prefix, batch.id))
    if job is None:
        raise UnknownBatchError("No training was started under this batch id.")
    if not training.is_due(job):
        return PENDING
    return int(batch.sagemaker.tags(job.arn)[ROW_TAG]), attempt(training.answer, job)


OPERATION = RowOperation(
    path="/train",
    sql_function="train_and_get_recommendations",
    lambda_name="train",
    arguments=(INPUT_TABLE, OUTPUT_TABLE),
    single_row=True,
    rule=train_and_get_recommendations,
    poll_rule=poll_training,
    summary="Train on the input table and wait until the output table holds the recommendations.",
    example=Example(
        rows=[[0, "marts.ratings", "marts.recommendations"]],
        answers=[[0, TRAINED]],
    ),
    errors=(
        error_codes.INVALID_TABLE_NAME,
        error_codes.TABLE_REFUSED,
        error_codes.SAME_TABLE,
        error_codes.QUOTA_EXCEEDED,
        error_codes.UNKNOWN_TRAINING_JOB,
        error_codes.TRAINING_FAILED,
        error_codes.TRAINING_STOPPED,
        error_codes.BATCH_ID_REUSED,
    ),
)
