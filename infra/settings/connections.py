"""Arguments with which the service users sign in to Snowflake: names only, no secret."""

from infra.settings.settings import Settings


def deployer_connection(settings: Settings) -> dict[str, str]:
    """Sign-in of the custom resource."""
    snowflake = settings.snowflake
    connection = {
        "account": snowflake.account,
        "user": snowflake.deployer_user,
        "role": snowflake.deployer_role,
        "warehouse": snowflake.warehouse,
    }
    secret = snowflake.key_pair.deployer_secret_arn if snowflake.key_pair else None
    return connection | _authentication(secret)


def training_connection(settings: Settings) -> dict[str, str]:
    """Sign-in of the training job."""
    snowflake = settings.snowflake
    secret = snowflake.key_pair.training_secret_arn if snowflake.key_pair else None
    return _reader(settings, snowflake.training_user, snowflake.training_role, secret)


def webapp_connection(settings: Settings) -> dict[str, str]:
    """Sign-in of the web app: by the role of its containers."""
    return _reader(settings, settings.snowflake.webapp_user, settings.snowflake.webapp_role, None)


def _reader(settings: Settings, user: str, role: str, secret_arn: str | None) -> dict[str, str]:
    snowflake = settings.snowflake
    return {
        "account": snowflake.account,
        "user": user,
        "role": role,
        "warehouse": snowflake.warehouse,
        "database": snowflake.database,
        "schema": snowflake.schema_name,
    } | _authentication(secret_arn)


def _authentication(private_key_secret_arn: str | None) -> dict[str, str]:
    """A service user's proof of identity: its IAM role, or a key in Secrets Manager."""
    if private_key_secret_arn:
        return {
            "authenticator": "SNOWFLAKE_JWT",
            "private_key_secret_arn": private_key_secret_arn,
        }
    return {"authenticator": "WORKLOAD_IDENTITY", "workload_identity_provider": "AWS"}
