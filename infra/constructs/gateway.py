"""The REST API: its callers, its own refusals, its logs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from aws_cdk import RemovalPolicy, Stack
from aws_cdk.aws_apigateway import (
    AccessLogFormat,
    AuthorizationType,
    EndpointConfiguration,
    EndpointType,
    JsonSchema,
    JsonSchemaType,
    JsonSchemaVersion,
    LambdaIntegration,
    LogGroupLogDestination,
    MethodLoggingLevel,
    Model,
    RequestValidator,
    ResponseType,
    RestApi,
    StageOptions,
)
from aws_cdk.aws_iam import AnyPrincipal, Effect, IRole, PolicyDocument, PolicyStatement
from constructs import Construct

from functions.external_function import BATCH_ID_HEADER
from functions.lambdas import LambdaName
from functions.routes import GATEWAY_ERROR, ROUTES, STAGE
from infra.constructs.lambda_function import LambdaFunction
from infra.constructs.log_group import log_group
from infra.constructs.nag import acknowledge
from infra.settings.settings import Settings

_ACCESS_LOG = {
    "request_id": "$context.requestId",
    "caller": "$context.identity.userArn",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "error": "$context.error.responseType",
    "response_bytes": "$context.responseLength",
    "latency_ms": "$context.responseLatency",
    "integration_latency_ms": "$context.integrationLatency",
    "time": "$context.requestTimeEpoch",
}


class Gateway(Construct):
    """A regional REST API with one resource per SQL function, POST and GET."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        functions: Mapping[LambdaName, LambdaFunction],
        caller_arns: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = RestApi(
            self,
            "Api",
            # CloudWatch tells APIs apart by their name alone
            rest_api_name=settings.prefix,
            description="Snowreel: external functions of Snowflake, and integrators",
            endpoint_configuration=EndpointConfiguration(types=[EndpointType.REGIONAL]),
            policy=caller_policy(caller_arns),
            cloud_watch_role=True,
            # all APIs of the region log with it, those of other stacks, too
            cloud_watch_role_removal_policy=RemovalPolicy.RETAIN,
            deploy_options=self._stage(settings),
        )
        # CDK's own output of the address ends with a slash, ours is the `api_url` of SQL and docs.
        self.api.node.try_remove_child("Endpoint")
        self._keep_execution_log(settings)
        self._answer_errors()
        self._add_routes(functions)
        _acknowledge(self.api)

    @property
    def url(self) -> str:
        """Base address, stage included, no slash at the end."""
        stack = Stack.of(self)
        api_id = self.api.rest_api_id
        return f"https://{api_id}.execute-api.{stack.region}.{stack.url_suffix}/{STAGE}"

    @property
    def log_role(self) -> IRole:
        """Role of the account and region with which API Gateway writes every API's log.

        There is one for each account and region, so a deployment that ends leaves it:
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-account.html
        """
        return cast("IRole", self.api.node.find_child("CloudWatchRole"))

    def _stage(self, settings: Settings) -> StageOptions:
        access_log = log_group(self, "AccessLog", settings.log_retention_days)
        return StageOptions(
            stage_name=STAGE,
            access_log_destination=LogGroupLogDestination(access_log),
            access_log_format=AccessLogFormat.custom(json.dumps(_ACCESS_LOG)),
            logging_level=MethodLoggingLevel.ERROR,
            # bodies hold people's ratings
            data_trace_enabled=False,
            # metrics of each method cost extra; the stage's own are enough
            metrics_enabled=False,
            tracing_enabled=True,
            throttling_rate_limit=settings.api.requests_per_second,
            throttling_burst_limit=settings.api.burst,
        )

    def _keep_execution_log(self, settings: Settings) -> None:
        """Make the execution log before the gateway does, which would keep it for ever."""
        name = f"API-Gateway-Execution-Logs_{self.api.rest_api_id}/{STAGE}"
        execution_log = log_group(self, "ExecutionLog", settings.log_retention_days, name)
        self.api.deployment_stage.node.add_dependency(execution_log)

    def _answer_errors(self) -> None:
        for kind in (ResponseType.DEFAULT_4_XX, ResponseType.DEFAULT_5_XX):
            self.api.add_gateway_response(
                kind.response_type, type=kind, templates={"application/json": GATEWAY_ERROR}
            )

    def _add_routes(self, functions: Mapping[LambdaName, LambdaFunction]) -> None:
        batch = _batch_model(self.api)
        validator = RequestValidator(
            self,
            "Validator",
            rest_api=self.api,
            validate_request_body=True,
            validate_request_parameters=True,
        )
        integrations = {
            name: LambdaIntegration(function.function, allow_test_invoke=False)
            for name, function in functions.items()
        }
        for route in ROUTES:
            resource = self.api.root.add_resource(route.path.removeprefix("/"))
            common: dict[str, Any] = {
                "integration": integrations[route.lambda_name],
                "authorization_type": AuthorizationType.IAM,
                "request_validator": validator,
            }
            resource.add_method("POST", request_models={"application/json": batch}, **common)
            resource.add_method("GET", request_parameters={_BATCH_ID: True}, **common)


_BATCH_ID = f"method.request.header.{BATCH_ID_HEADER}"


def caller_policy(caller_arns: Sequence[str]) -> PolicyDocument:
    """Only the callers may invoke; everybody else is denied, whatever their own policies say.

    The principal is `*` with a condition, as the gateway refuses policies that name a principal
    which does not exist yet; the caller role is made after the API, from its address.
    """
    callers = {"aws:PrincipalArn": list(caller_arns)}
    return PolicyDocument(
        statements=[
            PolicyStatement(
                sid="AllowCallers",
                principals=[AnyPrincipal()],
                actions=["execute-api:Invoke"],
                resources=[f"execute-api:/{STAGE}/*"],
                conditions={"ArnEquals": callers},
            ),
            PolicyStatement(
                sid="DenyOthers",
                effect=Effect.DENY,
                principals=[AnyPrincipal()],
                actions=["execute-api:Invoke"],
                resources=["execute-api:/*"],
                conditions={"ArnNotEquals": callers},
            ),
        ]
    )


def _batch_model(api: RestApi) -> Model:
    return api.add_model(
        "Batch",
        content_type="application/json",
        description="A batch of rows: [row number, argument, ...]",
        schema=JsonSchema(
            schema=JsonSchemaVersion.DRAFT4,
            type=JsonSchemaType.OBJECT,
            required=["data"],
        ),
    )


def _acknowledge(api: RestApi) -> None:
    policy = (
        "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    )
    acknowledge(
        api,
        {
            "AwsSolutions-APIG3": "Only signed requests of listed principals get in.",
            "AwsSolutions-COG4": "Callers are IAM principals, not users of a Cognito pool.",
            f"AwsSolutions-IAM4[Policy::{policy}]": "AWS prescribes it for writing the API's log.",
        },
    )
