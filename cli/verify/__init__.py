"""`snowreel verify`: a deployment proved end to end, with a report."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cli.errors import CommandError
from cli.options import connection_option, state_dir_option
from cli.verify import report
from cli.verify.catalog import STEPS
from cli.verify.cloud import CloudSite
from cli.verify.journal import Journal
from cli.verify.local import LocalSite, started
from cli.verify.run import run
from cli.verify.site import Site
from cli.verify.step import Step


@click.command()
@state_dir_option
@connection_option
@click.option("--environment", default="dev", show_default=True, help="As in cdk.json.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".verify"),
    show_default=True,
    help="Folder of the report, the logs and what has passed.",
)
@click.option("--fresh", is_flag=True, help="Begin anew: forget what has passed.")
@click.option("--clean", is_flag=True, help="Only remove what an earlier run has made.")
@click.option("--keep", is_flag=True, help="Leave the stacks deployed at the end.")
def verify(  # noqa: PLR0913 - one argument for each option
    *,
    state_dir: Path,
    connection_name: str | None,
    environment: str,
    folder: Path,
    fresh: bool,
    clean: bool,
    keep: bool,
) -> None:
    """Prove a deployment end to end: deploy, train, ask, change, go back, destroy.

    On the accounts behind --connection, or on this machine. A run that failed goes on where it
    ended when the same command is given again.
    """
    steps = _steps(clean=clean, keep=keep)
    with _site(connection_name, environment, state_dir, folder, keep=keep) as site:
        journal = Journal(folder / site.names.environment / "journal.json", _title(site))
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


@contextmanager
def _site(
    connection_name: str | None, environment: str, state_dir: Path, folder: Path, *, keep: bool
) -> Iterator[Site]:
    if connection_name is not None:
        yield CloudSite(connection_name, environment, folder / environment, keeps=keep)
        return
    with started(state_dir):
        yield LocalSite(state_dir, folder / "local")


def _title(site: Site) -> str:
    return f"{site.names.prefix} ({site.names.database}, {site.names.region})"
