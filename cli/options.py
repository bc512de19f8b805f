"""Options that several commands share."""

from pathlib import Path

import click

state_dir_option = click.option(
    "--state-dir",
    type=click.Path(path_type=Path, file_okay=True),
    default=Path(".local"),
    show_default=True,
    help="Folder of the local stack's data.",
)
connection_option = click.option(
    "--connection",
    "connection_name",
    help="A connection of Snowflake's connections.toml: work on the cloud account instead.",
)
