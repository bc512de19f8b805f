"""Quotas of an account: what its endpoints, or its training jobs, may have together.

An update brings its capacity up beside that which serves, so both count while it is under way:
https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html

Machines have a quota for each type and use, too, which is 0 in a new account for nearly all of
them: https://docs.aws.amazon.com/general/latest/gr/sagemaker.html
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.plan import Plan
from aws_local.settings import SageMakerQuotas
from aws_local.wire.fault import FaultError

_RUNNING = frozenset({"InProgress", "Stopping"})
_INSTANCES = "Instances"


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
        check_instances(together, replace(plan, instances=0), plan.instances, quotas)


def check_instances(
    together: Iterable[Plan], grown: Plan, delta: int, quotas: SageMakerQuotas
) -> None:
    """Raise FaultError unless an endpoint of the plan `grown` may have `delta` more instances."""
    beside = [each for each in together if not each.serverless]
    _Quota(
        "Maximum number of instances per endpoint", quotas.instances_per_endpoint, _INSTANCES
    ).require(grown.instances, delta)
    alike = (each for each in beside if each.instance_type == grown.instance_type)
    _of_type(quotas, grown.instance_type, "endpoint usage").require(_number(alike), delta)
    _Quota(
        "Number of instances across active endpoints", quotas.endpoint_instances, _INSTANCES
    ).require(_number(beside), delta)


def check_training(jobs: Iterable[Document], request: Document, quotas: SageMakerQuotas) -> None:
    """Raise FaultError unless the account may run the job of `request` beside its `jobs`."""
    running = [job for job in jobs if job["TrainingJobStatus"] in _RUNNING]
    alike = (job for job in running if _kind(job) == _kind(request))
    _of_type(quotas, *_kind(request)).require(sum(map(_machines, alike)), _machines(request))
    _Quota(
        "Number of instances across all training jobs", quotas.training_instances, _INSTANCES
    ).require(sum(map(_machines, running)), _machines(request))


def _of_type(quotas: SageMakerQuotas, instance_type: str, use: str) -> _Quota:
    name = f"{instance_type} for {use}"
    return _Quota(name, quotas.instances_by_type.get(name, 0), _INSTANCES)


def plans(endpoints: Iterable[Document]) -> list[Plan]:
    """Plans in service and on their way, of all endpoints."""
    return [each for endpoint in endpoints for each in _plans(endpoint)]


def _plans(endpoint: Document) -> list[Plan]:
    return [Plan(**endpoint[key]) for key in ("Deployed", "Pending") if endpoint[key]]


def _concurrency(plan: Plan) -> int:
    return plan.serverless["MaxConcurrency"] if plan.serverless else 0


def _number(plans: Iterable[Plan]) -> int:
    return sum(plan.instances for plan in plans)


def _machines(job: Document) -> int:
    count: int = job["ResourceConfig"].get("InstanceCount", 1)
    return count


def _kind(job: Document) -> tuple[str, str]:
    """The machines' type, and the use of it that is counted."""
    is_spot = job.get("EnableManagedSpotTraining", False)
    use = "spot training job usage" if is_spot else "training job usage"
    return job["ResourceConfig"].get("InstanceType", ""), use
