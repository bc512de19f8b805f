"""Quality of estimates and lists, on MovieLens 100K or on a file of ratings of your own.

Run as `python -m benchmarks.quality [--ratings FILE] [--thorough] [--option NAME=VALUE ...]`; FILE
is CSV with a header and the columns user, item, rating and, if known, seconds since 1970. Goals are
those of MovieLens 100K and not evaluated on other data. `--thorough` adds the Bayesian estimates.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
from recommender.data.features import Features
from recommender.data.ratings import Ratings
from recommender.data.ratings_table import from_columns
from recommender.evaluation import splits
from recommender.evaluation.protocol import EvaluationResult, evaluate
from recommender.evaluation.rating_accuracy import cross_validate
from recommender.progress import ignore
from recommender.rating.registry import ALGORITHMS
from recommender.training.fit import fit_models
from recommender.training.option_table import parse_options
from surprise import SVD, Dataset, Reader, model_selection

from benchmarks.goals import Figure, report
from benchmarks.made_ratings import movielens_100k

FOLDS = "5"
#: Cross-validations of which the median counts.
_TIMES = 5
RMSE_GOAL, BAYESIAN_RMSE_GOAL = 0.906, 0.89
#: Of the reference's time for the same folds.
TIME_GOAL = 1 / 3
LIST_GOALS = {"ndcg": 0.45, "recall": 0.24, "coverage": 0.20}


def main() -> int:
    """Measure, print a table, write JSON; 1 when a goal on MovieLens 100K is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ratings", type=Path)
    parser.add_argument("--thorough", action="store_true")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    chosen = dict(option.split("=", 1) for option in arguments.option)
    ratings, features = read(arguments.ratings) if arguments.ratings else movielens_100k()
    figures = _estimates(ratings, chosen, thorough=arguments.thorough)
    figures += _untouched(ratings, chosen)
    originals = evaluate(
        ratings, features, parse_options({"algorithm": "svd", "ranking": "popularity"}), fit_models
    )
    results = evaluate(ratings, features, parse_options(chosen), fit_models)
    for result, original in zip(results, originals, strict=True):
        figures += _lists(result, original)
    if arguments.ratings:
        figures = [Figure(f.name, f.value, unit=f.unit, note=f.note) for f in figures]
    return report("quality", figures)


def _estimates(ratings: Ratings, chosen: dict[str, str], *, thorough: bool) -> list[Figure]:
    ours, mae, our_time = _cross_validated(ratings, chosen)
    reference, reference_time = _surprises_own(ratings)
    figures = [
        Figure("RMSE, 5 folds", ours, RMSE_GOAL, at_most=True, note=f"{our_time:.2f} s"),
        Figure("MAE, 5 folds", mae),
        Figure("RMSE of scikit-surprise's SVD", reference, note=f"{reference_time:.2f} s"),
        Figure(
            "share of scikit-surprise's time", our_time / reference_time, TIME_GOAL, at_most=True
        ),
    ]
    if thorough:
        bayesian, _, taken = _cross_validated(ratings, {"algorithm": "bayesian"})
        figures.append(
            Figure(
                "RMSE of the algorithm bayesian",
                bayesian,
                BAYESIAN_RMSE_GOAL,
                at_most=True,
                note=f"{taken:.0f} s",
            )
        )
    return figures


def _untouched(ratings: Ratings, chosen: dict[str, str]) -> list[Figure]:
    """On the fifth that was put aside when the defaults were chosen; the folds know only a part."""
    split = splits.random_split(ratings, 0.2, np.random.default_rng(0))
    options = parse_options(chosen)
    model = ALGORITHMS[options.algorithm](split.train, options, lambda _share: None)
    seen, pairs = (r.users.astype(np.int64) << 32 | r.items for r in (split.train, ratings))
    truth = ratings.select(~np.isin(pairs, seen))
    errors = model.estimate(truth.users, truth.items) - truth.values
    return [
        Figure("RMSE on ratings that no setting was chosen by", float(np.sqrt(np.mean(errors**2))))
    ]


def _surprises_own(ratings: Ratings) -> tuple[float, float]:
    """RMSE and seconds of scikit-surprise's cross-validation with its SVD."""
    frame = pd.DataFrame({"user": ratings.users, "item": ratings.items, "rating": ratings.values})
    data = Dataset.load_from_df(frame, Reader(rating_scale=ratings.scale))
    taken = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        found = model_selection.cross_validate(
            SVD(random_state=0), data, ["rmse", "mae"], cv=int(FOLDS)
        )
        taken.append(time.perf_counter() - start)
    return float(np.mean(found["test_rmse"])), statistics.median(taken)


def _cross_validated(ratings: Ratings, chosen: dict[str, str]) -> tuple[float, float, float]:
    """RMSE, MAE and seconds."""
    options = parse_options({"folds": FOLDS} | chosen)
    taken = []
    for _ in range(1 if options.algorithm == "bayesian" else _TIMES):
        start = time.perf_counter()
        accuracy = cross_validate(ALGORITHMS[options.algorithm], ratings, options, ignore)
        taken.append(time.perf_counter() - start)
    return accuracy.rmse, accuracy.mae, statistics.median(taken)


def _lists(result: EvaluationResult, original: EvaluationResult) -> list[Figure]:
    name, random = result.split, result.split == "random"
    figures = [
        Figure(f"{name}: {kind}", getattr(result.chosen, kind), goal if random else None)
        for kind, goal in LIST_GOALS.items()
    ]
    popular = result.popular.ndcg
    return [
        *figures,
        Figure(
            f"{name}: ndcg, times most-popular",
            result.chosen.ndcg / popular,
            1,
            unit="x",
            note=f"{popular:.4f}",
        ),
        Figure(f"{name}: ndcg by our estimated rating", _by_estimate(result)),
        Figure(
            f"{name}: ndcg by SVD's estimated rating, the original's way", _by_estimate(original)
        ),
    ]


def _by_estimate(result: EvaluationResult) -> float:
    assert result.estimated is not None, "the ratings are none"
    return result.estimated.ndcg


def read(path: Path) -> tuple[Ratings, Features]:
    """Ratings of a CSV file, without features."""
    table = pa.csv.read_csv(path)
    user, item, rating, *time_ = table.columns[:4]
    columns = [user.cast(pa.string()), item.cast(pa.string()), rating.cast(pa.float64())]
    ratings = from_columns(*columns, *(column.cast(pa.float64()) for column in time_))
    return ratings, Features.none(len(ratings.user_ids), len(ratings.item_ids))


if __name__ == "__main__":
    sys.exit(main())
