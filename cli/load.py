"""`snowreel load`: a data set into the warehouse, and the report of its cleaning."""

import json
from pathlib import Path

import click
import snowflake.connector

import film_data
from cli.connection import arguments, connected
from cli.errors import CommandError
from cli.options import connection_option, state_dir_option
from cli.progress import Progress
from film_data import registry


@click.command()
@click.argument("dataset", type=click.Choice(registry.names()))
@click.option(
    "--from", "source", type=click.Path(path_type=Path), required=True, help="Its folder."
)
@state_dir_option
@connection_option
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text")
def load(
    dataset: str, *, source: Path, state_dir: Path, connection_name: str | None, output: str
) -> None:
    """Load a data set and print what was cleaned."""
    with (
        connected(arguments(state_dir, connection_name, who="loader")) as session,
        Progress() as progress,
    ):
        try:
            report = film_data.load(dataset, source, session, progress.update)
        except snowflake.connector.errors.Error as error:
            raise CommandError(f"The warehouse refused the data: {error.msg}") from error
    click.echo(json.dumps(report.as_json(), indent=2) if output == "json" else report.as_text())
