"""The `deploy` Lambda: bring a model into service, remove it, list what is deployed."""

from typing import Any

from functions import error_codes
from functions.answers import DeployedModel, Deployment, Undeployment
from functions.api import PENDING, Batch, Operation, Pending, attempt, each_row, make_handler
from functions.deployment import DeploymentRequest, Deployments
from functions.errors import RefusedError, UnknownBatchError
from functions.external_function import Row
from functions.names import ROW_TAG, check_model_name, is_receipt, is_work_name
from functions.sagemaker.client import BoundedCalls
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.deployed_models import deployed_models
from functions.sagemaker.resources import EndpointConfig
from functions.settings import deploy_settings
from functions.training import waited_long_enough
from functions.undeployment import UndeploymentRequest, Undeployments


def deploy_model(batch: Batch, row: Row) -> Deployment | Pending:
    """Create or update the endpoint of a model, without downtime, and wait until it serves."""
    deployments = _deployments(batch)
    request = DeploymentRequest(
        batch_id=batch.id,
        row=row.number,
        model_name=check_model_name(row.arguments[0]),
        training_job=deployments.artifacts.training_job(row.arguments[1]),
    )
    if deployments.find(batch.id) is None:
        _check_artifact(deployments, request.training_job)
    return _settle(deployments, deployments.begin(request))


def poll_deployment(batch: Batch) -> tuple[int, Any] | Pending:
    """How the deployment of a batch stands."""
    deployments = _deployments(batch)
    config = deployments.find(batch.id)
    if config is None or is_receipt(config.model_name):
        raise UnknownBatchError(
            "No deployment is known under this batch id: none was begun, or a later one of the same"
            " model has replaced it."
        )
    value = attempt(_settle, deployments, config)
    if isinstance(value, Pending):
        return value
    return int(deployments.sagemaker.tags(config.arn)[ROW_TAG]), value


def undeploy_model(batch: Batch, row: Row) -> Undeployment:
    """Remove the endpoint of a model, its configuration and its model."""
    request = UndeploymentRequest(batch_id=batch.id, model_name=check_model_name(row.arguments[0]))
    Undeployments(_deployments(batch)).carry_out(request)
    return {"status": "Undeployed", "model_name": request.model_name}


def list_models(batch: Batch) -> list[list[DeployedModel]]:
    """What is deployed, once for every row of the batch."""
    deployments = _deployments(batch)
    return [_models(deployments)] * len(batch.rows) if batch.rows else []


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


def _check_artifact(deployments: Deployments, training_job: str) -> None:
    job = deployments.sagemaker.training_job(training_job)
    if job is None:
        raise RefusedError(
            error_codes.UNKNOWN_TRAINING_JOB,
            f"There is no training job {training_job}.",
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


def _models(deployments: Deployments) -> list[DeployedModel]:
    prefix = deployments.settings.prefix
    configs = {config.name: config for config in deployments.configs()}
    models = []
    for model_name in deployed_models(deployments.sagemaker, prefix):
        endpoint = deployments.endpoint(model_name)
        # The names of a stack whose prefix continues ours look alike; its configurations do not.
        if endpoint is None or not is_work_name(prefix, endpoint.config):
            continue
        config = configs.get(endpoint.config)
        job = config.training_job if config else None
        model: DeployedModel = {
            "model_name": model_name,
            "status": endpoint.status,
            "training_job": job,
            "model_artifact": deployments.artifacts.address(job) if job else None,
            "created_at": endpoint.created_at.isoformat(),
            "updated_at": endpoint.updated_at.isoformat(),
        }
        if endpoint.failure_reason:
            model["failure_reason"] = endpoint.failure_reason
        models.append(model)
    return models


def _deployments(batch: Batch) -> Deployments:
    return Deployments(ControlPlane(BoundedCalls(batch.deadline)), deploy_settings())


OPERATIONS = {
    "/deploy": Operation(answer=each_row(deploy_model), poll=poll_deployment),
    "/undeploy": Operation(answer=each_row(undeploy_model)),
    "/models": Operation(answer=list_models),
}

handler = make_handler(OPERATIONS)
