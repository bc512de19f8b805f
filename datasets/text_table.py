"""Tables of text files: every record parsed, rejected with its rule, or merged with its like."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from datasets.files import SourceFile
from datasets.ledger import Ledger
from datasets.records import BrokenRecord, Shape, records

#: Where a row came from; columns of every frame of this module, removed by `deduplicated`.
ORIGIN = {"file": pl.String, "line": pl.Int64}


class RejectedRowError(Exception):
    """A row cannot be loaded; `rule` is the name of the rule that it breaks."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True)
class TextTable:
    """How the rows of one table are written and read."""

    name: str
    shape: Shape
    schema: Mapping[str, Any]
    #: Values of a row by column; raises RejectedRowError.
    parse: Callable[[tuple[str, ...]], dict[str, Any]]

    def read(
        self, file: SourceFile, lines: Iterable[str], ledger: Ledger, *, first_line: int = 1
    ) -> pl.DataFrame:
        """The rows that can be read, with their origin; the others go to the ledger."""
        rows, rejected = list[dict[str, Any]](), list[dict[str, Any]]()
        for record in records(lines, self.shape, first_line):
            origin = {"file": file.name, "line": record.line}
            if isinstance(record, BrokenRecord):
                rejected.append(origin | {"rule": record.rule, "raw_text": record.raw_text})
                continue
            try:
                rows.append(origin | self.parse(record.fields))
            except RejectedRowError as error:
                rejected.append(origin | {"rule": error.rule, "raw_text": record.raw_text})
        ledger.read(self.name, len(rows) + len(rejected))
        ledger.reject(self.name, rejected)
        return pl.DataFrame(rows, schema={**ORIGIN, **self.schema}, orient="row")


def deduplicated(
    rows: pl.DataFrame, table: str, key: Sequence[str], *, rule: str, ledger: Ledger
) -> pl.DataFrame:
    """One row per key, whatever the order of the rows: the fullest, then the alphabetically first.

    Rows that repeat the kept one exactly are merged as `identical_row`, the others by `rule`.
    """
    values = [name for name in rows.columns if name not in ORIGIN]
    fullness = pl.sum_horizontal(pl.col(name).is_not_null() for name in values)
    ranked = rows.with_columns(fullness=fullness).sort(
        *key, "fullness", *values, *ORIGIN,
        descending=[*(False for _ in key), True, *(False for _ in [*values, *ORIGIN])],
    )  # fmt: skip
    first = pl.int_range(pl.len()).over(key) == 0
    content = pl.struct(values)
    ranked = ranked.with_columns(
        kept_file=pl.col("file").first().over(key),
        kept_line=pl.col("line").first().over(key),
        identical=content == content.first().over(key),
        kept=first,
    )
    merged = ranked.filter(~pl.col("kept")).with_columns(
        rule=pl.when("identical").then(pl.lit("identical_row")).otherwise(pl.lit(rule))
    )
    ledger.merge(table, merged.select("file", "line", "rule", "kept_file", "kept_line"))
    kept = ranked.filter("kept").select(values)
    ledger.load(table, kept.height)
    return kept
