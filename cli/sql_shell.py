"""`snowreel sql`: statements from an option, a file or the keyboard, results to the terminal."""

import sys
from collections.abc import Iterator
from io import StringIO

import click
import snowflake.connector
from rich.console import Console
from snowflake.connector import SnowflakeConnection
from snowflake.connector.util_text import split_statements

from cli.errors import CommandError
from cli.result_table import Format, as_csv, as_json, as_table

PROMPT = "snowreel> "
CONTINUATION = "      ... "


def run_script(session: SnowflakeConnection, text: str, output: Format) -> None:
    """Run the statements of `text` in order and print each result.

    Raises:
        CommandError: A statement failed; those before it have run.
    """
    for statement in split(text):
        run_statement(session, statement, output)


def run_interactively(session: SnowflakeConnection, output: Format) -> None:
    """Read statements that end with a semicolon until end of file; errors do not end the shell."""
    click.echo("End a statement with a semicolon; leave with Ctrl-D.")
    for text in _typed():
        try:
            run_script(session, text, output)
        except CommandError as error:
            click.echo(f"Error: {error}", err=True)


def run_statement(session: SnowflakeConnection, statement: str, output: Format) -> None:
    """Run one statement and print its result."""
    with session.cursor() as cursor:
        try:
            cursor.execute(statement)
            rows = cursor.fetchall()
        except snowflake.connector.errors.Error as error:
            raise CommandError(str(error.msg)) from error
        columns = [column.name for column in cursor.description]
    if output == "csv":
        click.echo(as_csv(columns, rows), nl=False)
    elif output == "json":
        click.echo(as_json(columns, rows))
    else:
        Console().print(as_table(columns, rows))


def split(text: str) -> Iterator[str]:
    """The statements of a script, without the semicolons between them."""
    for statement, _ in split_statements(StringIO(text), remove_comments=True):
        bare = (statement or "").strip().removesuffix(";").strip()
        if bare:
            yield bare


def _typed() -> Iterator[str]:
    if sys.stdin.isatty():
        # line editing and history in input(), where the platform has them
        import readline  # noqa: F401, PLC0415 - importing it is what switches it on
    lines: list[str] = []
    while True:
        try:
            lines.append(input(CONTINUATION if lines else PROMPT))
        except EOFError:
            click.echo()
            return
        except KeyboardInterrupt:
            click.echo()
            lines.clear()
            continue
        if lines[-1].rstrip().endswith(";"):
            yield "\n".join(lines)
            lines.clear()
