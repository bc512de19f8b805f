"""The Snowflake side, and the trust between the two: an order without a gap.

1. The caller role's ARN is known from its fixed name, and the API admits it before it exists.
2. A custom resource makes the API integration and reads which Snowflake user will assume the role,
   under which external id.
3. The role is made, trusting that user with that external id; it never trusts anybody else.
4. A second custom resource makes the database, the functions and the grants.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk.aws_iam import ArnPrincipal, PolicyStatement, Role
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from functions.routes import ROUTES
from infra.constructs.api_functions import authentication
from infra.constructs.gateway import Gateway
from infra.constructs.lambda_code import ROOT, snowflake_code
from infra.constructs.lambda_function import LambdaFunction, LambdaSpec
from infra.constructs.sagemaker_roles import read_secret
from infra.settings.model import Settings
from infra.settings.sql_values import RoleArns, integration_values, object_values

_TIMEOUT_SECONDS = 900


class SnowflakeIntegrationStack(Stack):
    """API integration, the role that Snowflake assumes, functions and grants."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        gateway: Gateway,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        arns = RoleArns.of_account(settings, self.account)
        deployer = _deployer(self, settings)
        common: dict[str, Any] = {
            "refresh": settings.refresh,
            "provider": deployer.function,
            "connection": json.dumps(deployer_connection(settings)),
        }
        integration = _custom_resource(
            self,
            "Integration",
            properties={"Values": integration_values(settings, arns, gateway.url)},
            **common,
        )
        caller_role = _caller_role(self, settings, gateway, integration)
        objects = _custom_resource(
            self,
            "Objects",
            properties={
                "Values": object_values(settings, gateway.url),
                "AllowedSchemas": list(settings.snowflake.allowed_schemas),
            },
            **common,
        )
        objects.node.add_dependency(caller_role)


def deployer_connection(settings: Settings) -> dict[str, str]:
    """How the custom resource signs in to Snowflake: names only, no secret."""
    snowflake = settings.snowflake
    connection = {
        "account": snowflake.account,
        "user": snowflake.deployer_user,
        "role": snowflake.deployer_role,
        "warehouse": snowflake.warehouse,
    }
    secret = snowflake.key_pair.deployer_secret_arn if snowflake.key_pair else None
    return connection | authentication(secret)


def _deployer(scope: Construct, settings: Settings) -> LambdaFunction:
    deployer = LambdaFunction(
        scope,
        "Deployer",
        LambdaSpec(
            code=snowflake_code(),
            handler="functions.snowflake_integration.handler.handler",
            description="Custom resource: runs the SQL scripts in Snowflake",
            timeout_seconds=_TIMEOUT_SECONDS,
            memory_mb=512,
            log_retention_days=settings.log_retention_days,
            role_name=settings.deployer_role_name,
        ),
    )
    if settings.snowflake.key_pair:
        deployer.allow(read_secret(settings.snowflake.key_pair.deployer_secret_arn))
    return deployer


def _custom_resource(
    scope: Construct,
    construct_id: str,
    *,
    provider: IFunction,
    connection: str,
    refresh: str,
    properties: dict[str, Any],
) -> CustomResource:
    return CustomResource(
        scope,
        construct_id,
        resource_type=f"Custom::Snowflake{construct_id}",
        service_token=provider.function_arn,
        service_timeout=Duration.seconds(_TIMEOUT_SECONDS),
        properties={
            "Connection": connection,
            **properties,
            # a changed script is a changed resource
            "Refresh": refresh,
            "Scripts": _digest(ROOT.glob("snowflake/sql/*.sql")),
        },
    )


def _caller_role(
    scope: Construct, settings: Settings, gateway: Gateway, integration: CustomResource
) -> Role:
    snowflake_user = ArnPrincipal(integration.get_att_string("ApiAwsIamUserArn"))
    external_id = {"sts:ExternalId": integration.get_att_string("ApiAwsExternalId")}
    role = Role(
        scope,
        "CallerRole",
        role_name=settings.caller_role_name,
        description="Assumed by Snowflake to call the API, and nothing else",
        assumed_by=snowflake_user.with_conditions({"StringEquals": external_id}),
    )
    methods = [
        gateway.api.arn_for_execute_api(method, route.path, gateway.api.deployment_stage.stage_name)
        for route in ROUTES
        for method in ("POST", "GET")
    ]
    role.add_to_policy(PolicyStatement(actions=["execute-api:Invoke"], resources=methods))
    return role


def _digest(scripts: Iterable[Any]) -> str:
    digest = hashlib.sha256()
    for path in sorted(scripts):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
