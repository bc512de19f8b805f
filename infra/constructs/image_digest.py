"""The digest of a tagged image, which is known once the image is in the repository."""

from aws_cdk import CustomResource, Duration
from aws_cdk.aws_ecr import IRepository
from aws_cdk.aws_iam import PolicyStatement
from constructs import Construct

from infra.constructs.lambda_code import custom_resource_code
from infra.constructs.lambda_function import LambdaFunction, LambdaSpec


class ImageDigest(Construct):
    """A custom resource that asks ECR for the digest; `value` is what it answers.

    It refuses an image whose manifest SageMaker does not take.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        repository: IRepository,
        tag: str,
        log_retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        provider = LambdaFunction(
            self,
            "Provider",
            LambdaSpec(
                code=custom_resource_code(),
                handler="functions.custom_resources.image_digest.handler",
                description="Custom resource: manifest and digest of a tagged image",
                timeout_seconds=60,
                memory_mb=256,
                log_retention_days=log_retention_days,
            ),
        )
        provider.allow(
            PolicyStatement(actions=["ecr:DescribeImages"], resources=[repository.repository_arn])
        )
        resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::ImageDigest",
            service_token=provider.function.function_arn,
            service_timeout=Duration.minutes(5),
            properties={"RepositoryName": repository.repository_name, "Tag": tag},
        )
        self.value = resource.get_att_string("Digest")
