"""Scales endpoints with instances: SageMaker announces an endpoint, a function registers it."""

from aws_cdk import ArnFormat, Stack
from aws_cdk.aws_events import EventPattern, Match, Rule
from aws_cdk.aws_events_targets import LambdaFunction as LambdaTarget
from aws_cdk.aws_iam import PolicyStatement
from constructs import Construct

from infra.constructs.lambda_code import endpoint_scaling_code
from infra.constructs.lambda_function import LambdaFunction, LambdaSpec
from infra.constructs.nag import acknowledge
from infra.constructs.permissions import SageMakerNames
from infra.settings.model import Instances, Settings

_ACTIONS = [
    "application-autoscaling:DeregisterScalableTarget",
    "application-autoscaling:PutScalingPolicy",
    "application-autoscaling:RegisterScalableTarget",
]


class EndpointScaling(Construct):
    """A function that registers endpoints with instances; serverless ones scale by themselves."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, instances: Instances
    ) -> None:
        super().__init__(scope, construct_id)
        scaler = LambdaFunction(
            self,
            "Scaler",
            LambdaSpec(
                code=endpoint_scaling_code(),
                handler="functions.endpoint_scaling.handler.handler",
                description="Registers endpoints with Application Auto Scaling",
                timeout_seconds=60,
                memory_mb=256,
                log_retention_days=settings.log_retention_days,
                environment={
                    "MIN_INSTANCES": str(instances.at_least),
                    "MAX_INSTANCES": str(instances.at_most),
                    "INVOCATIONS_PER_MINUTE": str(instances.invocations_per_minute),
                },
            ),
        )
        _allow(scaler, settings.prefix)
        rule = Rule(
            self,
            "EndpointChanged",
            event_pattern=EventPattern(
                source=["aws.sagemaker"],
                detail_type=["SageMaker Endpoint State Change"],
                detail={
                    "EndpointName": Match.prefix(f"{settings.prefix}-"),
                    # The event's documentation and SageMaker's API write the states differently.
                    "EndpointStatus": ["IN_SERVICE", "InService", "DELETING", "Deleting"],
                },
            ),
        )
        rule.add_target(LambdaTarget(scaler.function))
        reason = "An endpoint that was missed keeps its first number of instances and serves."
        acknowledge(rule, {"Serverless-EventBusDLQ": reason})


def _allow(scaler: LambdaFunction, prefix: str) -> None:
    stack = Stack.of(scaler)
    role = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
    service = "sagemaker.application-autoscaling.amazonaws.com"
    role_arn = stack.format_arn(
        service="iam",
        region="",
        resource="role",
        resource_name=f"aws-service-role/{service}/{role}",
    )
    targets = stack.format_arn(
        service="application-autoscaling",
        resource="scalable-target",
        resource_name="*",
        arn_format=ArnFormat.SLASH_RESOURCE_NAME,
    )
    in_sagemaker = {"StringEquals": {"application-autoscaling:service-namespace": "sagemaker"}}
    scaler.allow(
        PolicyStatement(
            actions=["sagemaker:DescribeEndpoint"],
            resources=[SageMakerNames(scaler, prefix)["endpoint"]],
        ),
        PolicyStatement(actions=_ACTIONS, resources=[targets], conditions=in_sagemaker),
        # the first scalable target of an account makes this role
        PolicyStatement(
            actions=["iam:CreateServiceLinkedRole"],
            resources=[role_arn],
            conditions={"StringEquals": {"iam:AWSServiceName": service}},
        ),
        wildcards="Endpoints are named at run time below the prefix; AWS names scalable targets.",
    )
