"""A data set after cleaning: a Parquet file per raw table, and the account of the rows."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from film_data.pipeline.files import Folder
from film_data.pipeline.ledger import Ledger
from film_data.pipeline.raw_table import RawTable


@dataclass(frozen=True)
class Cleaned:
    """A cleaned data set, as a reader hands it to the loader."""

    #: Name on the command line.
    dataset: str
    #: Layout or edition, for people.
    edition: str
    ledger: Ledger
    source: Folder
    #: Parquet file of each table of the schema `raw`.
    tables: dict[str, Path] = field(default_factory=dict)

    @property
    def load_id(self) -> str:
        """Id of the load; the same for the same data set and files."""
        content = json.dumps([self.dataset, self.edition, sorted(self.source.digests.items())])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def add(self, table: type[RawTable], rows: pl.DataFrame) -> None:
        """Write the rows of a raw table."""
        path = self.source.scratch / f"{table.table_name()}.parquet"
        rows.write_parquet(path)
        self.add_file(table, path)

    def add_file(self, table: type[RawTable], path: Path) -> None:
        """Take a Parquet file as the rows of a raw table."""
        self.tables[table.table_name()] = path
