"""The `train` Lambda: start a training, wait for it, tell how it stands."""

from typing import Any

from functions import error_codes, training
from functions.answers import TrainingAnswer
from functions.api import PENDING, Batch, Operation, Pending, attempt, each_row, make_handler
from functions.errors import RefusedError, UnknownBatchError
from functions.external_function import Row
from functions.names import ROW_TAG, shown, work_name
from functions.sagemaker.client import BoundedCalls
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.resources import TrainingJob
from functions.settings import TrainSettings, train_settings
from functions.table_names import Namespace, TableName
from functions.training import TrainingRequest
from functions.training_options import read_options


def train_and_get_recommendations(batch: Batch, row: Row) -> TrainingAnswer | Pending:
    """Train on the input table and wait until the output table holds the recommendations."""
    job = training.start(
        ControlPlane(BoundedCalls(batch.deadline)), train_settings(), _request(batch, row, None)
    )
    if job is None or not _is_due(job):
        return PENDING
    return training.answer(job)


def poll_training(batch: Batch) -> tuple[int, Any] | Pending:
    """How the training of `train_and_get_recommendations` stands."""
    sagemaker = ControlPlane(BoundedCalls(batch.deadline))
    job = sagemaker.training_job(work_name(train_settings().prefix, batch.id))
    if job is None:
        raise UnknownBatchError("No training was started under this batch id.")
    if not _is_due(job):
        return PENDING
    return int(sagemaker.tags(job.arn)[ROW_TAG]), attempt(training.answer, job)


def start_training(batch: Batch, row: Row) -> TrainingAnswer:
    """Start a training with options and answer at once."""
    settings, sagemaker = train_settings(), ControlPlane(BoundedCalls(batch.deadline))
    request = _request(batch, row, row.arguments[2])
    job = training.start(sagemaker, settings, request)
    if job is not None:
        return training.answer(job)
    return {"status": "InProgress", "training_job": work_name(settings.prefix, batch.id)}


def training_status(batch: Batch, row: Row) -> TrainingAnswer:
    """The answer of a finished training, or its state."""
    place = training.artifacts(train_settings())
    try:
        name = place.training_job(row.arguments[0])
    except RefusedError as error:
        message = f"There is no training job {shown(row.arguments[0])} in this stack."
        raise RefusedError(error_codes.UNKNOWN_TRAINING_JOB, message) from error
    return training.answer(training.find(ControlPlane(BoundedCalls(batch.deadline)), name))


def _is_due(job: TrainingJob) -> bool:
    return training.is_finished(job) or training.waited_long_enough(job.created_at)


def _request(batch: Batch, row: Row, options: Any) -> TrainingRequest:
    input_table, output_table = _tables(batch, train_settings(), row)
    return TrainingRequest(
        batch_id=batch.id,
        row=row.number,
        input_table=str(input_table),
        output_table=str(output_table),
        options=read_options(options),
    )


def _tables(batch: Batch, settings: TrainSettings, row: Row) -> tuple[TableName, TableName]:
    namespace = Namespace(
        database=settings.database,
        default_schema=settings.schema,
        allowed_schemas=settings.allowed_schemas,
        current_database=batch.current("database"),
        current_schema=batch.current("schema"),
    )
    input_table, output_table = (
        namespace.resolve(_text(argument, what))
        for argument, what in zip(row.arguments, ("input", "output"), strict=False)
    )
    if input_table.is_same_as(output_table):
        raise RefusedError(
            error_codes.SAME_TABLE,
            f"The output table {shown(row.arguments[1])} is the input table: name another one, the"
            " output table's content is replaced.",
        )
    return input_table, output_table


def _text(argument: Any, what: str) -> str:
    if not isinstance(argument, str):
        raise RefusedError(
            error_codes.INVALID_TABLE_NAME,
            f"The {what} table is {shown(argument)}: give its name as text.",
        )
    return argument


OPERATIONS = {
    "/train": Operation(answer=each_row(train_and_get_recommendations), poll=poll_training),
    "/start-training": Operation(answer=each_row(start_training)),
    "/training-status": Operation(answer=each_row(training_status)),
}

handler = make_handler(OPERATIONS)
