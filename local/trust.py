"""Trust of the caller role in the warehouse's integration; in the cloud CloudFormation sets it."""

import json
from typing import TYPE_CHECKING

from local import access
from local.access_document import EXTERNAL_ID
from local.product_sql import VALUES
from local.stack import CALLER_ROLE_ARN, REGION, Stack

if TYPE_CHECKING:
    from snowflake.connector import SnowflakeConnection


def trust_integration(connection: "SnowflakeConnection", stack: Stack) -> None:
    """Give the role's trust policy the external id that the integration got when it was made."""
    import boto3  # noqa: PLC0415 - not for a command that starts no stack

    with connection.cursor() as cursor:
        cursor.execute(f"describe integration {VALUES['api_integration']}")
        properties = {row[0]: row[2] for row in cursor.fetchall()}
    trust = json.dumps({"Statement": access.document()["roles"][CALLER_ROLE_ARN]["trust"]})
    key = stack.credentials["integrator"]
    boto3.client(
        "iam",
        endpoint_url=stack.aws_endpoint_url,
        region_name=REGION,
        aws_access_key_id=key.aws_access_key_id,
        aws_secret_access_key=key.aws_secret_access_key,
    ).update_assume_role_policy(
        RoleName=CALLER_ROLE_ARN.rpartition("/")[2],
        PolicyDocument=trust.replace(EXTERNAL_ID, properties["API_AWS_EXTERNAL_ID"]),
    )
