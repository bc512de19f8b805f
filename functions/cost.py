"""The cost of machines so far, at list prices: `prices.json` has them, with their date.

SageMaker bills training by the second, from the moment the program starts:
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
"""

import json
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from functions.sagemaker.resources import Endpoint, EndpointConfig, TrainingJob
from functions.typed_dict import TypedDict

_TABLE = Path(__file__).with_name("prices.json")
_HOUR = 3600


class Cost(TypedDict):
    """Machines, the time that they have been billed for, and its list price in us-east-1.

    `dollars` is null for a machine whose price is not in the table; `prices_of` is its date.
    """

    instance_type: str
    instances: int
    seconds: int
    dollars: float | None
    prices_of: str


def cost_of(instance_type: str, seconds: float, instances: int = 1) -> Cost:
    """The cost of some machines for some time."""
    prices = _prices()
    hourly = prices["dollars_an_hour"].get(instance_type)
    dollars = None if hourly is None else round(hourly * instances * seconds / _HOUR, 4)
    return {
        "instance_type": instance_type,
        "instances": instances,
        "seconds": int(seconds),
        "dollars": dollars,
        "prices_of": prices["date"],
    }


def of_job(job: TrainingJob) -> Cost:
    """The cost of a training job so far; of one that has not started yet nothing."""
    if job.billed_seconds is not None:
        seconds = float(job.billed_seconds)
    elif job.started_at is not None:
        seconds = (datetime.now(UTC) - job.started_at).total_seconds()
    else:
        seconds = 0.0
    return cost_of(job.instance_type, seconds)


def of_endpoint(endpoint: Endpoint, config: EndpointConfig | None) -> Cost | None:
    """The cost of an endpoint's machines since they serve as they do; None: it has none."""
    if endpoint.instances is None or config is None:
        return None
    seconds = (datetime.now(UTC) - endpoint.updated_at).total_seconds()
    return cost_of(config.capacity.get("InstanceType", ""), seconds, endpoint.instances)


@lru_cache
def _prices() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_TABLE.read_text(encoding="utf-8"))
    return document
