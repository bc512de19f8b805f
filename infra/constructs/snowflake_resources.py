"""The custom resources that make the Snowflake side, and the function that serves them."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aws_cdk import CustomResource, Duration
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from functions.snowflake_integration.signature import signature
from infra.constructs.lambda_code import ROOT, SNOWFLAKE_SCRIPTS, files, snowflake_code
from infra.constructs.lambda_function import LambdaFunction, LambdaSpec
from infra.constructs.sagemaker_roles import read_secret
from infra.settings.settings import Settings

_TIMEOUT_SECONDS = 900
_FUNCTIONS = ("snowflake/sql/60_functions/*.sql",)


def snowflake_deployer(
    scope: Construct, construct_id: str, *, settings: Settings
) -> LambdaFunction:
    """The function behind the custom resources; Snowflake knows its role by the fixed name."""
    deployer = LambdaFunction(
        scope,
        construct_id,
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


def snowflake_resource(
    scope: Construct,
    construct_id: str,
    *,
    provider: IFunction,
    connection: str,
    refresh: str,
    properties: dict[str, Any],
) -> CustomResource:
    """A custom resource of the type `Custom::Snowflake<construct id>`."""
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
            "Scripts": _digest(files(SNOWFLAKE_SCRIPTS)),
        },
    )


def function_signatures() -> list[str]:
    """The external functions, each with its types; a later version drops those that it has not."""
    return [signature(path.read_text()).typed for path in sorted(files(_FUNCTIONS))]


def _digest(scripts: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(scripts):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
