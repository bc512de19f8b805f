"""A model: one container with an artifact."""

from collections.abc import Mapping

from aws_local.sagemaker.state.document import Document, without
from aws_local.sagemaker.state.faults import invalid
from aws_local.sagemaker.state.listing import Listing
from aws_local.settings import DOCKER_MANIFEST
from aws_local.wire.fault import FaultError

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


def check_image(request: Document, images: Mapping[str, str]) -> None:
    """Raise FaultError unless the registry has the image, with a manifest of Docker's kind.

    Args:
        request: CreateModel's.
        images: Media type of the manifest by the image's address.
    """
    image = request["PrimaryContainer"].get("Image", "")
    media_type = images.get(image)
    if media_type is None:
        raise invalid(f"Requested image {image} not found.")
    if media_type != DOCKER_MANIFEST:
        raise invalid(f"Unsupported manifest media type {media_type}.")


def not_readable(url: str, role_arn: str, region: str) -> FaultError:
    """The refusal of an artifact that S3 does not show to the role, be it there or not.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    return invalid(
        f'Could not access model data at {url}. Please ensure that the role "{role_arn}" exists '
        'and that its trust relationship policy allows the action "sts:AssumeRole" for the service '
        'principal "sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" '
        f"permissions and that the object is located in {region}. If your Model uses multiple "
        'models or uncompressed models, please ensure that the role has "s3:ListBucket" permission.'
    )


def create(request: Document, arn: str, now: float) -> Document:
    """A model."""
    return {**request, "ModelArn": arn, "CreationTime": now}


def shown(model: Document) -> Document:
    """The answer of DescribeModel."""
    return without(model, "Tags")
