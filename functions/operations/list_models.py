"""The SQL function `list_models`."""

from collections.abc import Mapping
from typing import NotRequired

from functions.batch import Batch
from functions.challenges import Challenges
from functions.cost import Cost, of_endpoint
from functions.deployment import Deployments
from functions.examples import ARTIFACT, JOB
from functions.names import (
    SECOND_KINDS,
    endpoint_name,
    is_second_endpoint,
    is_work_name,
    second_variant,
)
from functions.operation import BatchOperation, Example
from functions.sagemaker.many_calls import of_each
from functions.sagemaker.resources import Endpoint, EndpointConfig
from functions.second_models import SecondModel, second_model
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
    #: On endpoints of their own: what answers a share of the users, and what is being tested.
    challenger: NotRequired[SecondModel]
    candidate: NotRequired[SecondModel]


def list_models(batch: Batch) -> list[list[DeployedModel]]:
    """The deployed models, once for every row of the batch."""
    if not batch.rows:
        return []
    deployments = Deployments(batch.sagemaker, deploy_settings())
    return [_models(deployments)] * len(batch.rows)


def _models(deployments: Deployments) -> list[DeployedModel]:
    prefix = deployments.settings.prefix
    configs = {config.name: config for config in deployments.configurations.all()}
    names = deployments.sagemaker.endpoint_names(endpoint_name(prefix, ""))
    found = {each.name: each for each in of_each(deployments.sagemaker.endpoint, sorted(names))}
    models = [
        _model(deployments, endpoint, configs.get(endpoint.config))
        for endpoint in found.values()
        # The names of a stack whose prefix continues ours look alike; its configurations do not.
        if not is_second_endpoint(endpoint.name) and is_work_name(prefix, endpoint.config)
    ]
    for model in models:
        _add_seconds(deployments, model, found, configs)
    return models


def _add_seconds(
    deployments: Deployments,
    model: DeployedModel,
    endpoints: Mapping[str, Endpoint],
    configs: Mapping[str, EndpointConfig],
) -> None:
    challenges, prefix = Challenges(deployments), deployments.settings.prefix
    for kind in SECOND_KINDS:
        name = endpoint_name(prefix, second_variant(kind, model["model_name"]))
        if endpoint := endpoints.get(name):
            model[kind] = second_model(challenges, endpoint, configs.get(endpoint.config))


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
    cost = of_endpoint(endpoint, config)
    if cost is not None:
        model["cost"] = cost
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
