"""A chain of checks, run from one end to the other; each names a link and its fix."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import click
import httpx
import snowflake.connector
from botocore.exceptions import BotoCoreError, ClientError

from cli.errors import CommandError

Chain = TypeVar("Chain")


class CheckError(Exception):
    """A link of the chain is broken; the message says how."""


#: What a probe raises when its link is broken.
_BROKEN = (
    CheckError,
    snowflake.connector.Error,
    BotoCoreError,
    ClientError,
    httpx.HTTPError,
)


@dataclass(frozen=True)
class Check(Generic[Chain]):
    """One link of the chain, and how to find out whether it holds."""

    name: str
    #: Returns what was found; raises CheckError, or the library's own error.
    probe: Callable[[Chain], str]
    #: What to do when it is broken.
    fix: str


def run_checks(checks: Sequence[Check[Chain]], chain: Chain) -> None:
    """Print the state of each link and the fix of each that is broken.

    Raises:
        CommandError: A link is broken.
    """
    broken = [check for check in checks if not _passes(check, chain)]
    if broken:
        raise CommandError(f"{len(broken)} of {len(checks)} links are broken: see above.")
    click.echo("Everything works.")


def walk(checks: Sequence[Check[Chain]], chain: Chain) -> str:
    """Check each link without printing anything; how many hold.

    Raises:
        CommandError: A link is broken; the sentence names it and its fix.
    """
    for check in checks:
        try:
            check.probe(chain)
        except _BROKEN as error:
            found = " ".join(str(error).split())
            raise CommandError(f"{check.name}: {found}. {check.fix}") from error
    return f"{len(checks)} links hold"


def _passes(check: Check[Chain], chain: Chain) -> bool:
    try:
        found = check.probe(chain)
    except _BROKEN as error:
        click.echo(f"BROKEN  {check.name}: {' '.join(str(error).split())}", err=True)
        click.echo(f"        {check.fix}", err=True)
        return False
    click.echo(f"ok      {check.name}: {found}")
    return True
