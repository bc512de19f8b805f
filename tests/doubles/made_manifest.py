"""A manifest of which a test states what it is about, and nothing else."""

from typing import Any

from recommender.artifact.manifest import Manifest


def manifest(**values: Any) -> Manifest:
    """The manifest of a small model."""
    known: dict[str, Any] = {
        "algorithm": "svd",
        "ranking": "estimate",
        "hyperparameters": {},
        "rating_scale": (0.5, 5.0),
        "metrics": {},
        "training_job": "job",
        "model_artifact": "s3://bucket/model.tar.gz",
        "created_at": "2026-01-01T00:00:00+00:00",
        "library_versions": {},
    }
    return Manifest(**known | values)
