"""`snowreel verify`: a deployment proved end to end, with a report."""

from pathlib import Path

import click

from cli.options import connection_option, state_dir_option


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
@click.option("--deployed", is_flag=True, help="Prove the stacks that are there; leave them alone.")
def verify(  # noqa: PLR0913 - one argument for each option
    *,
    state_dir: Path,
    connection_name: str | None,
    environment: str,
    folder: Path,
    fresh: bool,
    clean: bool,
    keep: bool,
    deployed: bool,
) -> None:
    """Prove a deployment end to end: deploy, train, ask, change, go back, destroy.

    On the accounts behind --connection, or on this machine. A run that failed goes on where it
    ended when the same command is given again.
    """
    from cli.verify.proof import Proof, prove  # noqa: PLC0415 - see cli/main.py

    proof = Proof(connection_name, environment, state_dir, folder, keep, deployed)
    prove(proof, fresh=fresh, clean=clean)
