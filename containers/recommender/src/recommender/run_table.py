"""The table of one row per finished training."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from snowflake.connector.connection import SnowflakeConnection

from recommender.hyperparameters import Hyperparameters
from recommender.manifest import Manifest
from recommender.source import columns_of
from recommender.table_name import TableName

#: Figures with a column of their own; all of them are in METRICS.
_FIGURES = (
    "rmse",
    "mae",
    "ndcg_at_10",
    "recall_at_10",
    "coverage",
    "popular_ndcg_at_10",
    "estimated_ndcg_at_10",
)


@dataclass(frozen=True)
class Run:
    """A training that is about to be finished."""

    table: TableName
    order: Hyperparameters
    manifest: Manifest

    def note(self, connection: SnowflakeConnection) -> None:
        """Write the training's row, in place of one that an earlier attempt wrote."""
        table = self.table
        row = self._row()
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        with connection.cursor() as cursor:
            cursor.execute(
                "delete from identifier(?) where training_job = ?",
                (table.identifier, self.manifest.training_job),
            )
            # the names are the keys below
            cursor.execute(
                f"insert into identifier(?) ({names}) select {marks}",
                (table.identifier, *row.values()),
            )

    def _row(self) -> dict[str, str | int | float | None]:
        manifest, order = self.manifest, self.order
        return {
            "training_job": manifest.training_job,
            "finished_at": manifest.created_at.removesuffix("+00:00"),
            "input_table": str(order.input_table),
            "output_table": str(order.output_table),
            "algorithm": manifest.algorithm,
            "ranking": manifest.ranking,
            **{name: manifest.counts[name] for name in ("users", "items", "ratings")},
            **{name: manifest.metrics.get(name) for name in _FIGURES},
            "metrics": json.dumps(manifest.metrics),
            "hyperparameters": json.dumps(manifest.hyperparameters),
        }


def note_of(
    connection: SnowflakeConnection, order: Hyperparameters, manifest: Manifest
) -> Callable[[SnowflakeConnection], None]:
    """What writes the training's row; it does nothing where the stack has no such table.

    Asked before the transaction: in it, a table that is missing would be a failed statement.
    """
    table = order.run_table
    if table is None or columns_of(connection, table) is None:
        return _nothing
    return Run(table, order, manifest).note


def _nothing(_connection: SnowflakeConnection) -> None:
    """There is no table of runs."""
