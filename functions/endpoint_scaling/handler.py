"""Registers each endpoint that comes into service with Application Auto Scaling, until it goes.

Endpoints are made at run time, so CloudFormation cannot say how they scale; SageMaker announces
them instead. One announcement may come several times: each step here may be done again.

https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html
"""

import logging
import os
from contextlib import suppress
from functools import lru_cache
from typing import Any

import boto3

_DIMENSION = "sagemaker:variant:DesiredInstanceCount"
_NAMESPACE = "sagemaker"
#: Instances are added soon and taken away slowly: a batch of SQL calls comes all at once.
_COOLDOWN_SECONDS = {"ScaleOutCooldown": 60, "ScaleInCooldown": 600}

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


@lru_cache
def _client(service: str) -> Any:
    return boto3.client(service)


def handler(event: dict[str, Any], _: Any) -> None:
    """Take one announcement of an endpoint's state."""
    name, status = event["detail"]["EndpointName"], event["detail"]["EndpointStatus"]
    step = _forget if status.upper() == "DELETING" else _scale
    for variant in _client("sagemaker").describe_endpoint(EndpointName=name)["ProductionVariants"]:
        step(
            {
                "ServiceNamespace": _NAMESPACE,
                "ResourceId": f"endpoint/{name}/variant/{variant['VariantName']}",
                "ScalableDimension": _DIMENSION,
            }
        )


def _forget(target: dict[str, str]) -> None:
    scaling = _client("application-autoscaling")
    with suppress(scaling.exceptions.ObjectNotFoundException):
        scaling.deregister_scalable_target(**target)


def _scale(target: dict[str, str]) -> None:
    scaling = _client("application-autoscaling")
    scaling.register_scalable_target(
        **target,
        MinCapacity=int(os.environ["MIN_INSTANCES"]),
        MaxCapacity=int(os.environ["MAX_INSTANCES"]),
    )
    scaling.put_scaling_policy(
        **target,
        PolicyName="invocations-per-instance",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": float(os.environ["INVOCATIONS_PER_MINUTE"]),
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
            },
            **_COOLDOWN_SECONDS,
        },
    )
    logger.info("%s scales with its invocations", target["ResourceId"])
