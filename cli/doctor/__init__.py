"""`snowreel doctor`: the chain from SQL to the models, checked link by link."""

from pathlib import Path

import click

from cli.doctor import cloud, local
from cli.options import connection_option, state_dir_option


@click.command()
@state_dir_option
@connection_option
def doctor(state_dir: Path, connection_name: str | None) -> None:
    """Check the chain from SQL to the models, link by link, and print the fix."""
    if connection_name is None:
        local.run(state_dir)
    else:
        cloud.run(connection_name)
