"""Estimates and lists by the defaults on data of different size, scale and density.

Run as `python -m benchmarks.sizes [FILE ...]`; a file is CSV with a header and the columns user,
item, rating. Of each data set a tenth of the ratings is put aside. Beside the defaults, whose
regularization follows from the ratings, stand one setting for all and the best of a grid around the
rule, chosen by a tenth of the rest: what a search would find that costs ten times as much. Lists of
EASE by its rule stand beside those of one setting for all, where there are few items.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from recommender.arrays import UNKNOWN, Indices32, Integers
from recommender.data.features import Features
from recommender.data.ratings import Ratings
from recommender.data.ratings_table import from_columns
from recommender.evaluation import splits
from recommender.evaluation.protocol import evaluate_split
from recommender.progress import ignore
from recommender.rating import biased_mf, regularization
from recommender.training.fit import fit_models
from recommender.training.option_table import parse_options

from benchmarks.goals import Figure, report
from benchmarks.made_ratings import like_movielens_1m, movielens_100k

#: Data beside the checkout; a set that is not there is left out.
FILES = {
    "ml-latest-small": Path("../shared/data/ml-latest-small/ratings.csv"),
    "The Movies Dataset": Path("../shared/data/the-movies-dataset/ratings_small.csv.gz"),
}
#: Chosen on MovieLens 100K alone.
ONE_FOR_ALL = {"reg_all": "0.08", "lr_all": "0.035", "lr_decay": "0.95"}
BIASES = {"n_factors": "1", "init_std_dev": "0", "reg_all": "0.02", "n_epochs": "15"}
EASE_FOR_ALL = {"ease_reg": "150"}
_QUICK = {"n_factors": "1", "n_epochs": "1", "ranking": "ease"}
#: Most items of which lists are made here.
_FEW_ITEMS = 3500
#: Of the rule's regularization.
GRID = (0.6, 0.8, 1.0, 1.25, 1.6)
#: What the rule may cost against one setting for all, on any data.
_LOSS = 1.003
MILLION_GOAL = 0.845


def main(files: list[str]) -> int:
    """Measure every data set, print a table, write JSON."""
    figures = []
    for name, ratings in _data_sets(files):
        figures += _figures(name, ratings)
        if len(ratings.item_ids) <= _FEW_ITEMS:
            figures += _lists(name, ratings.by_themselves())
    return report("sizes", figures)


def _data_sets(files: list[str]) -> Iterator[tuple[str, Ratings]]:
    whole = movielens_100k()[0]
    yield "MovieLens 100K", whole
    yield "half of it", whole.select(np.random.default_rng(7).random(len(whole)) < 0.5)
    yield "its densest part", _densest(whole, 400, 500)
    for name, path in (FILES | {Path(file).stem: Path(file) for file in files}).items():
        if path.is_file():
            yield name, _read(path)
    yield "like MovieLens 1M", like_movielens_1m()


def _figures(name: str, ratings: Ratings) -> list[Figure]:
    train, test = _parts(ratings.by_themselves(), seed=0)
    rule = regularization.fitting(train)
    ours, fixed, biases = (_error(train, test, way) for way in ({}, ONE_FOR_ALL, BIASES))
    best = _error(train, test, {"reg_all": str(_searched(train, rule))})
    million = len(ratings) >= 1_000_000
    return [
        Figure(
            f"{name}: RMSE",
            ours,
            MILLION_GOAL if million else _LOSS * fixed,
            at_most=True,
            note=f"{len(ratings)} ratings, reg_all {rule:g}",
        ),
        Figure(f"{name}: one setting for all", fixed),
        Figure(f"{name}: searched", best),
        Figure(f"{name}: biases alone", biases),
    ]


def _lists(name: str, ratings: Ratings) -> list[Figure]:
    split = splits.random_split(ratings, 0.2, np.random.default_rng(0))
    features = Features.none(len(ratings.user_ids), len(ratings.item_ids))
    ours, fixed = (
        evaluate_split(split, features, fit_models(split.train, features, options)).chosen
        for options in map(parse_options, (_QUICK, _QUICK | EASE_FOR_ALL))
    )
    return [
        Figure(f"{name}: NDCG of EASE", ours.ndcg, note=f"coverage {ours.coverage:.3f}"),
        Figure(f"{name}: 150 for all", fixed.ndcg, note=f"coverage {fixed.coverage:.3f}"),
    ]


def _searched(train: Ratings, rule: float) -> float:
    """The regularization of the grid with the least error on a tenth of the training part."""
    part, held = _parts(train, seed=1)
    return min(
        (rule * by for by in GRID), key=lambda reg: _error(part, held, {"reg_all": str(reg)})
    )


def _parts(ratings: Ratings, seed: int) -> tuple[Ratings, Ratings]:
    held = np.random.default_rng(seed).permutation(len(ratings)) % 10 == 0
    return ratings.select(~held), ratings.select(held)


def _error(train: Ratings, test: Ratings, chosen: dict[str, str]) -> float:
    model = biased_mf.fit(train, parse_options(chosen), ignore)
    users, items = _known(train.users, test.users), _known(train.items, test.items)
    return float(np.sqrt(np.mean(np.square(model.estimate(users, items) - test.values))))


def _known(trained: Indices32, asked: Indices32) -> Integers:
    """The same places, UNKNOWN for one without a rating in the training part."""
    return np.where(np.isin(asked, trained), asked, UNKNOWN).astype(np.int64)


def _densest(ratings: Ratings, users: int, items: int) -> Ratings:
    """Ratings of the most active users of the most rated items."""
    active = np.argsort(-np.bincount(ratings.users))[:users]
    popular = np.argsort(-np.bincount(ratings.items))[:items]
    return ratings.select(np.isin(ratings.users, active) & np.isin(ratings.items, popular))


def _read(path: Path) -> Ratings:
    user, item, rating = pa.csv.read_csv(path).columns[:3]
    return from_columns(
        user.cast(pa.string()), item.cast(pa.string()), rating.cast(pa.float64()), of_one=True
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
