"""A versioned model package: one container's image and artifact, an approval, its metadata."""

from typing import Any

from aws_local.sagemaker.state.document import Document, without
from aws_local.sagemaker.state.faults import invalid
from aws_local.sagemaker.state.listing import Listing
from aws_local.wire.fault import FaultError

#: Parts of a request that are not emulated: refused, never ignored.
REFUSED_FIELDS = (
    "AdditionalInferenceSpecifications",
    "CertifyForMarketplace",
    "ModelPackageName",
    "SourceAlgorithmSpecification",
    "SourceUri",
    "ValidationSpecification",
)
MAX_METADATA = 50
#: Fields of ours, beside SageMaker's own.
_HIDDEN = ("ClientToken", "Tags")

LISTING = Listing(
    key="ModelPackageSummaryList",
    name_field="ModelPackageGroupName",
    status_field="ModelPackageStatus",
    summary_fields=(
        "ModelPackageGroupName",
        "ModelPackageVersion",
        "ModelPackageArn",
        "ModelPackageDescription",
        "CreationTime",
        "ModelPackageStatus",
        "ModelApprovalStatus",
    ),
)


def container_of(request: Document) -> Document:
    """The one container; raise FaultError where there is none, more, or a refused part."""
    for field in REFUSED_FIELDS:
        if request.get(field):
            raise invalid(f"{field} is not emulated by the local stack: leave it out.")
    containers = request.get("InferenceSpecification", {}).get("Containers", [])
    if len(containers) != 1:
        raise invalid("The local stack keeps packages of one container: give one.")
    container: Document = containers[0]
    if not container.get("Image") or not container.get("ModelDataUrl"):
        raise invalid("A container of a model package needs Image and ModelDataUrl.")
    return container


def create(request: Document, arn: str, version: int, now: float) -> Document:
    """A version of a group."""
    return {
        "ModelApprovalStatus": "PendingManualApproval",
        **request,
        "ModelPackageArn": arn,
        "ModelPackageVersion": version,
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
        "CreationTime": now,
    }


def update(package: Document, request: Document, now: float) -> None:
    """Change approval and metadata; what metadata a request does not name stays.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html
    """
    metadata: dict[str, Any] = package.get("CustomerMetadataProperties", {})
    going = set(request.get("CustomerMetadataPropertiesToRemove", ()))
    merged = {
        key: value
        for key, value in (metadata | request.get("CustomerMetadataProperties", {})).items()
        if key not in going
    }
    if len(merged) > MAX_METADATA:
        raise invalid(f"A model package can have {MAX_METADATA} metadata properties.")
    changed = ("ModelApprovalStatus", "ApprovalDescription")
    package.update({field: request[field] for field in changed if field in request})
    package.update(CustomerMetadataProperties=merged, LastModifiedTime=now)


def shown(package: Document) -> Document:
    """The answer of DescribeModelPackage."""
    return without(package, *_HIDDEN)


def not_found(arn: str) -> FaultError:
    """The refusal of a version that is not there."""
    return invalid(f"ModelPackage {arn} does not exist.")
