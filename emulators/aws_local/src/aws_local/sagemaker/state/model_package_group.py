"""A group of model packages: its versions count up from 1, and no number comes again."""

from aws_local.sagemaker.state.document import Document, without
from aws_local.sagemaker.state.faults import invalid
from aws_local.sagemaker.state.listing import Listing
from aws_local.wire.fault import FaultError

LISTING = Listing(
    key="ModelPackageGroupSummaryList",
    name_field="ModelPackageGroupName",
    status_field="ModelPackageGroupStatus",
    summary_fields=(
        "ModelPackageGroupName",
        "ModelPackageGroupArn",
        "ModelPackageGroupDescription",
        "CreationTime",
        "ModelPackageGroupStatus",
    ),
)


def create(request: Document, arn: str, now: float) -> Document:
    """A group without versions."""
    return {
        **request,
        "ModelPackageGroupArn": arn,
        "ModelPackageGroupStatus": "Completed",
        "CreationTime": now,
        "LastVersion": 0,
        "Packages": [],
    }


def shown(group: Document) -> Document:
    """The answer of DescribeModelPackageGroup."""
    return without(group, "Tags", "LastVersion", "Packages")


def name_of(name_or_arn: str) -> str:
    """The group's name, which requests may give by its ARN, too."""
    return name_or_arn.rpartition("/")[2]


def require_empty(group: Document) -> None:
    """Raise FaultError while the group has a version."""
    if group["Packages"]:
        raise FaultError(
            "ConflictException",
            f"Model Package Group {group['ModelPackageGroupArn']} cannot be deleted because it "
            "still contains Model Packages.",
        )


def not_found(arn: str) -> FaultError:
    """The refusal of a group that is not there."""
    return invalid(f"ModelPackageGroup {arn} does not exist.")


def name_taken(arn: str) -> FaultError:
    """The refusal of a second group of one name."""
    return invalid(f"Model Package Group already exists: {arn}")
