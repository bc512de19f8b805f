"""The artifact of a training: its models, with a manifest that says where they come from."""

from datetime import UTC, datetime
from importlib.metadata import version

from recommender.artifact.artifact import Artifact
from recommender.artifact.manifest import Manifest
from recommender.data.features import Features
from recommender.data.ratings import Ratings
from recommender.rating import no_estimates
from recommender.training.fit import TrainingResult
from recommender.training.hyperparameters import Hyperparameters
from recommender.training.settings import settle

_LIBRARIES = ("implicit", "numba", "numpy", "scikit-surprise", "scipy", "snowreel-recommender")


def artifact_of(
    hyperparameters: Hyperparameters,
    data: Ratings,
    features: Features,
    result: TrainingResult,
    *,
    training_job: str,
) -> Artifact:
    """Gather what a training has made.

    Args:
        hyperparameters: Of the training job.
        data: The ratings that the models were fitted to.
        features: Of their items and users.
        result: The models, and their figures.
        training_job: Name of the job that made them.
    """
    manifest = _manifest(hyperparameters, data, result, training_job)
    return Artifact.of(manifest, data, features, result.models)


def _manifest(
    hyperparameters: Hyperparameters, data: Ratings, result: TrainingResult, training_job: str
) -> Manifest:
    options, models = hyperparameters.options, result.models
    return Manifest(
        algorithm=no_estimates.NAME if data.is_implicit else options.algorithm,
        ranking=models.ranker.name,
        hyperparameters=settle(options, data).as_dict(),
        rating_scale=data.scale,
        metrics=result.metrics,
        counts={
            "users": len(data.user_ids),
            "items": len(data.item_ids),
            "factors": models.estimator.item_factors.shape[1],
            "ratings": len(data),
        },
        training_job=training_job,
        model_artifact=hyperparameters.artifact_uri,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        library_versions={name: version(name) for name in _LIBRARIES},
    )
