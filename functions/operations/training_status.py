"""The SQL function `training_status`."""

from functions import error_codes, training
from functions.answers import TrainingAnswer
from functions.arguments import TRAINING_JOB
from functions.batch import Batch
from functions.errors import RefusedError
from functions.examples import JOB, TRAINED
from functions.external_function import Row
from functions.names import shown
from functions.operation import Example, RowOperation
from functions.settings import train_settings


def training_status(batch: Batch, row: Row) -> TrainingAnswer:
    """The answer of a finished training, or its state."""
    place = training.artifacts(train_settings())
    try:
        name = place.training_job(row.arguments[0])
    except RefusedError as error:
        message = f"There is no training job {shown(row.arguments[0])} in this stack."
        raise RefusedError(error_codes.UNKNOWN_TRAINING_JOB, message) from error
    return training.answer(training.find(batch.sagemaker, name))


OPERATION = RowOperation(
    path="/training-status",
    sql_function="training_status",
    lambda_name="train",
    arguments=(TRAINING_JOB,),
    most_rows=50,
    rule=training_status,
    summary="The answer of a finished training, or its state.",
    example=Example(
        rows=[[0, JOB], [1, "no-such-job"]],
        answers=[
            [0, TRAINED],
            [
                1,
                {
                    "error": {
                        "code": "UnknownTrainingJob",
                        "message": "There is no training job 'no-such-job' in this stack.",
                    }
                },
            ],
        ],
    ),
    errors=(
        error_codes.UNKNOWN_TRAINING_JOB,
        error_codes.TRAINING_FAILED,
        error_codes.TRAINING_STOPPED,
    ),
)
