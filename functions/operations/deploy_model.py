"""The SQL function `deploy_model`."""

from typing import Any, Literal

from functions import error_codes
from functions.arguments import MODEL_NAME, Argument
from functions.batch import PENDING, Batch, Pending
from functions.deployment import Deployments
from functions.deployment_request import DeploymentRequest
from functions.errors import RefusedError, UnknownBatchError
from functions.examples import ARTIFACT, JOB
from functions.external_function import Row
from functions.names import ROW_TAG, check_model_name, is_receipt
from functions.operation import Example, RowOperation, attempt
from functions.sagemaker.resources import EndpointConfig, TrainingJob
from functions.settings import deploy_settings
from functions.training import waited_long_enough
from functions.typed_dict import TypedDict


class Deployment(TypedDict):
    """A model that serves, or, nine minutes after the request, one that still comes up."""

    status: Literal["InService", "InProgress"]
    model_name: str
    training_job: str
    model_artifact: str


def deploy_model(batch: Batch, row: Row) -> Deployment | Pending:
    """Begin the deployment, or adopt the one of an earlier request, and take its next step."""
    deployments = Deployments(batch.sagemaker, deploy_settings())
    request = DeploymentRequest(
        batch_id=batch.id,
        row=row.number,
        model_name=check_model_name(row.arguments[0]),
        training_job=deployments.artifacts.training_job(row.arguments[1]),
    )
    is_new = deployments.find(batch.id) is None
    if is_new:
        completed_job(deployments, request.training_job)
    config = deployments.begin(request)
    if is_new:
        deployments.arrivals.approve(config)
    return _settle(deployments, config)


def poll_deployment(batch: Batch) -> tuple[int, Any] | Pending:
    """The deployment that an earlier request of the batch began."""
    deployments = Deployments(batch.sagemaker, deploy_settings())
    config = deployments.find(batch.id)
    if config is None or is_receipt(config.model_name):
        raise UnknownBatchError(
            "No deployment is known under this batch id: none was begun, or a later one of the same"
            " model has replaced it."
        )
    # Before the next step, which may end in the configuration being taken back.
    row = int(batch.sagemaker.tags(config.arn)[ROW_TAG])
    value = attempt(_settle, deployments, config)
    return value if isinstance(value, Pending) else (row, value)


def _settle(deployments: Deployments, config: EndpointConfig) -> Deployment | Pending:
    serves = deployments.advance(config)
    if not serves and not waited_long_enough(config.created_at):
        return PENDING
    return {
        "status": "InService" if serves else "InProgress",
        "model_name": config.model_name,
        "training_job": config.training_job,
        "model_artifact": deployments.artifacts.address(config.training_job),
    }


def completed_job(deployments: Deployments, training_job: str) -> TrainingJob:
    """The training job, whose model can be deployed.

    Raises:
        RefusedError: There is no such job, or it has no model in the stack's bucket.
    """
    job = deployments.sagemaker.training_job(training_job)
    if job is None:
        raise RefusedError(
            error_codes.UNKNOWN_TRAINING_JOB, f"There is no training job {training_job}."
        )
    if job.status != "Completed":
        raise RefusedError(
            error_codes.TRAINING_NOT_COMPLETED,
            f"The training job {training_job} has no model to deploy: its state is {job.status}.",
        )
    if job.artifact != deployments.artifacts.address(training_job):
        raise RefusedError(
            error_codes.ARTIFACT_REFUSED,
            f"The training job {training_job} keeps its model outside this stack's bucket.",
        )
    return job


_MODEL_ARTIFACT = Argument(
    name="model_artifact",
    schema={
        "type": "string",
        "description": "A training job's name, or its artifact's S3 address.",
    },
)

OPERATION = RowOperation(
    path="/deploy",
    sql_function="deploy_model",
    lambda_name="deploy",
    arguments=(MODEL_NAME, _MODEL_ARTIFACT),
    single_row=True,
    rule=deploy_model,
    poll_rule=poll_deployment,
    summary=(
        "Create or update the endpoint of a model, without downtime, and wait until it serves."
    ),
    example=Example(
        rows=[[0, "films", JOB]],
        answers=[
            [
                0,
                {
                    "status": "InService",
                    "model_name": "films",
                    "training_job": JOB,
                    "model_artifact": ARTIFACT,
                },
            ]
        ],
    ),
    errors=(
        error_codes.INVALID_MODEL_NAME,
        error_codes.ARTIFACT_REFUSED,
        error_codes.ARTIFACT_MISSING,
        error_codes.UNKNOWN_TRAINING_JOB,
        error_codes.TRAINING_NOT_COMPLETED,
        error_codes.QUOTA_EXCEEDED,
        error_codes.DEPLOYMENT_FAILED,
        error_codes.BATCH_ID_REUSED,
    ),
)
