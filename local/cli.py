"""The command line `snowreel`: exit code 0 done, 1 the work failed, 2 wrong usage."""

import json
import sys
import warnings
from pathlib import Path
from typing import TextIO

import click
import snowflake.connector

import film_data
from film_data import registry
from functions.snowflake_integration.sql_script import SqlScriptError, render
from local import connection, demo, doctor, doctor_cloud, sql_shell
from local.errors import LocalError
from local.progress import Progress
from local.result_table import Format
from local.supervisor import Options, running, stop_signals, wait_for_end
from local.webapp import is_webapp_installed

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


def main() -> None:
    """Run the command line; a failure is one sentence on standard error and exit code 1."""
    # the CDK holds typeguard back where both are installed; pandera says so at its import
    warnings.filterwarnings("ignore", "Using typeguard < 3", UserWarning)
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Interrupted.", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (LocalError, SqlScriptError, film_data.DatasetError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Snowreel: train, deploy and query a film recommender in SQL."""


@cli.command()
@state_dir_option
@click.option("--fresh", is_flag=True, help="Begin with empty tables: remove the data first.")
@click.option("--no-webapp", is_flag=True, help="Do not start the web app.")
@click.option("--warehouse-port", type=click.IntRange(1, 65535), help="Port; default: a free one.")
@click.option("--api-port", type=click.IntRange(1, 65535), help="Port; default: a free one.")
def up(
    state_dir: Path,
    *,
    fresh: bool,
    no_webapp: bool,
    warehouse_port: int | None,
    api_port: int | None,
) -> None:
    """Start the local stack in the foreground; Ctrl-C stops all of it."""
    has_webapp = not no_webapp and is_webapp_installed()
    wanted = {"warehouse": warehouse_port, "api": api_port}
    ports = {name: port for name, port in wanted.items() if port is not None}
    options = Options(state_dir=state_dir, fresh=fresh, webapp=has_webapp, ports=ports)
    with stop_signals() as stopped, running(options, click.echo) as stack:
        click.echo(f"  warehouse  {stack.stack.warehouse_url}")
        click.echo(f"  api        {stack.stack.api_url}")
        if has_webapp:
            click.echo(f"  web app    {stack.stack.webapp_url}")
        elif not no_webapp:
            click.echo("  no web app: `make up` installs what it needs")
        click.echo(f"  connection {connection.file(stack.stack.state_dir)}")
        click.echo("  stop with Ctrl-C; in another terminal: snowreel sql, snowreel doctor")
        click.echo("ready")
        sys.stdout.flush()
        wait_for_end(stack, stopped)
        click.echo("Stopping")


@cli.command(name="demo")
@state_dir_option
def demo_command(state_dir: Path) -> None:
    """Run the main job: load MovieLens 100K, train, deploy, invoke, recommend."""
    demo.run(state_dir)


@cli.command()
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
    arguments = _arguments(state_dir, connection_name)
    with connection.connected(arguments) as session, Progress() as progress:
        try:
            report = film_data.load(dataset, source, session, progress.update)
        except snowflake.connector.errors.Error as error:
            raise LocalError(f"The warehouse refused the data: {error.msg}") from error
    click.echo(json.dumps(report.as_json(), indent=2) if output == "json" else report.as_text())


@cli.command()
@click.option("-q", "query", help="Statements to run.")
@click.option("-f", "file", type=click.File(encoding="utf-8"), help="Script to run.")
@click.option(
    "-D", "variables", multiple=True, metavar="NAME=VALUE", help="Value of <% NAME %> in the SQL."
)
@click.option("--format", "output", type=click.Choice(["table", "csv", "json"]), default="table")
@state_dir_option
@connection_option
def sql(
    *,
    query: str | None,
    file: TextIO | None,
    variables: tuple[str, ...],
    output: Format,
    state_dir: Path,
    connection_name: str | None,
) -> None:
    """Run SQL on the local stack, or open a shell."""
    if query is not None and file is not None:
        raise click.UsageError("Give -q or -f, not both.")
    text = query if query is not None else _script(file)
    if text is not None and variables:
        text = render(text, _values(variables))
    with connection.connected(_arguments(state_dir, connection_name)) as session:
        if text is None:
            sql_shell.run_interactively(session, output)
        else:
            sql_shell.run_script(session, text, output)


@cli.command(name="doctor")
@state_dir_option
@connection_option
def doctor_command(state_dir: Path, connection_name: str | None) -> None:
    """Check the chain from SQL to the models, link by link, and print the fix."""
    if connection_name is None:
        doctor.run(state_dir)
    else:
        doctor_cloud.run(connection_name)


def _script(file: TextIO | None) -> str | None:
    """The script in a file, or piped in; None when a person types."""
    source = file or sys.stdin
    if source is sys.stdin and sys.stdin.isatty():
        return None
    try:
        return source.read()
    except UnicodeDecodeError as error:
        raise LocalError(f"{source.name} is no text in UTF-8: give a SQL script.") from error


def _values(variables: tuple[str, ...]) -> dict[str, str]:
    pairs = [variable.partition("=") for variable in variables]
    for name, equals, _ in pairs:
        if not name or not equals:
            raise click.UsageError("Give -D as NAME=VALUE.")
    return {name: value for name, _, value in pairs}


def _arguments(state_dir: Path, connection_name: str | None) -> dict[str, object]:
    if connection_name is not None:
        return {"connection_name": connection_name}
    arguments: dict[str, object] = connection.read(state_dir)["snowflake"]
    return arguments
