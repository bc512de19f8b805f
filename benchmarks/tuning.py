"""Choice of the defaults, on the training part of MovieLens 100K alone.

A fifth of each user's ratings is put aside and never looked at; of the rest, a fifth is held back
to compare settings by - for lists in six ways, of which the mean counts: one alone tells settings
apart no better than chance. Run as `python -m benchmarks.tuning`; it prints, it changes nothing.
"""

import itertools
import sys
from typing import Any
from unittest.mock import patch

import numpy as np
from recommender.data import rating_levels
from recommender.data.features import Features
from recommender.data.ratings import Ratings
from recommender.evaluation import splits
from recommender.evaluation.protocol import evaluate_split
from recommender.evaluation.splits import Split
from recommender.options import Options
from recommender.progress import ignore
from recommender.ranking import ease_solution, interaction_weights, short_lists
from recommender.rating import biased_mf, fold_in
from recommender.training.fit import fit_models
from recommender.training.option_table import parse_options

from benchmarks.made_ratings import movielens_100k

RATING_TRIALS, RATING_SPLITS = 60, 3
#: Values that a trial draws from.
RATING_CHOICES = {
    "n_factors": (50, 100, 150, 200),
    "n_epochs": (20, 30, 40),
    "lr_all": (0.02, 0.025, 0.03, 0.035, 0.04),
    "reg_all": (0.05, 0.06, 0.07, 0.08),
    "lr_decay": (0.93, 0.95, 0.96, 0.97),
    "init_std_dev": (0.005, 0.01, 0.02),
}
LIST_SPLITS = 6
#: Of the constants of `recommender.ranking.ease_solution`, around those chosen.
EASE_CHOICES: dict[str, tuple[float, ...]] = {
    "_DIRECTION_WEIGHT": (0, 0.2, 0.3, 0.4, 0.5, 0.6),
    "_USER_POWER": (0, 0.1, 0.2, 0.3, 0.4),
    "_ITEM_POWER": (0, 0.1, 0.2, 0.3),
    "_DIRECTION_POWER": (0.2, 0.3, 0.4, 0.5),
    "_DIRECTIONS": (20, 40, 60),
    "_ROUNDS": (1, 2, 3, 4, 6),
}


def main() -> int:
    """Print figures for each setting."""
    ratings, features = movielens_100k()
    train = splits.random_split(ratings, 0.2, np.random.default_rng(0)).train
    _estimates(train)
    _lists(train, features)
    _low_ratings(train, features)
    _short_lists(train, features)
    _cold_users(train)
    return 0


def _estimates(train: Ratings) -> None:
    print(f"estimates: RMSE on held-back ratings, means of {RATING_SPLITS} splits, best first")
    random = np.random.default_rng(5)
    held = [random.permutation(len(train)) % 5 == 0 for _ in range(RATING_SPLITS)]
    ways = [(train.select(~rows), train.select(rows)) for rows in held]
    trials: list[dict[str, str]] = [{}]  # the defaults
    trials += [
        {name: str(random.choice(values)) for name, values in RATING_CHOICES.items()}
        for _ in range(RATING_TRIALS)
    ]
    found = [(float(np.mean([_error(*way, trial) for way in ways])), trial) for trial in trials]
    for error, chosen in sorted(found, key=lambda trial: trial[0])[:10]:
        print(f"  {error:.4f} {chosen or 'the defaults'}")


def _error(part: Ratings, test: Ratings, chosen: dict[str, str]) -> float:
    model = biased_mf.fit(part, parse_options(chosen), ignore)
    return float(np.sqrt(np.mean(np.square(model.estimate(test.users, test.items) - test.values))))


def _lists(train: Ratings, features: Features) -> None:
    print(f"lists: ndcg, recall, coverage on held-back ratings, means of {LIST_SPLITS} splits")
    ways = [
        splits.random_split(train, 0.2, np.random.default_rng(1 + n)) for n in range(LIST_SPLITS)
    ]
    quick = {"n_epochs": "1", "n_factors": "1"}
    trials = [{"ease_reg": str(reg)} for reg in (100, 150, 200, 300, 500)]
    trials += [
        {"ranking": "als", "als_factors": str(factors), "als_reg": str(reg)}
        for factors, reg in itertools.product((32, 64), (10, 20, 30, 40, 80))
    ]
    for chosen in trials:
        _print_lists(ways, features, parse_options(quick | chosen), str(chosen))
    for name, values in EASE_CHOICES.items():
        for value in values:
            with patch.object(ease_solution, name, value):
                _print_lists(ways, features, parse_options(quick), f"{name}={value}")
    for weight, power in itertools.product(
        EASE_CHOICES["_DIRECTION_WEIGHT"], EASE_CHOICES["_USER_POWER"]
    ):
        pair: dict[str, Any] = {"_DIRECTION_WEIGHT": weight, "_USER_POWER": power}
        with patch.multiple(ease_solution, **pair):
            _print_lists(ways, features, parse_options(quick), str(pair))


