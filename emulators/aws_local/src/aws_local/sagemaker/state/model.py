"""A model: one container with an artifact."""

from aws_local.sagemaker.state.document import Document, without
from aws_local.sagemaker.state.faults import invalid
from aws_local.sagemaker.state.listing import Listing

LISTING = Listing(
    key="Models",
    name_field="ModelName",
    status_field=None,
    summary_fields=("ModelName", "ModelArn", "CreationTime"),
)


def artifact_of(request: Document) -> str:
    """Address of the artifact that must exist; raise FaultError unless there is one container."""
    container = request.get("PrimaryContainer")
    if not container or request.get("Containers"):
        raise invalid("The local stack runs one container per model: give PrimaryContainer.")
    url: str = container.get("ModelDataUrl", "")
    return url


def create(request: Document, arn: str, now: float) -> Document:
    """A model."""
    return {**request, "ModelArn": arn, "CreationTime": now}


def shown(model: Document) -> Document:
    """The answer of DescribeModel."""
    return without(model, "Tags")
