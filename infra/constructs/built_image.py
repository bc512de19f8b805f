"""The image that `cdk deploy` builds, pushes to the project's repository and uses by its digest."""

from aws_cdk import IgnoreMode
from aws_cdk.aws_ecr_assets import DockerImageAsset, Platform
from constructs import Construct

from infra.constructs.image_digest import ImageDigest
from infra.constructs.lambda_code import ROOT, all_but
from infra.settings.settings import Settings

_FILES = ("containers/recommender/**", "requirements/recommender.txt")


class BuiltImage(Construct):
    """The image of the training job and the endpoints; `uri` names it by its digest.

    By digest, so that what was trained with an image is served by the same one. The digest is
    looked up in the stack that uses it: a value that changes with each image cannot be exported.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        asset = _asset(self, "Asset")
        digest = ImageDigest(
            self,
            "Digest",
            repository=asset.repository,
            tag=asset.asset_hash,
            log_retention_days=settings.log_retention_days,
        )
        self.uri = f"{asset.repository.repository_uri}@{digest.value}"


def _asset(scope: Construct, construct_id: str) -> DockerImageAsset:
    return DockerImageAsset(
        scope,
        construct_id,
        directory=str(ROOT),
        file="containers/recommender/Dockerfile",
        exclude=[*all_but(_FILES), "__pycache__", ".*"],
        ignore_mode=IgnoreMode.GIT,
        # SageMaker's ml.m5 and serverless machines; the computer that builds may be another kind.
        platform=Platform.LINUX_AMD64,
        # Docker's own media types: SageMaker takes no manifest of the OCI's, which an engine with
        # the containerd store pushes otherwise.
        # https://docs.docker.com/build/exporters/oci-docker/
        outputs=["type=docker"],
    )
