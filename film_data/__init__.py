"""Film data: read, cleaned, explained and loaded into the warehouse."""

from pathlib import Path
from typing import Any

from film_data.errors import DatasetError
from film_data.pipeline.report import Report
from film_data.progress import Progress

__all__ = ["DatasetError", "Report", "load", "load_demo"]


def load(name: str, source: Path, connection: Any, progress: Progress) -> Report:
    """Clean a data set and replace what the warehouse has of it.

    Args:
        name: One of `registry.names()`.
        source: Folder with the files.
        connection: Of `snowflake.connector`, in the database and schema to load into.
        progress: Told the step, how many of its units are done, and how many it has.

    Raises:
        DatasetError: The files cannot be loaded; the warehouse is as it was.
    """
    report: Report = _loading().load(name, source, connection, progress)
    return report


def load_demo(connection: Any, progress: Progress) -> Report:
    """Load MovieLens 100K with film facts, both from installed packages.

    Raises:
        DatasetError: The packages are not installed; the warehouse is as it was.
    """
    report: Report = _loading().load_demo(connection, progress)
    return report


def _loading() -> Any:
    # Readers and schemas take a second to import: not for a command that loads nothing.
    from film_data import loading  # noqa: PLC0415

    return loading
