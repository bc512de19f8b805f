"""`snowreel sql`: statements from an option, a file, a pipe or the keyboard."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from cli.connection import arguments, connected
from cli.errors import CommandError
from cli.options import connection_option, state_dir_option
from functions.snowflake_integration.sql_script import render

if TYPE_CHECKING:
    from cli.result_table import Format


@click.command()
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
    output: "Format",
    state_dir: Path,
    connection_name: str | None,
) -> None:
    """Run SQL on the local stack, or open a shell."""
    if query is not None and file is not None:
        raise click.UsageError("Give -q or -f, not both.")
    text = query if query is not None else _script(file)
    if text is not None and variables:
        text = render(text, _values(variables))
    described = arguments(state_dir, connection_name)
    from cli import sql_shell  # noqa: PLC0415 - see cli/main.py

    with connected(described) as session:
        if text is None:
            sql_shell.run_interactively(session, output)
        else:
            sql_shell.run_script(session, text, output)


def _script(file: TextIO | None) -> str | None:
    """The script in a file, or piped in; None when a person types."""
    source = file or sys.stdin
    if source is sys.stdin and sys.stdin.isatty():
        return None
    try:
        return source.read()
    except UnicodeDecodeError as error:
        raise CommandError(f"{source.name} is no text in UTF-8: give a SQL script.") from error


def _values(variables: tuple[str, ...]) -> dict[str, str]:
    pairs = [variable.partition("=") for variable in variables]
    for name, equals, _ in pairs:
        if not name or not equals:
            raise click.UsageError("Give -D as NAME=VALUE.")
    return {name: value for name, _, value in pairs}
