"""The whole job on MovieLens 100K - validate, fit, evaluate, rank, write - beside the original's.

Both start from a frame of ratings and end with rows in a DuckDB file. The original validates in
five folds, fits, scores the anti-testset, sorts, and inserts one string of rows; ours also
evaluates lists in six ways, fits a ranking model and a prior, and writes an artifact. Compiling is
stated apart.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from recommender.artifact import artifact
from recommender.artifact.artifact import Artifact
from recommender.artifact.manifest import Manifest
from recommender.data.features import NO_ANSWERS, Features, ItemFeatures, Labels
from recommender.data.ratings import Ratings
from recommender.data.ratings_table import from_columns
from recommender.progress import ignore
from recommender.ranking.top_lists import rank
from recommender.ranking.top_n import Rated
from recommender.training.fit import fit_and_evaluate
from recommender.training.option_table import parse_options
from recommender.training.settings import settle
from surprise import SVD, Dataset, Reader
from surprise.model_selection import cross_validate

from benchmarks.goals import Figure, median_seconds, report
from benchmarks.made_ratings import movielens_100k

GOAL = 10
OPTIONS = parse_options({})


def main() -> int:
    """Measure, print a table, write JSON."""
    ratings, features = movielens_100k()
    features = _by_text(ratings, features)
    frame = pd.DataFrame(
        {
            "user": ratings.user_ids[ratings.users],
            "item": ratings.item_ids[ratings.items],
            "rating": ratings.values,
            "time": ratings.times.astype(np.int64).astype(float),
        }
    ).sample(frac=1, random_state=0)
    with tempfile.TemporaryDirectory() as folder:
        ours = median_seconds(lambda: _ours(frame, features, Path(folder)), 5)
        original = median_seconds(lambda: _original(frame, Path(folder)), 3)
    return report(
        "job_speed",
        [
            Figure(
                "times the original's whole job",
                original / ours,
                GOAL,
                unit="x",
                note=f"{ours:.2f} s against {original:.1f} s",
            ),
            Figure("compiling, once per machine", _compile_seconds(), unit="s"),
        ],
    )


def _by_text(ratings: Ratings, features: Features) -> Features:
    """The features in the order that a job gives to ids: as text, 10 before 2."""
    users, items = np.argsort(ratings.user_ids), np.argsort(ratings.item_ids)
    genres, countries = (
        Labels(labels.names, labels.carried[items])
        for labels in (features.items.genres, features.items.countries)
    )
    return Features(
        ItemFeatures(genres, countries, features.items.years[items]),
        replace(features.users, birth_years=features.users.birth_years[users]),
    )


def _ours(frame: pd.DataFrame, features: Features, folder: Path) -> None:
    columns = (pa.chunked_array([pa.array(frame[name])]) for name in frame)
    ratings = from_columns(*columns)
    result = fit_and_evaluate(ratings, features, OPTIONS, lambda _start, _end: ignore)
    made = Artifact.of(_manifest(ratings, result.metrics), ratings, features, result.models)
    artifact.save(made, folder / "model")
    scores = made.ranker.with_prior(made.users, made.prior.probabilities(NO_ANSWERS))
    lists = rank(scores, Rated(made.users.indptr, made.users.items), OPTIONS.top_n)
    rows, ranks = np.nonzero(lists.scores > -np.inf)
    items = lists.items[rows, ranks]
    table = pa.table(  # read by name in the statement below
        {
            "user_id": made.user_ids[rows],
            "rank": ranks + 1,
            "item_id": made.item_ids[items],
            "score": lists.scores[rows, ranks],
            "estimated_rating": made.model.estimate(rows, items),
        }
    )
    with duckdb.connect(folder / "ours.duckdb") as connection:
        connection.register("made", table)
        connection.execute("create or replace table recommendations as from made")


def _original(frame: pd.DataFrame, folder: Path) -> None:
    data = Dataset.load_from_df(frame[["user", "item", "rating"]], Reader(rating_scale=(1, 5)))
    cross_validate(SVD(), data, measures=["RMSE", "MAE"], cv=5)
    trainset = data.build_full_trainset()
    algorithm = SVD().fit(trainset)
    lists = defaultdict(list)
    for user, item, _, estimate, _ in algorithm.test(trainset.build_anti_testset()):
        lists[user].append((item, estimate))
    values = []
    for user, found in lists.items():
        best = sorted(found, key=lambda pair: pair[1], reverse=True)[:10]
        values.append(f"('{user}', '{json.dumps(best)}')")
    with duckdb.connect(folder / "original.duckdb") as connection:
        connection.execute(
            "create or replace table recommendations (user_id varchar, items varchar)"
        )
        connection.execute(f"insert into recommendations values {', '.join(values)}")


def _manifest(ratings: Ratings, metrics: dict[str, float]) -> Manifest:
    return Manifest(
        algorithm=OPTIONS.algorithm,
        ranking="ease",
        hyperparameters=settle(OPTIONS, ratings).as_dict(),
        rating_scale=(1.0, 5.0),
        metrics=metrics,
        counts={"users": 943, "items": 1682, "factors": 100, "ratings": 100_000},
        training_job="benchmark",
        model_artifact="s3://benchmark/model.tar.gz",
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        library_versions={},
    )


def _compile_seconds() -> float:
    """Of a process that finds no compiled kernel."""
    with tempfile.TemporaryDirectory() as folder:
        output = subprocess.run(
            [sys.executable, "-m", "recommender.compile_kernels"],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"NUMBA_CACHE_DIR": folder},
        ).stdout
    return float(output.split()[-2])


if __name__ == "__main__":
    sys.exit(main())
