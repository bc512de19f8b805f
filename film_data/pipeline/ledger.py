"""The account of one load: the place of each input row, and the rule that put it there."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from film_data.errors import DatasetError
from film_data.pipeline.report import TableCount
from film_data.pipeline.rules import Outcome, Rule, catalogue
from film_data.pipeline.schema import Schema

#: Longest raw text that is kept of a row, in characters.
RAW_TEXT_LIMIT = 10_000

REJECTED_SCHEMA: Schema = {
    "table_name": pl.String,
    "file": pl.String,
    "line": pl.Int64,
    "rule": pl.String,
    "raw_text": pl.String,
}
MERGED_SCHEMA: Schema = {
    "table_name": pl.String,
    "file": pl.String,
    "line": pl.Int64,
    "rule": pl.String,
    "kept_file": pl.String,
    "kept_line": pl.Int64,
}


class RejectedRow(NamedTuple):
    """A row that is not loaded, the rule that it breaks, and its text as it stands in the file."""

    file: str
    line: int
    rule: str
    raw_text: str


class Ledger:
    """Counts of rows and rules per table, with the rows that were rejected or merged.

    Args:
        rules: The source's own rules; the shared ones are known.
    """

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._catalogue = catalogue(rules)
        self._rows_in: Counter[str] = Counter()
        self._loaded: Counter[str] = Counter()
        self._applied: Counter[str] = Counter()
        self._rejected: list[pl.DataFrame] = []
        self._merged: list[pl.DataFrame] = []
        self.notes: list[str] = []

    def read(self, table: str, rows: int) -> None:
        """Count `rows` more rows as read for `table`."""
        self._rows_in[table] += rows

    def load(self, table: str, rows: int) -> None:
        """Count `rows` more rows as loaded into `table`."""
        self._loaded[table] += rows

    def apply(self, rule: str, rows: int = 1) -> None:
        """Count `rows` rows to which a rule was applied that keeps its rows."""
        if self._rule(rule).outcome in {Outcome.MERGED, Outcome.REJECTED}:
            raise ValueError(f"The rule {rule} takes rows away: record the rows.")
        self._applied[rule] += rows

    def reject(self, table: str, rows: Iterable[RejectedRow]) -> None:
        """Record rows that are not loaded."""
        frame = pl.DataFrame(list(rows), schema=_without_table(REJECTED_SCHEMA), orient="row")
        self._rejected.append(self._record(table, frame, REJECTED_SCHEMA))

    def merge(self, table: str, rows: pl.DataFrame) -> None:
        """Record rows that repeat another, as in `MERGED_SCHEMA` without the table."""
        self._merged.append(self._record(table, rows, MERGED_SCHEMA))

    def _record(self, table: str, rows: pl.DataFrame, schema: Schema) -> pl.DataFrame:
        for rule, count in rows.group_by("rule").len().iter_rows():
            self._applied[self._rule(rule).name] += count
        return rows.with_columns(table_name=pl.lit(table)).select(
            pl.col(name).cast(kind) for name, kind in schema.items()
        )

    def _rule(self, name: str) -> Rule:
        if name not in self._catalogue:
            raise ValueError(f"The source states no rule {name}.")
        return self._catalogue[name]

    @property
    def rejected(self) -> pl.DataFrame:
        """Every rejected row, with its rule and its raw text."""
        frame = pl.concat([pl.DataFrame(schema=REJECTED_SCHEMA), *self._rejected])
        return frame.with_columns(pl.col("raw_text").str.slice(0, RAW_TEXT_LIMIT))

    @property
    def merged(self) -> pl.DataFrame:
        """Every merged row, with its rule and the row that was kept."""
        return pl.concat([pl.DataFrame(schema=MERGED_SCHEMA), *self._merged])

    @property
    def rules(self) -> tuple[tuple[Rule, int], ...]:
        """The rules that were applied, with their counts, in the order of the reports."""
        return tuple(
            (rule, self._applied[name])
            for name, rule in self._catalogue.items()
            if self._applied[name]
        )

    @property
    def rule_counts(self) -> dict[str, int]:
        """Times that each rule was applied, by its name."""
        return {rule.name: count for rule, count in self.rules}

    def close(self) -> dict[str, TableCount]:
        """The counts of each table.

        Raises:
            DatasetError: A row is unaccounted for, which is a bug of a reader.
        """
        rejected = dict(self.rejected["table_name"].value_counts().iter_rows())
        merged = dict(self.merged["table_name"].value_counts().iter_rows())
        counts = {
            name: TableCount(rows, self._loaded[name], merged.get(name, 0), rejected.get(name, 0))
            for name, rows in self._rows_in.items()
        }
        for name, count in counts.items():
            if not count.balances:
                raise DatasetError(
                    f"The rows of {name} do not add up: {count.rows_in} were read, but "
                    f"{count.loaded} + {count.merged} + {count.rejected} accounted for."
                )
        return counts


def _without_table(schema: Schema) -> Schema:
    return {name: kind for name, kind in schema.items() if name != "table_name"}
