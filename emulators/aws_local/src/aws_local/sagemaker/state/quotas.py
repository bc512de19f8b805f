"""Quotas of an account: what its endpoints, or its training jobs, may have together.

An update brings its capacity up beside that which serves, so both count while it is under way:
https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
"""

from collections.abc import Iterable
from dataclasses import dataclass

from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.faults import FaultError
from aws_local.sagemaker.state.plan import Plan
from aws_local.settings import SageMakerQuotas

_RUNNING = frozenset({"InProgress", "Stopping"})


@dataclass(frozen=True)
class _Quota:
    """A quota by the name that Service Quotas gives it."""

    name: str
    limit: int
    unit: str = ""

    def require(self, used: int, delta: int) -> None:
        """Raise FaultError, in SageMaker's words, unless `delta` more may be used."""
        if used + delta <= self.limit:
            return
        limit, current, more = (f"{n} {self.unit}".strip() for n in (self.limit, used, delta))
        raise FaultError(
            "ResourceLimitExceeded",
            f"The account-level service limit '{self.name}' is {limit}, with current utilization "
            f"of {current} and a request delta of {more}. Please use AWS Service Quotas to request "
            "an increase for this quota. If AWS Service Quotas is not available, contact AWS "
            "support to request an increase for this quota.",
        )


def check_creation(endpoints: Iterable[Document], plan: Plan, quotas: SageMakerQuotas) -> None:
    """Raise FaultError unless the account may have an endpoint of `plan` beside its `endpoints`."""
    endpoints = list(endpoints)
    if plan.serverless:
        number = sum(any(each.serverless for each in _plans(one)) for one in endpoints)
        _Quota("Maximum number of serverless endpoints", quotas.serverless_endpoints).require(
            number, 1
        )
    check_capacity(endpoints, plan, quotas)


def check_capacity(endpoints: Iterable[Document], plan: Plan, quotas: SageMakerQuotas) -> None:
    """Raise FaultError unless the account may have the capacity of `plan` beside its endpoints'."""
    together = plans(endpoints)
    if plan.serverless:
        _Quota(
            "Maximum total concurrency that can be allocated across all serverless endpoints",
            quotas.serverless_concurrency,
        ).require(sum(map(_concurrency, together)), _concurrency(plan))
    else:
        check_instances(together, plan.instances, quotas, beside=0)


def check_instances(
    together: Iterable[Plan], delta: int, quotas: SageMakerQuotas, *, beside: int
) -> None:
    """Raise FaultError unless an endpoint with `beside` instances may have `delta` more."""
    _Quota(
        "Maximum number of instances per endpoint", quotas.instances_per_endpoint, "Instances"
    ).require(beside, delta)
    used = sum(each.instances for each in together if not each.serverless)
    _Quota(
        "Number of instances across active endpoints", quotas.endpoint_instances, "Instances"
    ).require(used, delta)


def check_training(jobs: Iterable[Document], request: Document, quotas: SageMakerQuotas) -> None:
    """Raise FaultError unless the account may run the job of `request` beside its `jobs`."""
    running = (job for job in jobs if job["TrainingJobStatus"] in _RUNNING)
    _Quota(
        "Number of instances across all training jobs", quotas.training_instances, "Instances"
    ).require(sum(map(_machines, running)), _machines(request))


def plans(endpoints: Iterable[Document]) -> list[Plan]:
    """Plans in service and on their way, of all endpoints."""
    return [each for endpoint in endpoints for each in _plans(endpoint)]


def _plans(endpoint: Document) -> list[Plan]:
    return [Plan(**endpoint[key]) for key in ("Deployed", "Pending") if endpoint[key]]


def _concurrency(plan: Plan) -> int:
    return plan.serverless["MaxConcurrency"] if plan.serverless else 0


def _machines(job: Document) -> int:
    count: int = job["ResourceConfig"].get("InstanceCount", 1)
    return count
