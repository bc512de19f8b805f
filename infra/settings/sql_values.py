"""Values of the placeholders of the scripts in `snowflake/sql/`, for one deployment."""

from dataclasses import dataclass

from infra.settings.regions import PARTITION
from infra.settings.settings import Settings


@dataclass(frozen=True, kw_only=True)
class RoleArns:
    """ARNs of the roles that Snowflake is told."""

    caller: str
    deployer: str
    training: str
    webapp: str

    @classmethod
    def of_account(cls, settings: Settings, account: str) -> "RoleArns":
        """The ARNs in `account`; the roles need not exist yet, as their names are fixed."""
        base = f"arn:{PARTITION}:iam::{account}:role/"
        return cls(
            caller=base + settings.caller_role_name,
            deployer=base + settings.deployer_role_name,
            training=base + settings.training_role_name,
            webapp=base + settings.webapp_role_name,
        )


def bootstrap_values(settings: Settings, arns: RoleArns) -> dict[str, str]:
    """Values of the script that an administrator runs once, before the first deployment."""
    snowflake = settings.snowflake
    return {
        "warehouse": snowflake.warehouse,
        "deployer_role": snowflake.deployer_role,
        "deployer_user": snowflake.deployer_user,
        "deployer_role_arn": arns.deployer,
        "training_role": snowflake.training_role,
        "training_user": snowflake.training_user,
        "training_role_arn": arns.training,
        "webapp_role": snowflake.webapp_role,
        "webapp_user": snowflake.webapp_user,
        "webapp_role_arn": arns.webapp,
        "operator_role": snowflake.operator_role,
        "analyst_role": snowflake.analyst_role,
    }


def integration_values(settings: Settings, arns: RoleArns, api_url: str) -> dict[str, str]:
    """Values of the scripts that make and drop the API integration."""
    return {
        "api_integration": settings.snowflake.api_integration,
        "api_url": api_url,
        "caller_role_arn": arns.caller,
    }


def object_values(settings: Settings, api_url: str) -> dict[str, str]:
    """Values of the scripts for the database, its tables and views, the functions, the grants."""
    snowflake = settings.snowflake
    return {
        "api_integration": snowflake.api_integration,
        "api_url": api_url,
        "database": snowflake.database,
        "schema": snowflake.schema_name,
        "warehouse": snowflake.warehouse,
        "training_role": snowflake.training_role,
        "webapp_role": snowflake.webapp_role,
        "operator_role": snowflake.operator_role,
        "analyst_role": snowflake.analyst_role,
    }
