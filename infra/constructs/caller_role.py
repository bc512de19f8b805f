"""The role that Snowflake assumes to call the API."""

from aws_cdk import CustomResource
from aws_cdk.aws_iam import ArnPrincipal, PolicyStatement, Role
from constructs import Construct

from functions.routes import ROUTES
from infra.constructs.gateway import Gateway
from infra.settings.settings import Settings


def caller_role(
    scope: Construct,
    construct_id: str,
    *,
    settings: Settings,
    gateway: Gateway,
    integration: CustomResource,
) -> Role:
    """The role that Snowflake assumes: it trusts the integration's own user and external id."""
    snowflake_user = ArnPrincipal(integration.get_att_string("ApiAwsIamUserArn"))
    external_id = {"sts:ExternalId": integration.get_att_string("ApiAwsExternalId")}
    role = Role(
        scope,
        construct_id,
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
