"""Quotas of SageMaker that a deployment needs, held against those of its account."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from cli.doctor.checks import CheckError

#: Names as Service Quotas has them, of the service `sagemaker`.
CONCURRENCY = "Maximum total concurrency that can be allocated across all serverless endpoints"
SERVERLESS_ENDPOINTS = "Maximum number of serverless endpoints"
ENDPOINT_INSTANCES = "Number of instances across active endpoints"
TRAINING_INSTANCES = "Number of instances across all training jobs"


@dataclass(frozen=True)
class Demand:
    """The machines that one training and one model of a deployment take."""

    training_instance_type: str
    #: Of a serverless endpoint.
    max_concurrency: int
    #: None: serverless.
    instance_type: str | None = None
    least_instances: int = 1

    @classmethod
    def of_variables(cls, variables: Mapping[str, str]) -> Self:
        """The demand that a deployment's functions know from their environments."""
        return cls(
            variables["SNOWREEL_TRAINING_INSTANCE_TYPE"],
            int(variables["SNOWREEL_INFERENCE_MAX_CONCURRENCY"]),
            variables.get("SNOWREEL_INFERENCE_INSTANCE_TYPE") or None,
            int(variables.get("SNOWREEL_INFERENCE_MIN_INSTANCES", 1)),
        )


def ask(client: Any) -> dict[str, float]:
    """SageMaker's quotas of an account and region, by name.

    https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html

    Args:
        client: boto3's, of the service `service-quotas`.
    """
    pages = client.get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker")
    return {quota["QuotaName"]: quota["Value"] for page in pages for quota in page["Quotas"]}


def compare(demand: Demand, quotas: Mapping[str, float]) -> str:
    """The quotas that matter to the deployment, in one line.

    Args:
        demand: What the deployment takes.
        quotas: Value by name; one that the account does not tell is taken to be enough.

    Raises:
        CheckError: A quota is too small for one model or one training; the message names it.
    """
    needs = dict(_needs(demand))
    small = [
        f"'{name}' is {quotas[name]:g} and needs to be {need}"
        for name, need in needs.items()
        if quotas.get(name, need) < need
    ]
    if small:
        raise CheckError(f"too small: {'; '.join(small)}")
    known = [f"{name}: {quotas[name]:g}" for name in needs if name in quotas]
    return "; ".join(known) or "the account tells no quota of SageMaker"


def _needs(demand: Demand) -> Iterator[tuple[str, int]]:
    yield TRAINING_INSTANCES, 1
    yield f"{demand.training_instance_type} for training job usage", 1
    if demand.instance_type is None:
        yield SERVERLESS_ENDPOINTS, 1
        yield CONCURRENCY, demand.max_concurrency
        return
    # An update brings the new instances up beside those that serve.
    instances = 2 * demand.least_instances
    yield ENDPOINT_INSTANCES, instances
    yield f"{demand.instance_type} for endpoint usage", instances
