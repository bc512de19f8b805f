"""`snowreel load`: a data set into the warehouse, and the report of its cleaning."""

import json
from pathlib import Path
from typing import Any

import click

import film_data
from cli.connection import arguments, connected
from cli.errors import CommandError
from cli.options import connection_option, state_dir_option
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
    report = _loaded(dataset, source, arguments(state_dir, connection_name, who="loader"))
    click.echo(json.dumps(report.as_json(), indent=2) if output == "json" else report.as_text())


def _loaded(dataset: str, source: Path, loader: dict[str, Any]) -> film_data.Report:
    from snowflake.connector.errors import Error  # noqa: PLC0415 - see cli/main.py

    from cli.progress import Progress  # noqa: PLC0415

    with connected(loader) as session, Progress() as progress:
        try:
            return film_data.load(dataset, source, session, progress.update)
        except Error as error:
            raise CommandError(f"The warehouse refused the data: {error.msg}") from error
