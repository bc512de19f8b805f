"""The image of the training job and the endpoints, in a repository of our own."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra.constructs.container_image import ContainerImage
from infra.constructs.image_digest import ImageDigest
from infra.constructs.image_repository import image_asset, image_copy, image_repository
from infra.constructs.nag import acknowledge
from infra.settings.model import Settings


class ContainerImageStack(Stack):
    """The image, copied into a repository of its own and used by its digest."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any
    ) -> None:
        super().__init__(scope, construct_id, **options)
        repository = image_repository(self, "Repository")
        asset = image_asset(self, "Asset")
        copy = image_copy(self, "Copy", asset=asset, repository=repository)
        acknowledge(
            self,
            {
                "Serverless-LambdaDLQ": "CloudFormation waits for each answer.",
                "Serverless-LambdaTracing": "The library's function runs only to deploy.",
            },
        )
        digest = ImageDigest(
            self,
            "Digest",
            repository=repository,
            tag=asset.asset_hash,
            log_retention_days=settings.log_retention_days,
        )
        digest.node.add_dependency(copy)
        self.image = ContainerImage(
            repository_arn=repository.repository_arn,
            uri=f"{repository.repository_uri}@{digest.value}",
        )
