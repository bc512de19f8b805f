"""The SQL function `deploy_model`."""

from functools import partial
from typing import Any

from functions import error_codes
from functions.arguments import MODEL_NAME, Argument
from functions.batch import Batch, Pending
from functions.deployment import Deployments
from functions.deployment_request import DeploymentRequest
from functions.examples import ARTIFACT, JOB
from functions.external_function import Row
from functions.model_change import Deployment, completed_job, poll, settle
from functions.names import check_model_name
from functions.operation import Example, RowOperation
from functions.settings import deploy_settings


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
    return settle(deployments, config)


def poll_deployment(batch: Batch) -> tuple[int, Any] | Pending:
    """The deployment that an earlier request of the batch began."""
    deployments = Deployments(batch.sagemaker, deploy_settings())
    return poll(
        batch,
        deployments,
        partial(settle, deployments),
        "No deployment is known under this batch id: none was begun, or a later one of the same"
        " model has replaced it.",
    )


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
