"""The repository of the project's images."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.constructs.image_repository import image_repository
from infra.settings.settings import Settings


class ContainerImageStack(Stack):
    """The repository that images are pushed to and served from.

    It is always there, also where the image is built elsewhere: it may be pushed here, and a
    stack that a setting takes out of the app would be left behind.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any
    ) -> None:
        super().__init__(scope, construct_id, **options)
        repository = image_repository(self, "Repository", settings=settings)
        CfnOutput(
            self,
            "ImageRepositoryUri",
            value=repository.repository_uri,
            description="Kept by cdk destroy" if settings.keep_data else "Emptied by cdk destroy",
        )
