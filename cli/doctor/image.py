"""The image that models are made from: SageMaker takes some kinds of manifests only."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from cli.doctor.checks import CheckError
from functions.custom_resources.image_digest import DOCKER_MANIFEST

FIX = (
    "Build the image with `docker build --provenance=false --output type=docker`, push it and "
    "deploy again; `make deploy` does both where `image_uri` is null."
)

_IMAGE = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[a-z.]+/(.+)@(sha256:[0-9a-f]{64})")


def probe_image(variables: Mapping[str, str], client: Callable[..., Any]) -> str:
    """Look at the manifest of the image that the functions give to SageMaker.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html

    Args:
        variables: Those of the deployed functions.
        client: Makes a client of boto3's.
    """
    uri = variables.get("SNOWREEL_IMAGE_URI", "")
    match = _IMAGE.fullmatch(uri)
    if match is None:
        raise CheckError(f"the image {uri!r} is none of ECR's by digest")
    account, region, repository, digest = match.groups()
    found = client("ecr", region_name=region).describe_images(
        registryId=account, repositoryName=repository, imageIds=[{"imageDigest": digest}]
    )
    manifest = found["imageDetails"][0].get("imageManifestMediaType")
    if manifest != DOCKER_MANIFEST:
        raise CheckError(f"{uri} has the manifest {manifest}, which SageMaker does not take")
    return f"{repository}@{digest[:19]} has a manifest that SageMaker takes"
