"""The state machine of the nightly loop, with the rights of its own."""

import json

from aws_cdk import ArnFormat, Stack
from aws_cdk.aws_iam import PolicyStatement, Role
from aws_cdk.aws_sns import Topic
from aws_cdk.aws_stepfunctions import (
    DefinitionBody,
    LogLevel,
    LogOptions,
    StateMachine,
    StateMachineType,
)
from constructs import Construct

from functions.retraining.states import definition
from infra.constructs.log_group import log_group
from infra.constructs.nag import acknowledge, allow
from infra.constructs.service_trust import own_account_service
from infra.settings.settings import Settings

#: Services that deliver logs find the log group by a name of this kind:
#: https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
_LOG_GROUP = "/aws/vendedlogs/states"


def state_machine_arn(scope: Construct, settings: Settings) -> str:
    """ARN of the state machine, by its fixed name: known before its stack is there."""
    return Stack.of(scope).format_arn(
        service="states",
        resource="stateMachine",
        resource_name=settings.state_machine_name,
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


class RetrainingMachine(Construct):
    """Calls the loop's function step by step, and publishes how each run ended."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, topic: Topic
    ) -> None:
        super().__init__(scope, construct_id)
        function_arn = Stack.of(self).format_arn(
            service="lambda",
            resource="function",
            resource_name=settings.retrain_function_name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        self.role = Role(
            self,
            "Role",
            assumed_by=own_account_service(self, "states.amazonaws.com"),
            description="Takes the steps of the nightly loop",
        )
        allow(
            self.role,
            PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function_arn]),
            PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]),
            wildcards="",
        )
        logs = log_group(
            self,
            "LogGroup",
            settings.log_retention_days,
            f"{_LOG_GROUP}/{settings.state_machine_name}",
        )
        self.machine = StateMachine(
            self,
            "StateMachine",
            state_machine_name=settings.state_machine_name,
            state_machine_type=StateMachineType.STANDARD,
            definition_body=DefinitionBody.from_string(
                json.dumps(definition(function_arn, topic.topic_arn))
            ),
            role=self.role,
            logs=LogOptions(destination=logs, level=LogLevel.ALL, include_execution_data=True),
            tracing_enabled=True,
        )
        reason = "Deliveries of logs and X-Ray's actions take no resource."
        acknowledge(self.role, {"AwsSolutions-IAM5[Resource::*]": reason})
