"""One proof of a deployment: its steps on its site, the journal and the report."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from cli.errors import CommandError
from cli.verify import report
from cli.verify.catalog import STEPS
from cli.verify.cloud import CloudSite
from cli.verify.journal import Journal
from cli.verify.local import LocalSite, started
from cli.verify.run import run
from cli.verify.site import Site
from cli.verify.step import Step


@dataclass(frozen=True)
class Proof:
    """A proof on the accounts behind a connection, or on this machine where there is none."""

    connection_name: str | None
    environment: str
    state_dir: Path
    folder: Path
    #: Whether the stacks stay deployed at the end.
    keep: bool
    #: Whether they are others', so that none is made, changed or removed.
    is_deployed: bool = False

    @contextmanager
    def site(self) -> Iterator[Site]:
        """The site that the steps work on."""
        if self.connection_name is not None:
            folder = self.folder / self.environment
            yield CloudSite(
                self.connection_name,
                self.environment,
                folder,
                keeps=self.keep,
                is_deployed=self.is_deployed,
            )
            return
        with started(self.state_dir):
            yield LocalSite(self.state_dir, self.folder / "local")


def prove(proof: Proof, *, fresh: bool, clean: bool) -> None:
    """Run the steps from where an earlier run ended, and write the report.

    Raises:
        CommandError: A step failed.
    """
    steps = _steps(clean=clean, keep=proof.keep)
    with proof.site() as site:
        journal = Journal(proof.folder / site.names.environment / "journal.json", _title(site))
        if fresh:
            journal.clear()
        failed = run(steps, site, journal, click.echo)
        page, _ = report.write(site.folder, _title(site), steps, journal.outcomes)
    click.echo(f"{report.summary(steps, journal.outcomes)}; the report is {page}.")
    if failed is not None:
        raise CommandError(f"The step {failed.step} failed: {failed.seen}")
    journal.clear()


def _steps(*, clean: bool, keep: bool) -> list[Step]:
    steps = [step for step in STEPS if step.removes or not clean]
    return [step for step in steps if not (keep and step.name in {"destroy", "leftovers"})]


def _title(site: Site) -> str:
    return f"{site.names.prefix} ({site.names.database}, {site.names.region})"
