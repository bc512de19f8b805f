"""The artifact bucket, SageMaker's roles and registry; what is made at run time is removed."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk.aws_sagemaker import CfnModelPackageGroup
from constructs import Construct

from infra.constructs.artifact_bucket import ArtifactBucket
from infra.constructs.bucket_content import bucket_content
from infra.constructs.run_time_resources import RunTimeResources
from infra.constructs.sagemaker_roles import SageMakerResources, inference_role, training_role
from infra.settings.settings import Settings


class TrainingStack(Stack):
    """The bucket of the models and the group of their versions; the roles of jobs and endpoints."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        bucket = ArtifactBucket(self, "ArtifactBucket", bucket_content(self, settings))
        common: dict[str, Any] = {"settings": settings, "bucket": bucket.artifacts}
        self.sagemaker = SageMakerResources(
            artifacts=bucket.artifacts,
            training_role=training_role(self, "TrainingRole", **common),
            inference_role=inference_role(self, "InferenceRole", **common),
        )
        versions = CfnModelPackageGroup(
            self,
            "DefaultModel",
            model_package_group_name=f"{settings.prefix}-{settings.registry.default_model}",
            model_package_group_description=f"Versions of {settings.registry.default_model}",
        )
        RunTimeResources(
            self,
            "RunTimeResources",
            settings=settings,
            needed=[
                self.sagemaker.training_role,
                self.sagemaker.inference_role,
                *bucket.content,
                versions,
            ],
        )
        CfnOutput(
            self,
            "ArtifactBucketName",
            value=bucket.artifacts.bucket_name,
            description="Kept by cdk destroy" if settings.keep_data else "Emptied by cdk destroy",
        )
