"""`snowreel up`: the local stack in the foreground."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import state_dir_option
from local import connection

if TYPE_CHECKING:
    from local.supervisor import RunningStack


@click.command()
@state_dir_option
@click.option("--fresh", is_flag=True, help="Begin with empty tables: remove the data first.")
@click.option("--no-webapp", is_flag=True, help="Do not start the web app.")
@click.option("--nights", is_flag=True, help="Retrain each night at 03:00 UTC, as the cloud may.")
@click.option("--warehouse-port", type=click.IntRange(1, 65535), help="Port; default: a free one.")
@click.option("--api-port", type=click.IntRange(1, 65535), help="Port; default: a free one.")
def up(
    state_dir: Path,
    *,
    fresh: bool,
    no_webapp: bool,
    nights: bool,
    warehouse_port: int | None,
    api_port: int | None,
) -> None:
    """Start the local stack in the foreground; Ctrl-C stops all of it."""
    from local.supervisor import Options, running, stop_signals, wait_for_end  # noqa: PLC0415
    from local.webapp import is_webapp_installed  # noqa: PLC0415 - see cli/main.py

    has_webapp = not no_webapp and is_webapp_installed()
    wanted = {"warehouse": warehouse_port, "api": api_port}
    ports = {name: port for name, port in wanted.items() if port is not None}
    options = Options(
        state_dir=state_dir, fresh=fresh, webapp=has_webapp, ports=ports, nights=nights
    )
    with stop_signals() as stopped, running(options, click.echo) as stack:
        _show(stack, misses_webapp=not (has_webapp or no_webapp))
        wait_for_end(stack, stopped)
        click.echo("Stopping")


def _show(running_stack: "RunningStack", *, misses_webapp: bool) -> None:
    stack = running_stack.stack
    click.echo(f"  warehouse  {stack.warehouse_url}")
    click.echo(f"  api        {stack.api_url}")
    if stack.webapp_url:
        click.echo(f"  web app    {stack.webapp_url}")
    if misses_webapp:
        click.echo("  no web app: `make up` installs what it needs")
    click.echo(f"  messages   {stack.messages_dir}: what would be mailed")
    click.echo(f"  connection {connection.file(stack.state_dir)}")
    click.echo("  stop with Ctrl-C; in another terminal: snowreel sql, snowreel doctor")
    click.echo("ready")
    sys.stdout.flush()
