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
from infra.settings.model import Instances
from infra.settings.settings import Settings

_TARGET_ACTIONS = [
    "application-autoscaling:DeregisterScalableTarget",
    "application-autoscaling:PutScalingPolicy",
    "application-autoscaling:RegisterScalableTarget",
]
#: Application Auto Scaling looks, scales and sets alarms with the rights of whoever asks it to.
_ENDPOINT_ACTIONS = ["sagemaker:DescribeEndpoint", "sagemaker:UpdateEndpointWeightsAndCapacities"]
_ALARM_ACTIONS = [
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:PutMetricAlarm",
]
_SERVICE = "sagemaker.application-autoscaling.amazonaws.com"
_SERVICE_ROLE = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"


class EndpointScaling(Construct):
    """A function that registers endpoints with instances; serverless ones scale by themselves."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, instances: Instances
    ) -> None:
        super().__init__(scope, construct_id)
        self.function_name = f"{settings.prefix}-endpoint-scaler"
        self.scaler = LambdaFunction(
            self,
            "Scaler",
            LambdaSpec(
                name=self.function_name,
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
        _allow(self.scaler, settings.prefix)
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
        rule.add_target(LambdaTarget(self.scaler.function))
        reason = "An endpoint that was missed keeps its first number of instances and serves."
        acknowledge(rule, {"Serverless-EventBusDLQ": reason})


def _allow(scaler: LambdaFunction, prefix: str) -> None:
    """Grant what AWS's page on the prerequisites of auto scaling lists, for our endpoints alone.

    https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html
    """
    sagemaker = SageMakerNames(scaler, prefix)
    scaler.allow(
        PolicyStatement(actions=_ENDPOINT_ACTIONS, resources=[sagemaker["endpoint"]]),
        PolicyStatement(
            actions=["sagemaker:DescribeEndpointConfig"], resources=[sagemaker["endpoint-config"]]
        ),
        _targets(scaler),
        _alarms(scaler, prefix),
        _service_role(scaler),
        wildcards="Endpoints are named at run time below the prefix; AWS names scalable targets.",
    )


def _targets(scaler: LambdaFunction) -> PolicyStatement:
    targets = Stack.of(scaler).format_arn(
        service="application-autoscaling",
        resource="scalable-target",
        resource_name="*",
        arn_format=ArnFormat.SLASH_RESOURCE_NAME,
    )
    in_sagemaker = {"StringEquals": {"application-autoscaling:service-namespace": "sagemaker"}}
    return PolicyStatement(actions=_TARGET_ACTIONS, resources=[targets], conditions=in_sagemaker)


def _alarms(scaler: LambdaFunction, prefix: str) -> PolicyStatement:
    """The alarms that target tracking sets, which AWS names by the endpoint."""
    alarms = Stack.of(scaler).format_arn(
        service="cloudwatch",
        resource="alarm",
        resource_name=f"TargetTracking-endpoint/{prefix}-*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    return PolicyStatement(actions=_ALARM_ACTIONS, resources=[alarms])


def _service_role(scaler: LambdaFunction) -> PolicyStatement:
    """The role that the first scalable target of an account makes."""
    role_arn = Stack.of(scaler).format_arn(
        service="iam",
        region="",
        resource="role",
        resource_name=f"aws-service-role/{_SERVICE}/{_SERVICE_ROLE}",
    )
    return PolicyStatement(
        actions=["iam:CreateServiceLinkedRole"],
        resources=[role_arn],
        conditions={"StringEquals": {"iam:AWSServiceName": _SERVICE}},
    )
