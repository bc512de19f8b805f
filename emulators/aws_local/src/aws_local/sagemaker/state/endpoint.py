"""An endpoint's states: creating, in service, updating, deleting, failed.

Beside SageMaker's fields the document holds two plans: `Deployed`, the one in service, and
`Pending`, the one that is coming up.
"""

from dataclasses import asdict, replace

from aws_local.sagemaker.state.document import Document, without
from aws_local.sagemaker.state.faults import invalid
from aws_local.sagemaker.state.listing import Listing
from aws_local.sagemaker.state.plan import Plan
from aws_local.wire.fault import FaultError

#: Request and response of a serverless endpoint.
SERVERLESS_PAYLOAD_BYTES = 4 * 1024 * 1024
#: Request and response of any other.
PAYLOAD_BYTES = 25 * 1024 * 1024
MAX_REASON_CHARACTERS = 1024
_BUSY = frozenset({"Creating", "Updating", "RollingBack", "SystemUpdating", "Deleting"})
_SERVING = frozenset({"InService", "Updating", "RollingBack"})

LISTING = Listing(
    key="Endpoints",
    name_field="EndpointName",
    status_field="EndpointStatus",
    summary_fields=(
        "EndpointName",
        "EndpointArn",
        "CreationTime",
        "LastModifiedTime",
        "EndpointStatus",
    ),
)


def create(request: Document, arn: str, plan: Plan, now: float) -> Document:
    """An endpoint that is being created."""
    return {
        "EndpointName": request["EndpointName"],
        "EndpointArn": arn,
        "EndpointConfigName": plan.config_name,
        "EndpointStatus": "Creating",
        "CreationTime": now,
        "LastModifiedTime": now,
        "Tags": request.get("Tags", []),
        "Deployed": None,
        "Pending": asdict(plan),
    }


def successor(endpoint: Document, plan: Plan, *, retain: bool) -> Plan:
    """The plan as an update brings it in; raise FaultError where it cannot follow the one there.

    Args:
        endpoint: What is updated.
        plan: What its new configuration says.
        retain: RetainAllVariantProperties: the number of instances stays as it was scaled to.
    """
    require_updatable(endpoint)
    deployed = Plan(**endpoint["Deployed"])
    if plan.serverless and not deployed.serverless:
        raise invalid("An endpoint with instances cannot become a serverless one: delete it.")
    keeps = retain and not deployed.serverless and plan.variant_name == deployed.variant_name
    return replace(plan, instances=deployed.instances) if keeps else plan


def scalable(endpoint: Document, variant: str) -> Plan:
    """The plan of a variant with instances; raise FaultError when their number cannot change."""
    require_updatable(endpoint)
    deployed = Plan(**endpoint["Deployed"])
    if deployed.variant_name != variant:
        raise invalid(f'Could not find variant "{variant}".')
    if deployed.serverless:
        raise invalid("A serverless variant has no instances.")
    return deployed


def scale(endpoint: Document, instances: int, now: float) -> None:
    """Give an endpoint in service another number of instances."""
    deployed = replace(Plan(**endpoint["Deployed"]), instances=instances)
    endpoint.update(Deployed=asdict(deployed), LastModifiedTime=now)


def begin_update(endpoint: Document, plan: Plan, now: float) -> None:
    """Let `plan` come up beside the one in service; raise FaultError when it cannot."""
    require_updatable(endpoint)
    endpoint.update(EndpointStatus="Updating", Pending=asdict(plan), LastModifiedTime=now)


def begin_deletion(endpoint: Document, now: float) -> None:
    """Let an endpoint go; raise FaultError while a change is under way."""
    require_settled(endpoint)
    endpoint.update(EndpointStatus="Deleting", LastModifiedTime=now)


def finish_deployment(endpoint: Document, now: float) -> None:
    """Put the pending plan into service."""
    endpoint["Deployed"] = endpoint["Pending"]
    endpoint["EndpointConfigName"] = endpoint["Deployed"]["config_name"]
    endpoint.pop("FailureReason", None)
    _settle(endpoint, "InService", now)


def fail_deployment(endpoint: Document, reason: str, now: float) -> None:
    """Give the pending plan up: the old one stays in service, a new endpoint has failed."""
    endpoint["FailureReason"] = reason[:MAX_REASON_CHARACTERS]
    _settle(endpoint, "InService" if endpoint["Deployed"] else "Failed", now)


def require_updatable(endpoint: Document) -> None:
    """Raise FaultError unless the endpoint is in service, and nothing is under way."""
    require_settled(endpoint)
    if endpoint["EndpointStatus"] != "InService":
        raise invalid(
            f'Cannot update endpoint "{endpoint["EndpointArn"]}" in status '
            f"{endpoint['EndpointStatus']}: delete it."
        )


def require_settled(endpoint: Document) -> None:
    """Raise FaultError while a change is under way."""
    if endpoint["EndpointStatus"] in _BUSY:
        raise invalid(f'Cannot update in-progress endpoint "{endpoint["EndpointArn"]}".')


def is_serving(endpoint: Document) -> bool:
    """True if SageMaker would route an invocation to it."""
    return endpoint["EndpointStatus"] in _SERVING


def not_serving(name: str, account_id: str) -> FaultError:
    """The refusal of an invocation of an endpoint that is absent, or not in service."""
    return FaultError("ValidationError", f"Endpoint {name} of account {account_id} not found.")


def payload_limit(endpoint: Document) -> int:
    """Largest request and response of an endpoint in service, in bytes."""
    return SERVERLESS_PAYLOAD_BYTES if endpoint["Deployed"]["serverless"] else PAYLOAD_BYTES


def shown(endpoint: Document) -> Document:
    """The answer of DescribeEndpoint."""
    answer = without(endpoint, "Tags", "Deployed", "Pending")
    if endpoint["Deployed"]:
        answer["ProductionVariants"] = [_variant(Plan(**endpoint["Deployed"]), "Current")]
    if endpoint["Pending"]:
        pending = Plan(**endpoint["Pending"])
        answer["PendingDeploymentSummary"] = {
            "EndpointConfigName": pending.config_name,
            "ProductionVariants": [_variant(pending, "Desired")],
            "StartTime": endpoint["LastModifiedTime"],
        }
    return answer


def _settle(endpoint: Document, status: str, now: float) -> None:
    endpoint.update(EndpointStatus=status, Pending=None, LastModifiedTime=now)


def _variant(plan: Plan, stage: str) -> Document:
    """A variant as DescribeEndpoint shows it; `stage` is `Current` or `Desired`."""
    capacity = (
        {f"{stage}ServerlessConfig": plan.serverless}
        if plan.serverless
        else {f"{stage}InstanceCount": plan.instances}
    )
    return {
        "VariantName": plan.variant_name,
        "DeployedImages": [{"SpecifiedImage": plan.image, "ResolvedImage": plan.image}],
        f"{stage}Weight": 1.0,
        **capacity,
    }
