"""Addresses for clients of the running stack: `connection.json`, written when all is ready."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.errors import LocalError
from local.stack import (
    ADMINISTRATOR,
    DATABASE,
    DEPLOYER_ROLE,
    LOADER,
    OPERATOR_ROLE,
    PERSON,
    REGION,
    SCHEMA,
    WAREHOUSE,
    Stack,
)
from local.state_folder import is_claimed

if TYPE_CHECKING:
    from snowflake.connector import SnowflakeConnection


def file(state_dir: Path) -> Path:
    """Path of the description for clients."""
    return state_dir / "connection.json"


def document(stack: Stack) -> dict[str, Any]:
    """Addresses and emulator credentials of a running stack, as clients read them."""
    return {
        "snowflake": snowflake_arguments(stack),
        "loader": loader_arguments(stack),
        "administrator": administrator_arguments(stack),
        "api_url": stack.api_url,
        "aws_endpoint_url": stack.aws_endpoint_url,
        "sagemaker_endpoint_url": stack.sagemaker_endpoint_url,
        "region": REGION,
        "credentials": asdict(stack.credentials["integrator"]),
        "webapp_url": stack.webapp_url,
        "state_dir": str(stack.state_dir),
    }


def snowflake_arguments(stack: Stack) -> dict[str, Any]:
    """Keyword arguments of `snowflake.connector.connect` for a person who trains and queries."""
    return _arguments(stack, PERSON, OPERATOR_ROLE)


def loader_arguments(stack: Stack) -> dict[str, Any]:
    """The same for a person who loads data: only the owner's role may change films."""
    return _arguments(stack, LOADER, DEPLOYER_ROLE)


def administrator_arguments(stack: Stack) -> dict[str, Any]:
    """The same for the account's administrator."""
    return _arguments(stack, ADMINISTRATOR, "ACCOUNTADMIN")


def _arguments(stack: Stack, user: str, role: str) -> dict[str, Any]:
    return {
        "account": "local",
        "user": user,
        "authenticator": "PROGRAMMATIC_ACCESS_TOKEN",
        "token": "local",  # the emulator knows no secrets: any token of a person is good
        "host": "localhost",
        "port": stack.warehouse_port,
        "protocol": "http",
        "role": role,
        "warehouse": WAREHOUSE,
        "database": DATABASE,
        "schema": SCHEMA,
        # the connector would ask cloud metadata addresses where it runs
        "platform_detection_timeout_seconds": 0,
    }


def write(stack: Stack) -> None:
    """Publish the description; readers see the old one or the new one, never half of it."""
    path = file(stack.state_dir)
    partial = path.with_suffix(".partial")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(document(stack), indent=2) + "\n")
    partial.replace(path)


def read(state_dir: Path) -> dict[str, Any]:
    """The description of the stack that runs in `state_dir`.

    Raises:
        LocalError: No stack runs there.
    """
    path = file(state_dir.expanduser().absolute())
    if not is_claimed(path.parent) or not path.exists():
        raise LocalError(
            f"No local stack runs in {state_dir}: start one with `snowreel up` (or `make up`)."
        )
    description: dict[str, Any] = json.loads(path.read_text())
    return description


@contextmanager
def session(arguments: dict[str, Any]) -> Iterator["SnowflakeConnection"]:
    """A session at the local warehouse, closed at the end.

    Raises:
        LocalError: The warehouse cannot be reached or refuses the sign-in.
    """
    # pandas and more come with it: not for a command that only says that no stack runs
    import snowflake.connector  # noqa: PLC0415

    try:
        opened = snowflake.connector.connect(**arguments)
    except snowflake.connector.errors.Error as error:
        raise LocalError(f"The local warehouse refused the connection: {error.msg}") from error
    with closing(opened):
        yield opened
