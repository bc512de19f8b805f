"""The SQL function `list_models`."""

from datetime import UTC, datetime
from typing import NotRequired

from functions.batch import Batch
from functions.cost import Cost, cost_of
from functions.deployment import Deployments
from functions.examples import ARTIFACT, JOB
from functions.names import endpoint_name, is_work_name
from functions.operation import BatchOperation, Example
from functions.sagemaker.deployed_models import deployed_models
from functions.sagemaker.many_calls import of_each
from functions.sagemaker.resources import Endpoint, EndpointConfig
from functions.settings import deploy_settings
from functions.typed_dict import TypedDict


class DeployedModel(TypedDict):
    """A model's endpoint as SageMaker shows it."""

    model_name: str
    status: str
    training_job: str | None
    model_artifact: str | None
    created_at: str
    updated_at: str
    #: Of machines that always run, since they serve as they do now; a serverless endpoint has none.
    cost: NotRequired[Cost]
    failure_reason: NotRequired[str]


def list_models(batch: Batch) -> list[list[DeployedModel]]:
    """The deployed models, once for every row of the batch."""
    if not batch.rows:
        return []
    deployments = Deployments(batch.sagemaker, deploy_settings())
    return [_models(deployments)] * len(batch.rows)


def _models(deployments: Deployments) -> list[DeployedModel]:
    prefix = deployments.settings.prefix
    configs = {config.name: config for config in deployments.configurations.all()}
    endpoints = of_each(deployments.endpoint, deployed_models(deployments.sagemaker, prefix))
    return [
        _model(deployments, endpoint, configs.get(endpoint.config))
        for endpoint in endpoints
        # The names of a stack whose prefix continues ours look alike; its configurations do not.
        if is_work_name(prefix, endpoint.config)
    ]


def _model(
    deployments: Deployments, endpoint: Endpoint, config: EndpointConfig | None
) -> DeployedModel:
    job = config.training_job if config else None
    model: DeployedModel = {
        "model_name": endpoint.name.removeprefix(endpoint_name(deployments.settings.prefix, "")),
        "status": endpoint.status,
        "training_job": job,
        "model_artifact": deployments.artifacts.address(job) if job else None,
        "created_at": endpoint.created_at.isoformat(),
        "updated_at": endpoint.updated_at.isoformat(),
    }
    if endpoint.instances is not None and config is not None:
        machines = config.capacity.get("InstanceType", "")
        seconds = (datetime.now(UTC) - endpoint.updated_at).total_seconds()
        model["cost"] = cost_of(machines, seconds, endpoint.instances)
    if endpoint.failure_reason:
        model["failure_reason"] = endpoint.failure_reason
    return model


OPERATION = BatchOperation(
    path="/models",
    sql_function="list_models",
    lambda_name="deploy",
    arguments=(),
    rule=list_models,
    summary="What is deployed, once for every row of the batch.",
    example=Example(
        rows=[[0]],
        answers=[
            [
                0,
                [
                    {
                        "model_name": "films",
                        "status": "InService",
                        "training_job": JOB,
                        "model_artifact": ARTIFACT,
                        "created_at": "2026-01-02T03:04:05+00:00",
                        "updated_at": "2026-01-02T03:09:05+00:00",
                    }
                ],
            ]
        ],
    ),
)
