"""The training program: reads ratings from Snowflake, learns, writes a model and recommendations.

SageMaker starts evaluations and judgements by the same name; `evaluate` and `judgement` do them.
This module is the boundary: `main` alone turns what happened into a failure file and an exit code.
"""

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from datetime import datetime
from types import FrameType

import numpy as np
import pandas as pd
from snowflake.connector.connection import SnowflakeConnection

from recommender import evaluate, judgement
from recommender.arrays import Floats, Indices
from recommender.artifact import artifact
from recommender.artifact.artifact import Artifact
from recommender.container import Container
from recommender.data.features import NO_ANSWERS, Features
from recommender.data.ratings import Ratings
from recommender.errors import RecommenderError
from recommender.options import Options
from recommender.progress import Progress, print_line
from recommender.ranking.dials import Dials, item_vectors
from recommender.ranking.short_lists import ShortLists
from recommender.ranking.top_n import Rated
from recommender.rating.small_systems import one_by_one
from recommender.snowflake_io import features_source, sink, source
from recommender.snowflake_io.connection import connect
from recommender.snowflake_io.run_log import writer_of
from recommender.training.fit import fit_and_evaluate
from recommender.training.hyperparameters import Hyperparameters
from recommender.training.run_row import run_row
from recommender.training.trained_artifact import artifact_of

#: Exit codes: SageMaker takes any but 0 for a failure; 143 is what a shell reports for SIGTERM.
DONE, FAILED, STOPPED = 0, 1, 143

#: Users whose recommendations are sent at a time.
_FRAME_USERS = 20_000

#: A metric of SageMaker's is exact up to twice as many.
_MOST_TOLD = 8_000_000


class StopRequestedError(BaseException):
    """SageMaker asked the job to stop; no `except Exception` on the way may swallow it."""


def main() -> int:
    """Run one training job; the exit code is SageMaker's verdict."""
    container = Container.of(os.environ)
    os.environ.update(container.region_variables())
    signal.signal(signal.SIGTERM, _stop)
    try:
        _run(container, Progress())
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


def _run(container: Container, progress: Progress) -> None:
    container.check_training()
    strings = container.hyperparameters()
    if evaluate.is_asked_for(strings):
        evaluate.evaluate(container, strings, progress)
    elif judgement.is_asked_for(strings):
        judgement.run(container, strings, progress)
    else:
        train(container, Hyperparameters.parse(strings), progress)


def train(container: Container, hyperparameters: Hyperparameters, progress: Progress) -> None:
    """Do one training job; the recommendations are written last, when the model is on disk.

    Raises:
        RecommenderError: The order, the tables or the ratings are not fit for training.
    """
    with connect(container) as connection:
        if _is_skipped(connection, hyperparameters, progress):
            return
        data, features = _read(connection, hyperparameters, progress)
    _print_counts(data, progress)
    result = fit_and_evaluate(
        data,
        features,
        hyperparameters.options,
        lambda start, end: progress.stage(*_within(start, end)),
    )
    for name, value in result.metrics.items():
        progress.metric(name, value)
    progress.metric("ease_declined", len(result.warnings))
    # what the API tells of, in one number: a training job has no metrics left
    progress.metric("warnings", 2 * min(data.untimed, _MOST_TOLD) + bool(result.warnings))
    for warning in result.warnings:
        print_line(f"warning: {warning}")
    trained = artifact_of(
        hyperparameters, data, features, result, training_job=container.training_job
    )
    artifact.save(trained, container.model_dir)
    _write(container, hyperparameters, trained, progress)


def _is_skipped(
    connection: SnowflakeConnection, hyperparameters: Hyperparameters, progress: Progress
) -> bool:
    """True for a table with too few new ratings: the job ends well, without a model."""
    threshold = hyperparameters.threshold
    if threshold is None:
        return False
    rows = source.count(connection, hyperparameters.input_table)
    if threshold.is_met(rows):
        return False
    print_line(
        f"skipped: {threshold.new(rows)} new ratings, fewer than the {threshold.least} asked for"
    )
    for name, value in {"ratings": threshold.new(rows), "users": 0, "rows": 0}.items():
        progress.metric(name, value)
    return True


def _within(start: float, end: float) -> tuple[float, float]:
    """Share of the job that the fit takes, from its start to its end."""
    return 0.05 + 0.85 * start, 0.05 + 0.85 * end


def _read(
    connection: SnowflakeConnection, hyperparameters: Hyperparameters, progress: Progress
) -> tuple[Ratings, Features]:
    sink.check(connection, hyperparameters.output_table)
    rows = source.read(connection, hyperparameters.input_table, progress.stage(0.0, 0.05))
    if rows.is_implicit:
        sink.check_without_estimates(connection, hyperparameters.output_table)
    others = features_source.other_ids(connection, hyperparameters.item_features_table)
    data = rows.ratings(others)
    features = features_source.read(
        connection,
        data,
        items=hyperparameters.item_features_table,
        users=hyperparameters.user_features_table,
    )
    return data, features


def _print_counts(data: Ratings, progress: Progress) -> None:
    progress.metric("users", len(data.user_ids))
    progress.metric("items", len(data.item_ids))
    progress.metric("ratings", len(data))
    progress.metric("duplicates", data.duplicates)
    progress.metric("joined", data.joined)
    progress.metric("untimed", data.untimed)


def _write(
    container: Container, hyperparameters: Hyperparameters, trained: Artifact, progress: Progress
) -> None:
    with connect(container) as connection:
        sink.stage(
            connection,
            _frames(trained, hyperparameters.options, progress),
            training_job=trained.manifest.training_job,
            generated_at=datetime.fromisoformat(trained.manifest.created_at),
        )
        note = writer_of(
            connection, hyperparameters.run_table, run_row(hyperparameters, trained.manifest)
        )
        # from here on the job is as good as done: stopping it would part table and model
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        rows = sink.publish(connection, hyperparameters.output_table, note)
    progress.metric("rows", rows)
    progress.report(1.0, "done")


def _frames(trained: Artifact, options: Options, progress: Progress) -> Iterator[pd.DataFrame]:
    """Recommendations of all users, in parts."""
    report = progress.stage(0.90, 0.99)
    report(0.0, "recommending to every user")
    users = trained.users
    with one_by_one():
        scores = trained.ranker.with_prior(users, trained.prior.probabilities(NO_ANSWERS))
    dials = _dials(trained, options)
    made = ShortLists(trained.model, users, options.top_n, dials)
    lists = made.rank(scores, Rated(users.indptr, users.items))
    for start in range(0, len(users), _FRAME_USERS):
        rows, ranks = np.nonzero(lists.scores[start : start + _FRAME_USERS] > -np.inf)
        rows += start
        items = lists.items[rows, ranks]
        yield pd.DataFrame(
            {
                "USER_ID": trained.user_ids[rows],
                "RANK": ranks + 1,
                "ITEM_ID": trained.item_ids[items],
                "SCORE": lists.scores[rows, ranks],
                "ESTIMATED_RATING": _estimates(trained, rows, items),
            }
        )
        report(min(1, (start + _FRAME_USERS) / len(users)), "recommending to every user")


def _dials(trained: Artifact, options: Options) -> Dials | None:
    if options.are_usual:
        return None
    return Dials(options, trained.prior.popularity, item_vectors(trained.model))


def _estimates(trained: Artifact, users: Indices, items: Indices) -> Floats | None:
    return None if trained.manifest.is_implicit else trained.model.estimate(users, items)


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
