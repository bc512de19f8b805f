"""What a reader hands to the loader: a Parquet file per raw table, and the account of the rows."""

from dataclasses import dataclass, field
from pathlib import Path

from datasets.ledger import Ledger


@dataclass(frozen=True)
class Cleaned:
    """A data set after cleaning."""

    #: Name on the command line.
    dataset: str
    #: Layout or edition, for people.
    edition: str
    ledger: Ledger
    #: Parquet file of each table of the schema `raw`.
    tables: dict[str, Path] = field(default_factory=dict)
