"""Lists of the ensemble beside those of EASE alone, which is its first part.

Run as `python -m benchmarks.ensemble [--choose]`: means of six random splits of MovieLens 100K and
of ml-latest-small, where it is. `--choose` compares settings on splits of the training part of
MovieLens 100K; it prints, it changes nothing.
"""

import itertools
import sys
from pathlib import Path

import numpy as np
from recommender.data.features import Features
from recommender.data.ratings import Ratings
from recommender.evaluation import splits
from recommender.evaluation.protocol import EvaluationResult, evaluate_split
from recommender.options import Options
from recommender.progress import ignore
from recommender.ranking.base import TrainingContext
from recommender.ranking.ensemble import Ensemble
from recommender.ranking.prior_fit import fit as fit_prior
from recommender.ranking.trained_models import TrainedModels
from recommender.rating import biased_mf
from recommender.training.option_table import parse_options

from benchmarks.goals import Figure, report
from benchmarks.made_ratings import movielens_100k
from benchmarks.quality import read

LATEST_SMALL = Path("../shared/data/ml-latest-small/ratings.csv")
SPLITS = 6
#: Over the NDCG of EASE.
GOAL = 1.03
#: Estimates are not looked at.
_QUICK = {"ranking": "ensemble", "n_factors": "1", "n_epochs": "1"}
CHOICES = {
    "ensemble_weight": (0.3, 0.4, 0.6),
    "ensemble_factors": (32, 48, 64, 96),
    "ensemble_reg": (0.006, 0.008, 0.012),
}
#: NDCG, recall and coverage.
Figures = tuple[float, float, float]


def main(arguments: list[str]) -> int:
    """Measure both, print a table, write JSON."""
    ratings, features = movielens_100k()
    if arguments == ["--choose"]:
        return _choose(ratings, features)
    figures = _figures("MovieLens 100K", ratings, features)
    if LATEST_SMALL.is_file():
        figures += _figures("ml-latest-small", *read(LATEST_SMALL))
    return report("ensemble", figures)


def _figures(name: str, ratings: Ratings, features: Features) -> list[Figure]:
    ease, both = _means(ratings, features, parse_options(_QUICK))
    return [
        Figure(f"{name}: ndcg, times EASE's", both[0] / ease[0], GOAL, unit="x"),
        *(
            Figure(f"{name}: {kind}", ours, note=f"{theirs:.4f} by EASE")
            for kind, ours, theirs in zip(("ndcg", "recall", "coverage"), both, ease, strict=True)
        ),
    ]


def _choose(ratings: Ratings, features: Features) -> int:
    train = splits.random_split(ratings, 0.2, np.random.default_rng(0)).train
    for values in itertools.product(*CHOICES.values()):
        chosen = dict(zip(CHOICES, map(str, values), strict=True))
        ease, both = _means(train, features, parse_options(_QUICK | chosen))
        print(*(f"{figure:.4f}" for figure in (*ease, *both)), chosen, flush=True)
    return 0


def _means(ratings: Ratings, features: Features, options: Options) -> tuple[Figures, Figures]:
    """Figures of EASE and of the ensemble, means over the splits."""
    found = []
    for seed in range(1, SPLITS + 1):
        split = splits.random_split(ratings, 0.2, np.random.default_rng(seed))
        estimator = biased_mf.fit(split.train, options, ignore)
        ensemble = Ensemble.fit(TrainingContext(split.train, estimator, options))
        prior = fit_prior(split.train, features, options.seed)
        found.append(
            [
                _of(evaluate_split(split, features, TrainedModels(estimator, ranker, prior)))
                for ranker in (ensemble.ease, ensemble)
            ]
        )
    ease, both = np.mean(found, axis=0).tolist()
    return tuple(ease), tuple(both)


def _of(result: EvaluationResult) -> Figures:
    return result.chosen.ndcg, result.chosen.recall, result.chosen.coverage


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
