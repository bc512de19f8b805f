"""The row that a finished training leaves in the table of runs."""

import json

from recommender.artifact.manifest import Manifest
from recommender.snowflake_io.run_log import Row
from recommender.training.hyperparameters import Hyperparameters

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


def run_row(hyperparameters: Hyperparameters, manifest: Manifest) -> Row:
    """Values by column."""
    return {
        "training_job": manifest.training_job,
        "finished_at": manifest.created_at.removesuffix("+00:00"),
        "input_table": str(hyperparameters.input_table),
        "output_table": str(hyperparameters.output_table),
        "algorithm": manifest.algorithm,
        "ranking": manifest.ranking,
        **{name: manifest.counts[name] for name in ("users", "items", "ratings")},
        **{name: manifest.metrics.get(name) for name in _FIGURES},
        "metrics": json.dumps(manifest.metrics),
        "hyperparameters": json.dumps(manifest.hyperparameters),
    }
