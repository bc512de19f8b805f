"""`snowreel doctor`: the chain from SQL to the models, checked link by link."""

from pathlib import Path

import click

from cli.options import connection_option, state_dir_option
from local import connection


@click.command()
@state_dir_option
@connection_option
def doctor(state_dir: Path, connection_name: str | None) -> None:
    """Check the chain from SQL to the models, link by link, and print the fix."""
    if connection_name is None:
        description = connection.read(state_dir)
        from cli.doctor import local  # noqa: PLC0415 - see cli/main.py

        local.run(description)
    else:
        from cli.doctor import cloud  # noqa: PLC0415

        cloud.run(connection_name)
