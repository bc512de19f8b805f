"""A chain of links, walked from one end to the other: what the doctors print."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import click
import httpx
import snowflake.connector
from botocore.exceptions import BotoCoreError, ClientError

from local.errors import LocalError

Chain = TypeVar("Chain")


class BrokenLinkError(Exception):
    """One link of the chain is broken; the message says how."""


@dataclass(frozen=True)
class Link(Generic[Chain]):
    """One link of the chain."""

    name: str
    #: Returns what was found; raises BrokenLinkError, or the library's own error.
    probe: Callable[[Chain], str]
    #: What to do when it is broken.
    fix: str


def walk(links: Sequence[Link[Chain]], chain: Chain) -> None:
    """Print the state of each link and the fix of each that is broken.

    Raises:
        LocalError: A link is broken.
    """
    broken = [link for link in links if not _is_whole(link, chain)]
    if broken:
        raise LocalError(f"{len(broken)} of {len(links)} links are broken: see above.")
    click.echo("Everything works.")


def _is_whole(link: Link[Chain], chain: Chain) -> bool:
    try:
        found = link.probe(chain)
    except (
        BrokenLinkError,
        snowflake.connector.Error,
        BotoCoreError,
        ClientError,
        httpx.HTTPError,
    ) as error:
        click.echo(f"BROKEN  {link.name}: {' '.join(str(error).split())}", err=True)
        click.echo(f"        {link.fix}", err=True)
        return False
    click.echo(f"ok      {link.name}: {found}")
    return True
