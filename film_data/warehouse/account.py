"""The account of each load, as rows of raw tables that the marts show."""

from datetime import UTC, datetime

import polars as pl

from film_data.pipeline.cleaned import Cleaned
from film_data.pipeline.report import Report
from film_data.warehouse.session import Warehouse

_TABLE_COLUMNS = {
    "table_name": pl.String,
    "rows_in": pl.Int64,
    "rows_loaded": pl.Int64,
    "rows_merged": pl.Int64,
    "rows_rejected": pl.Int64,
}
_RULE_COLUMNS = {
    "rule": pl.String,
    "outcome": pl.String,
    "sentence": pl.String,
    "rows_affected": pl.Int64,
}


def record(warehouse: Warehouse, cleaned: Cleaned, report: Report) -> None:
    """Keep the account of a load; the same files again replace their own account."""
    for table in ("loads", "load_tables", "load_rules"):
        warehouse.delete(table, "load_id", cleaned.load_id)
    for table in ("rejected_rows", "merged_rows"):
        warehouse.delete(table, "dataset", cleaned.dataset)
    for table, rows in _rows(cleaned, report).items():
        of_load = {"load_id": pl.lit(cleaned.load_id), "dataset": pl.lit(cleaned.dataset)}
        warehouse.append(table, rows.with_columns(**of_load))
    warehouse.insert("loads", _load(cleaned))


def _rows(cleaned: Cleaned, report: Report) -> dict[str, pl.DataFrame]:
    """The rows of each table of the account but the load's own."""
    tables = [
        (name, count.rows_in, count.loaded, count.merged, count.rejected)
        for name, count in report.tables.items()
    ]
    rules = [(rule.name, rule.outcome.value, rule.sentence, count) for rule, count in report.rules]
    return {
        "load_tables": pl.DataFrame(tables, schema=_TABLE_COLUMNS, orient="row"),
        "load_rules": pl.DataFrame(rules, schema=_RULE_COLUMNS, orient="row"),
        "rejected_rows": cleaned.ledger.rejected,
        "merged_rows": cleaned.ledger.merged,
    }


def _load(cleaned: Cleaned) -> dict[str, str]:
    return {
        "load_id": cleaned.load_id,
        "dataset": cleaned.dataset,
        "edition": cleaned.edition,
        "source": ", ".join(sorted(cleaned.source.digests)),
        "loaded_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
    }
