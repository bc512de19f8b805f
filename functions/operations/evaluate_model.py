"""The SQL function `evaluate_model`."""

from typing import Any

from functions import error_codes
from functions.arguments import INPUT_TABLE, MODEL_NAME
from functions.batch import PENDING, Batch, Pending
from functions.errors import UnknownBatchError
from functions.evaluation import EvaluationAnswer, EvaluationRequest, Evaluations
from functions.examples import COST, JOB
from functions.external_function import Row
from functions.names import ROW_TAG, check_model_name
from functions.operation import Example, RowOperation, attempt
from functions.settings import train_settings
from functions.training import is_due
from functions.training_request import resolved


def evaluate_model(batch: Batch, row: Row) -> EvaluationAnswer | Pending:
    """Begin the evaluation, or find the one of an earlier request, and wait until it is done."""
    settings = train_settings()
    evaluations = Evaluations(batch.sagemaker, settings)
    request = EvaluationRequest(
        batch_id=batch.id,
        row=row.number,
        model_name=check_model_name(row.arguments[0]),
        table=str(resolved(batch, settings, row.arguments[1], "input")),
    )
    job = evaluations.begin(request)
    return evaluations.answer(job) if is_due(job) else PENDING


def poll_evaluation(batch: Batch) -> tuple[int, Any] | Pending:
    """The evaluation that an earlier request of the batch began."""
    evaluations = Evaluations(batch.sagemaker, train_settings())
    job = evaluations.find(batch.id)
    if job is None:
        raise UnknownBatchError("No evaluation was begun under this batch id.")
    if not is_due(job):
        return PENDING
    return int(batch.sagemaker.tags(job.arn)[ROW_TAG]), attempt(evaluations.answer, job)


OPERATION = RowOperation(
    path="/evaluate",
    sql_function="evaluate_model",
    lambda_name="train",
    arguments=(MODEL_NAME, INPUT_TABLE),
    single_row=True,
    rule=evaluate_model,
    poll_rule=poll_evaluation,
    summary="Evaluate a deployed model on a table of ratings, and wait for its figures.",
    description=(
        "What the model was trained on is left out, pair by pair. A job of the training's kind does"
        " it, at the price of a training that learns nothing."
    ),
    example=Example(
        rows=[[0, "films", "marts.last_week"]],
        answers=[
            [
                0,
                {
                    "status": "Completed",
                    "model_name": "films",
                    "training_job": JOB,
                    "evaluation_job": "snowreel-dev-evaluation-3f0c5d1e9b7a2c4d",
                    "metrics": {
                        "rmse": 0.951,
                        "mae": 0.748,
                        "ndcg_at_10": 0.21,
                        "recall_at_10": 0.09,
                        "coverage": 0.18,
                        "popularity": 212.4,
                        "popular_ndcg_at_10": 0.13,
                        "popular_recall_at_10": 0.05,
                        "popular_popularity": 431.9,
                    },
                    "data": {
                        "ratings": 4200,
                        "seen_ratings": 12,
                        "users": 310,
                        "known_users": 297,
                        "evaluated_users": 310,
                        "items": 905,
                        "known_items": 898,
                    },
                    "cost": COST,
                },
            ]
        ],
    ),
    errors=(
        error_codes.INVALID_MODEL_NAME,
        error_codes.UNKNOWN_MODEL,
        error_codes.INVALID_TABLE_NAME,
        error_codes.TABLE_REFUSED,
        error_codes.QUOTA_EXCEEDED,
        error_codes.EVALUATION_FAILED,
        error_codes.BATCH_ID_REUSED,
    ),
)
