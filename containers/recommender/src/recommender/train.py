"""The training program: reads ratings from Snowflake, learns, writes a model and recommendations.

This module is the boundary: `main` alone turns what happened into a failure file and an exit code.
"""

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from types import FrameType

import numpy as np
import pandas as pd

from recommender import artifact, ratings, sink, source
from recommender.algorithms import ALGORITHMS
from recommender.artifact import Artifact
from recommender.connection import connect
from recommender.container import Container
from recommender.errors import RecommenderError
from recommender.evaluation import Accuracy, cross_validate
from recommender.hyperparameters import Hyperparameters
from recommender.manifest import Manifest
from recommender.progress import Progress, print_line
from recommender.ratings import Ratings
from recommender.top_n import Rated, recommend

#: Exit codes: SageMaker takes any but 0 for a failure; 143 is what a shell reports for SIGTERM.
DONE, FAILED, STOPPED = 0, 1, 143

_LIBRARIES = ("implicit", "numba", "numpy", "scikit-surprise", "scipy", "snowreel-recommender")


class StopRequestedError(BaseException):
    """SageMaker asked the job to stop; no `except Exception` on the way may swallow it."""


def main() -> int:
    """Run one training job; the exit code is SageMaker's verdict."""
    container = Container.of(os.environ)
    signal.signal(signal.SIGTERM, _stop)
    try:
        train(container, Progress())
    except StopRequestedError:
        print_line("stopped: the training job was asked to stop; nothing was written")
        artifact.discard(container.model_dir)
        return STOPPED
    except RecommenderError as error:
        return _fail(container, str(error))
    except Exception as error:  # noqa: BLE001 - the boundary: every failure is reported, none leaks
        traceback.print_exc()
        return _fail(
            container,
            f"The training program failed unexpectedly ({type(error).__name__}):"
            " the log of the training job says where.",
        )
    return DONE


def train(container: Container, progress: Progress) -> None:
    """Do one training job; the recommendations are written last, when the model is on disk.

    Raises:
        RecommenderError: The order, the tables or the ratings are not fit for training.
    """
    container.check_training()
    order = Hyperparameters.parse(container.hyperparameters())
    data = _read(container, order, progress)
    _print_counts(data, progress)
    algorithm = ALGORITHMS[order.options.algorithm]
    accuracy = cross_validate(algorithm, data, order.options, progress.stage(0.05, 0.75))
    progress.metric("rmse", accuracy.rmse)
    progress.metric("mae", accuracy.mae)
    fitting = progress.stage(0.75, 0.90)
    model = algorithm(
        data, order.options, lambda share: fitting(share, "learning from all ratings")
    )
    trained = Artifact(
        _manifest(container, order, data, accuracy),
        data.user_ids,
        data.item_ids,
        model,
        Rated(data.rated_indptr, data.items),
    )
    artifact.save(trained, container.model_dir)
    _write(container, order, trained, progress)


def _read(container: Container, order: Hyperparameters, progress: Progress) -> Ratings:
    with connect(container) as connection:
        sink.check(connection, order.output_table)
        table = source.read(connection, order.input_table, progress.stage(0.0, 0.05))
    return ratings.from_columns(*table.columns)


def _print_counts(data: Ratings, progress: Progress) -> None:
    progress.metric("users", len(data.user_ids))
    progress.metric("items", len(data.item_ids))
    progress.metric("ratings", len(data))
    progress.metric("duplicates", data.duplicates)


def _manifest(
    container: Container, order: Hyperparameters, data: Ratings, accuracy: Accuracy
) -> Manifest:
    options = order.options
    return Manifest(
        algorithm=options.algorithm,
        hyperparameters=options.as_dict(),
        rating_scale=data.scale,
        metrics={"rmse": accuracy.rmse, "mae": accuracy.mae},
        counts={
            "users": len(data.user_ids),
            "items": len(data.item_ids),
            "factors": options.n_factors,
            "ratings": len(data),
        },
        training_job=container.training_job,
        model_artifact=order.artifact_uri,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        library_versions={name: version(name) for name in _LIBRARIES},
    )


def _write(
    container: Container, order: Hyperparameters, trained: Artifact, progress: Progress
) -> None:
    with connect(container) as connection:
        sink.stage(
            connection,
            _frames(trained, order.options.top_n, progress),
            training_job=trained.manifest.training_job,
            generated_at=datetime.fromisoformat(trained.manifest.created_at),
        )
        # from here on the job is as good as done: stopping it would part table and model
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        rows = sink.publish(connection, order.output_table, container.analyst_role)
    progress.metric("rows", rows)
    progress.report(1.0, "done")


def _frames(trained: Artifact, n: int, progress: Progress) -> Iterator[pd.DataFrame]:
    """Every user's recommendations, block by block."""
    report = progress.stage(0.90, 0.99)
    users = np.arange(len(trained.user_ids))
    for block in recommend(trained.model, trained.rated, users, n):
        yield pd.DataFrame(
            {
                "USER_ID": trained.user_ids[block.rows],
                "RANK": block.ranks,
                "ITEM_ID": trained.item_ids[block.items],
                "SCORE": block.scores,
                "ESTIMATED_RATING": trained.model.clip(block.scores),
            }
        )
        if block.rows.size:  # none where every user of the block has rated everything
            report((block.rows[-1] + 1) / len(users), "recommending to every user")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    # a second signal must not interrupt the cleaning up
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise StopRequestedError


def _fail(container: Container, sentence: str) -> int:
    artifact.discard(container.model_dir)
    container.report_failure(sentence)
    print_line(f"failed: {sentence}")
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
