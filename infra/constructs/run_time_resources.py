"""Removes, with the stack, what the API made at run time; CloudFormation does not know of it."""

from collections.abc import Sequence

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk.aws_iam import PolicyStatement
from constructs import Construct, IDependable

from infra.constructs.lambda_code import custom_resource_code
from infra.constructs.lambda_function import LambdaFunction, LambdaSpec
from infra.settings.settings import Settings

_TIMEOUT_SECONDS = 900


class RunTimeResources(Construct):
    """At deletion: endpoints, their configurations, models and versions, running jobs."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        needed: Sequence[IDependable],
    ) -> None:
        """Make the resource.

        Args:
            scope: Where it belongs.
            construct_id: Its name there.
            settings: Of the deployment.
            needed: What is to go later: SageMaker works with it until the last job has ended.
        """
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
        resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::RunTimeResources",
            service_token=remover.function.function_arn,
            service_timeout=Duration.seconds(_TIMEOUT_SECONDS),
            properties={"Prefix": settings.prefix},
        )
        resource.node.add_dependency(*needed)


def _allow_sagemaker(remover: LambdaFunction, prefix: str) -> None:
    stack = Stack.of(remover)

    def own(resource: str) -> str:
        return stack.format_arn(service="sagemaker", resource=resource, resource_name=f"{prefix}-*")

    deletions = {
        "DeleteEndpoint": "endpoint",
        "DeleteEndpointConfig": "endpoint-config",
        "DeleteModel": "model",
        "DeleteModelPackage": "model-package",
        "DeleteModelPackageGroup": "model-package-group",
        "StopTrainingJob": "training-job",
    }
    lists = [
        "ListEndpoints",
        "ListEndpointConfigs",
        "ListModels",
        "ListModelPackageGroups",
        "ListModelPackages",
        "ListTrainingJobs",
    ]
    remover.allow(
        PolicyStatement(actions=[f"sagemaker:{name}" for name in lists], resources=["*"]),
        *(
            PolicyStatement(actions=[f"sagemaker:{action}"], resources=[own(kind)])
            for action, kind in deletions.items()
        ),
        wildcards="What the API makes begins with the prefix; SageMaker's lists take no resource.",
    )
