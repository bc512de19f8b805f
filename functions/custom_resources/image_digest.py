"""`Custom::ImageDigest`: the digest of a tagged image, known once it is in the repository."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from functions.custom_resources.protocol import CustomResourceError, Request, Resource, handle


@lru_cache
def _ecr() -> Any:
    return boto3.client("ecr")


def _physical_id(properties: Mapping[str, Any]) -> str:
    return f"{properties['RepositoryName']}:{properties['Tag']}"


def _find(request: Request) -> dict[str, str]:
    repository, tag = request.properties["RepositoryName"], request.properties["Tag"]
    try:
        found = _ecr().describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except (BotoCoreError, ClientError) as error:
        raise CustomResourceError(
            f"The image {repository}:{tag} is not in ECR ({error}): deploy the image stack again.",
            nothing_made=True,
        ) from error
    return {"Digest": found["imageDetails"][0]["imageDigest"]}


def _keep(_: Request) -> None:
    """The image goes with its repository."""


RESOURCE = Resource(physical_id=_physical_id, create_or_update=_find, delete=_keep)


def handler(event: dict[str, Any], context: Any) -> None:
    """Entry point of the Lambda function."""
    handle(event, context, RESOURCE)
