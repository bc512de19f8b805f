"""Snowflake sessions of a command: on a cloud account by name, or on the running local stack."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cli.errors import CommandError
from local import connection

if TYPE_CHECKING:
    from snowflake.connector import SnowflakeConnection


def arguments(
    state_dir: Path,
    connection_name: str | None,
    *,
    who: Literal["snowflake", "loader"] = "snowflake",
) -> dict[str, Any]:
    """Keyword arguments of `snowflake.connector.connect`.

    Args:
        state_dir: Folder of the local stack.
        connection_name: A connection of `connections.toml` instead.
        who: On the local stack, the person who trains and queries, or the one who loads data.

    Raises:
        LocalError: No name is given, and no local stack runs in the folder.
    """
    if connection_name is not None:
        return {"connection_name": connection_name}
    found: dict[str, Any] = connection.read(state_dir)[who]
    return found


@contextmanager
def connected(arguments: dict[str, Any]) -> Iterator["SnowflakeConnection"]:
    """A Snowflake session, closed at the end.

    Raises:
        CommandError: Snowflake cannot be reached or refuses the sign-in.
    """
    import snowflake.connector  # noqa: PLC0415 - see cli/main.py

    try:
        session = snowflake.connector.connect(**arguments)
    except snowflake.connector.errors.Error as error:
        raise CommandError(f"Snowflake refused the connection: {error.msg}") from error
    try:
        yield session
    finally:
        session.close()
