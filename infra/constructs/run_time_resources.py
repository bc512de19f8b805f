"""Removes, with the stack, what the API made at run time; CloudFormation does not know of it."""

from collections.abc import Sequence

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk.aws_iam import PolicyStatement
from aws_cdk.aws_s3 import Bucket
from constructs import Construct

from infra.constructs.lambda_code import custom_resource_code
from infra.constructs.lambda_function import LambdaFunction, LambdaSpec
from infra.settings.model import Settings

_TIMEOUT_SECONDS = 900


class RunTimeResources(Construct):
    """At deletion: endpoints, their configurations, models, running jobs, content of buckets."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        settings: Settings,
        buckets_to_empty: Sequence[Bucket],
    ) -> None:
        super().__init__(scope, construct_id)
        remover = LambdaFunction(
            self,
            "Remover",
            LambdaSpec(
                code=custom_resource_code(),
                handler="functions.custom_resources.run_time_resources.handler",
                description="Custom resource: removes what the API made at run time",
                timeout_seconds=_TIMEOUT_SECONDS,
                memory_mb=512,
                log_retention_days=settings.log_retention_days,
            ),
        )
        _allow_sagemaker(remover, settings.prefix)
        for bucket in buckets_to_empty:
            _allow_emptying(remover, bucket)
        CustomResource(
            self,
            "Resource",
            resource_type="Custom::RunTimeResources",
            service_token=remover.function.function_arn,
            service_timeout=Duration.seconds(_TIMEOUT_SECONDS),
            properties={
                "Prefix": settings.prefix,
                "BucketsToEmpty": [bucket.bucket_name for bucket in buckets_to_empty],
            },
        )


def _allow_sagemaker(remover: LambdaFunction, prefix: str) -> None:
    stack = Stack.of(remover)

    def own(resource: str) -> str:
        return stack.format_arn(service="sagemaker", resource=resource, resource_name=f"{prefix}-*")

    resources = [own(kind) for kind in ("endpoint", "endpoint-config", "model", "training-job")]
    lists = ["ListEndpoints", "ListEndpointConfigs", "ListModels", "ListTrainingJobs"]
    remover.allow(
        PolicyStatement(actions=[f"sagemaker:{name}" for name in lists], resources=["*"]),
        PolicyStatement(actions=["sagemaker:DeleteEndpoint"], resources=[resources[0]]),
        PolicyStatement(actions=["sagemaker:DeleteEndpointConfig"], resources=[resources[1]]),
        PolicyStatement(actions=["sagemaker:DeleteModel"], resources=[resources[2]]),
        PolicyStatement(actions=["sagemaker:StopTrainingJob"], resources=[resources[3]]),
        wildcards="What the API makes begins with the prefix; SageMaker's lists take no resource.",
    )


def _allow_emptying(remover: LambdaFunction, bucket: Bucket) -> None:
    objects = bucket.arn_for_objects("*")
    remover.allow(
        PolicyStatement(actions=["s3:ListBucketVersions"], resources=[bucket.bucket_arn]),
        PolicyStatement(actions=["s3:DeleteObject", "s3:DeleteObjectVersion"], resources=[objects]),
        wildcards="The bucket goes with the stack, and so does all that is in it.",
    )
