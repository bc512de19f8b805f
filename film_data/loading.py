"""From a folder to the warehouse, all or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from film_data import demo, registry
from film_data.errors import DatasetError
from film_data.matching import catalogue
from film_data.pipeline import row_checks
from film_data.pipeline.cleaned import Cleaned
from film_data.pipeline.report import Report, TableCount
from film_data.progress import Progress
from film_data.scratch import scratch_folder
from film_data.warehouse import account
from film_data.warehouse.session import Warehouse

#: Tables of the marts, each made by the view of its name, in the order in which they are made.
MARTS = (
    "film", "film_genre", "film_country", "film_keyword", "credits", "genre", "country", "keyword",
    "person", "tags", "box_office",
)  # fmt: skip
#: The large ones; they change only with the ratings.
RATING_MARTS = ("ratings", "rater")


def load(name: str, source: Path, connection: Any, progress: Progress) -> Report:
    """See `film_data.load`."""
    read = registry.reader(name)
    with _one_sentence(), scratch_folder() as scratch:
        return _load(read(source, scratch, progress), connection, progress)


def load_demo(connection: Any, progress: Progress) -> Report:
    """See `film_data.load_demo`."""
    with _one_sentence(), scratch_folder() as scratch:
        return _load(demo.clean(scratch, progress), connection, progress)


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Turn a full disk, a file that may not be read and the like into a DatasetError."""
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise DatasetError(
            f"A file could not be read or written, nothing was changed: {reason}."
        ) from error


def _load(cleaned: Cleaned, connection: Any, progress: Progress) -> Report:
    counts = cleaned.ledger.close()
    raw_tables = registry.raw_tables()
    for table, path in cleaned.tables.items():
        row_checks.check(raw_tables[table], path)
    warehouse = Warehouse(connection, progress, cleaned.source.scratch)
    warehouse.upload(cleaned)
    with warehouse.transaction():
        for table in cleaned.tables:
            warehouse.replace_raw(table)
        catalogue.match(warehouse, registry.film_searches())
        has_ratings = any(table.endswith("_ratings") for table in cleaned.tables)
        marts = (*MARTS, *RATING_MARTS) if has_ratings else MARTS
        for done, table in enumerate(marts):
            progress("Making tables", done, len(marts))
            warehouse.refresh(table)
        report = _report(cleaned, counts)
        account.record(warehouse, cleaned, report)
    progress("Making tables", len(marts), len(marts))
    return report


def _report(cleaned: Cleaned, counts: dict[str, TableCount]) -> Report:
    notes = list(cleaned.ledger.notes)
    if cleaned.source.unread:
        notes.append(f"Not read: {', '.join(cleaned.source.unread)}.")
    return Report(cleaned.dataset, cleaned.edition, counts, cleaned.ledger.rules, tuple(notes))
