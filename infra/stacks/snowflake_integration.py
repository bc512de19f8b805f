"""The Snowflake side, and the trust between the two, in an order without a gap.

1. The caller role's ARN is known from its fixed name, and the API admits it before it exists.
2. A custom resource makes the API integration and reads which Snowflake user will assume the role,
   under which external id.
3. The role is made, trusting that user with that external id; it never trusts anybody else.
4. A second custom resource makes the database, the functions and the grants.
"""

import json
from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra.constructs.caller_role import caller_role
from infra.constructs.gateway import Gateway
from infra.constructs.snowflake_resources import (
    function_signatures,
    snowflake_deployer,
    snowflake_resource,
)
from infra.settings.connections import deployer_connection
from infra.settings.settings import Settings
from infra.settings.sql_values import RoleArns, integration_values, object_values


class SnowflakeIntegrationStack(Stack):
    """The API integration, the role it assumes, database, functions and grants."""

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
        deployer = snowflake_deployer(self, "Deployer", settings=settings)
        common: dict[str, Any] = {
            "refresh": settings.refresh,
            "provider": deployer.function,
            "connection": json.dumps(deployer_connection(settings)),
        }
        integration = snowflake_resource(
            self,
            "Integration",
            properties={"Values": integration_values(settings, arns, gateway.url)},
            **common,
        )
        caller = caller_role(
            self, "CallerRole", settings=settings, gateway=gateway, integration=integration
        )
        objects = snowflake_resource(
            self,
            "Objects",
            properties={
                "Values": object_values(settings, gateway.url),
                "AllowedSchemas": list(settings.snowflake.allowed_schemas),
                "Functions": function_signatures(),
            },
            **common,
        )
        objects.node.add_dependency(caller)