def _print_lists(ways: list[Split], features: Features, options: Options, name: str) -> None:
    results = [
        evaluate_split(way, features, fit_models(way.train, features, options)).chosen
        for way in ways
    ]
    figures = np.mean([(found.ndcg, found.recall, found.coverage) for found in results], axis=0)
    print(*(f"  {figure:.4f}" for figure in figures), name)


def _low_ratings(train: Ratings, features: Features) -> None:
    """Weights of EASE, and what counts as a low rating, by both kinds of NDCG."""
    print("low ratings: ndcg, ndcg of high ratings, coverage, means over held-back ratings")
    ways = [
        splits.random_split(train, share, np.random.default_rng(1 + n))
        for n, share in enumerate((0.2, 0.2, 0.2, 0.1, 0.1, 0.1))
    ]
    options = parse_options({"n_epochs": "1", "n_factors": "1"})
    for fit_power in (0.5, 0.75, 1.0):
        with patch.object(interaction_weights, "FIT_POWER", fit_power):
            fitted = [fit_models(way.train, features, options) for way in ways]
        for margin, power in itertools.product((0.25, 0.375, 0.5, 9), (0.5, 0.75, 1.0)):
            with (
                patch.object(rating_levels, "_LOW_MARGIN", margin),
                patch.object(interaction_weights, "SCORE_POWER", power),
            ):
                found = [
                    evaluate_split(way, features, models).chosen
                    for way, models in zip(ways, fitted, strict=True)
                ]
            figures = [(each.ndcg, each.liked_ndcg, each.coverage) for each in found]
            print(
                *(f"  {figure:.4f}" for figure in np.mean(np.array(figures, float), axis=0)),
                f"power {fit_power:g} to fit, {power:g} to score, margin {margin:g} of the scale",
            )


def _short_lists(train: Ratings, features: Features) -> None:
    print("short lists: ndcg and ndcg of high ratings of cold users, by places for good items")
    rng = np.random.default_rng(50)
    cold = np.zeros(len(train.user_ids), np.bool_)
    cold[rng.permutation(len(cold))[: len(cold) // 5]] = True
    ways = splits.cold_user_splits(train, cold=cold, n_revealed=(1, 3, 5, 10), rng=rng)
    models = fit_models(ways[0].train, features, parse_options({}))
    for places, few in ((0, 0), (5, 10), (10, 10), (5, 20), (10, 20)):
        with patch.multiple(short_lists, SHORT=places, FEW_RATINGS=few):
            found = [evaluate_split(way, features, models).chosen for way in ways]
        figures = " ".join(f"{each.ndcg:.4f} {each.liked_ndcg:.4f}" for each in found)
        print(f"  {figures} {places} places below {few} ratings")


def _cold_users(train: Ratings) -> None:
    print("cold users: RMSE of folded-in factors with 1, 3, 5, 10, 20 ratings revealed")
    random = np.random.default_rng(5)
    users = len(train.user_ids)
    cold = np.zeros(users, np.bool_)
    cold[random.permutation(users)[: users // 5]] = True
    revealed = splits.cold_user_splits(train, cold=cold, n_revealed=(1, 3, 5, 10, 20), rng=random)
    model = biased_mf.fit(revealed[0].train, parse_options({}), ignore)
    rated = train.select(cold[train.users])
    row_of = np.cumsum(cold) - 1
    rows = zip(row_of[rated.users].tolist(), rated.items.tolist(), rated.values, strict=True)
    values = {(user, item): value for user, item, value in rows}
    held = zip(revealed[0].held_users.tolist(), revealed[0].held_items.tolist(), strict=True)
    truth = np.array([values[pair] for pair in held])
    for bias, factor in itertools.product((3.0, 5.0, 8.0), (300.0, 600.0, 800.0, 1200.0)):
        with patch.multiple(fold_in, BIAS_RIDGE=bias, FACTOR_RIDGE=factor):
            errors = [
                fold_in.fold_in(model, split.histories).estimate(
                    model, split.held_users, split.held_items
                )
                - truth
                for split in revealed
            ]
        figures = " ".join(f"{np.sqrt(np.mean(error**2)):.4f}" for error in errors)
        print(f"  {figures} bias {bias:g}, factors {factor:g}")


if __name__ == "__main__":
    sys.exit(main())
