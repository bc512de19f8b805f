"""Content of buckets, which a custom resource deletes right before CloudFormation the buckets."""

from aws_cdk import CustomResource, Duration
from aws_cdk.aws_iam import PolicyStatement
from aws_cdk.aws_s3 import Bucket
from constructs import Construct

from infra.constructs.lambda_code import custom_resource_code
from infra.constructs.lambda_function import LambdaFunction, LambdaSpec
from infra.settings.settings import Settings

_TIMEOUT_SECONDS = 900


class BucketContent(Construct):
    """A function that empties the buckets of one stack, each as a resource of its own."""

    def __init__(self, scope: Construct, construct_id: str, *, log_retention_days: int) -> None:
        super().__init__(scope, construct_id)
        self._emptier = LambdaFunction(
            self,
            "Emptier",
            LambdaSpec(
                code=custom_resource_code(),
                handler="functions.custom_resources.bucket_content.handler",
                description="Custom resource: empties a bucket that goes with its stack",
                timeout_seconds=_TIMEOUT_SECONDS,
                memory_mb=512,
                log_retention_days=log_retention_days,
            ),
        )

    def of(self, bucket: Bucket) -> CustomResource:
        """The content of `bucket`; what needs it, or writes to it, goes before it is deleted."""
        self._emptier.allow(
            PolicyStatement(actions=["s3:ListBucketVersions"], resources=[bucket.bucket_arn]),
            PolicyStatement(
                actions=["s3:DeleteObject", "s3:DeleteObjectVersion"],
                resources=[bucket.arn_for_objects("*")],
            ),
            wildcards="The bucket goes with the stack, and so does all that is in it.",
        )
        return CustomResource(
            self,
            bucket.node.id,
            resource_type="Custom::BucketContent",
            service_token=self._emptier.function.function_arn,
            service_timeout=Duration.seconds(_TIMEOUT_SECONDS),
            properties={"Bucket": bucket.bucket_name},
        )


def bucket_content(scope: Construct, settings: Settings) -> BucketContent | None:
    """Content of the buckets of the stack `scope`; None where the settings keep the data."""
    if settings.keep_data:
        return None
    return BucketContent(scope, "BucketContent", log_retention_days=settings.log_retention_days)
