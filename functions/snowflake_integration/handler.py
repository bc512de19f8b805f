"""Entry point of the Lambda function that makes and removes what the stack has in Snowflake."""

from typing import Any

from functions.custom_resources.protocol import handle
from functions.snowflake_integration import integration, objects

RESOURCES = {
    "Custom::SnowflakeIntegration": integration.RESOURCE,
    "Custom::SnowflakeObjects": objects.RESOURCE,
}


def handler(event: dict[str, Any], context: Any) -> None:
    """Carry out a request of CloudFormation and answer it."""
    handle(event, context, RESOURCES[event["ResourceType"]])
