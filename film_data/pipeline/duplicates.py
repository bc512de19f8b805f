"""Rows that repeat each other, merged into one whatever their order."""

from collections.abc import Sequence

import polars as pl

from film_data.pipeline.ledger import Ledger
from film_data.pipeline.schema import Schema

#: Origin of a row: columns that `deduplicated` takes away.
ORIGIN: Schema = {"file": pl.String, "line": pl.Int64}


def deduplicated(
    rows: pl.DataFrame,
    table: str,
    key: Sequence[str],
    *,
    rule: str,
    ledger: Ledger,
    best_first: pl.Expr | None = None,
) -> pl.DataFrame:
    """One row per key, the same whatever the order of the rows.

    Kept is the highest by `best_first`, then the fullest, then the alphabetically first; what it
    lacks it takes from the others in that order. Rows that repeat the kept one exactly are merged
    as `identical_row`, the others by `rule`.
    """
    columns = [name for name in rows.columns if name not in ORIGIN]
    ranked = rows.with_columns(
        best=pl.lit(0) if best_first is None else best_first,
        fullness=pl.sum_horizontal(pl.col(name).is_not_null() for name in columns),
    ).sort(
        *key, "best", "fullness", *columns, *ORIGIN,
        descending=[*(False for _ in key), True, True, *(False for _ in [*columns, *ORIGIN])],
        nulls_last=True,
    )  # fmt: skip
    content = pl.struct(columns)
    merged = ranked.select(
        *ORIGIN,
        kept_file=pl.col("file").first().over(key),
        kept_line=pl.col("line").first().over(key),
        rule=pl.when(content == content.first().over(key))
        .then(pl.lit("identical_row"))
        .otherwise(pl.lit(rule)),
        first=pl.int_range(pl.len()).over(key) == 0,
    ).filter(~pl.col("first"))
    ledger.merge(table, merged.drop("first"))
    kept = ranked.group_by(key, maintain_order=True).agg(
        pl.col(name).drop_nulls().first() for name in columns if name not in key
    )
    ledger.load(table, kept.height)
    return kept.select(columns)
