"""Settings of the local warehouse: the emulator's own file, with the product's names in it."""

from pathlib import Path

from loopback import settings_file
from snowflake_local.settings import Settings

from local.stack import (
    ACCOUNT_ID,
    ADMINISTRATOR,
    API_URL_IN_SQL,
    DEPLOYER_ROLE,
    PRINCIPALS,
    REGION,
    Stack,
)

FILE_NAME = "warehouse.json"


def settings_of(stack: Stack) -> Settings:
    """The settings of a stack's warehouse."""
    return Settings(
        port=stack.warehouse_port,
        data_dir=stack.warehouse_dir,
        account_id=ACCOUNT_ID,
        region=REGION,
        principals={PRINCIPALS[name]: key for name, key in stack.credentials.items()},
        sts_endpoint_url=stack.aws_endpoint_url,
        addresses={API_URL_IN_SQL: stack.api_url},
        administrator=ADMINISTRATOR,
        heir=DEPLOYER_ROLE,
        longest_poll_seconds=stack.longest_poll_seconds,
        client="Snowreel",
        without_copy="start with `snowreel up --fresh`",
    )


def write(stack: Stack) -> Path:
    """Write the settings into the state folder; the file."""
    return settings_file.write(settings_of(stack), stack.state_dir / FILE_NAME)
