"""The command line `snowreel`: exit code 0 done, 1 the work failed, 2 wrong usage.

Commands import what they work with when they work: Snowflake's connector brings pandas and takes
two seconds, which `--help` and a refusal need not wait for.
"""

import sys
import warnings

import click

from cli.demo import demo
from cli.doctor import doctor
from cli.errors import CommandError
from cli.load import load
from cli.sql import sql
from cli.up import up
from cli.verify import verify
from film_data import DatasetError
from functions.snowflake_integration.sql_script import SqlScriptError
from local.errors import LocalError


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
    except (CommandError, LocalError, SqlScriptError, DatasetError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Snowreel: train, deploy and query a film recommender in SQL."""


for command in (up, demo, load, sql, doctor, verify):
    cli.add_command(command)
