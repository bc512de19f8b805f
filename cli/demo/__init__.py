"""`snowreel demo`: the main job from end to end."""

from pathlib import Path

import click

from cli.options import state_dir_option


@click.command()
@state_dir_option
def demo(state_dir: Path) -> None:
    """Run the main job: load MovieLens 100K, train, deploy, invoke, recommend."""
    from cli.demo.play import play  # noqa: PLC0415 - see cli/main.py

    play(state_dir)
