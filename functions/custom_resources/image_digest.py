"""`Custom::ImageDigest`: the digest of a tagged image whose manifest SageMaker takes."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from functions.custom_resources.protocol import CustomResourceError, Request, Resource, handle

#: CreateModel refuses manifests of the OCI's and indexes with `Unsupported manifest media type`.
#: The types: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


@lru_cache
def _ecr() -> Any:
    return boto3.client("ecr")


def _physical_id(properties: Mapping[str, Any]) -> str:
    return f"{properties['RepositoryName']}:{properties['Tag']}"


def _find(request: Request) -> dict[str, str]:
    image = _describe(request.properties["RepositoryName"], request.properties["Tag"])
    manifest = image.get("imageManifestMediaType")
    if manifest != DOCKER_MANIFEST:
        raise CustomResourceError(
            f"The image {_physical_id(request.properties)} has the manifest {manifest}, which "
            "SageMaker does not take: delete it from ECR, build it with "
            "`--provenance=false --output type=docker` and deploy again.",
            nothing_made=True,
        )
    return {"Digest": image["imageDigest"]}


def _describe(repository: str, tag: str) -> Mapping[str, Any]:
    """An image as ECR knows it.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html
    """
    try:
        found = _ecr().describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except (BotoCoreError, ClientError) as error:
        raise CustomResourceError(
            f"The image {repository}:{tag} is not in ECR ({error}): deploy again, which pushes it.",
            nothing_made=True,
        ) from error
    image: Mapping[str, Any] = found["imageDetails"][0]
    return image


def _keep(_: Request) -> None:
    """The image goes with its repository."""


RESOURCE = Resource(physical_id=_physical_id, create_or_update=_find, delete=_keep)


def handler(event: dict[str, Any], context: Any) -> None:
    """Entry point of the Lambda function."""
    handle(event, context, RESOURCE)
