"""Options of lists: what they cost and give on MovieLens 100K, split `random`.

Run as `python -m benchmarks.dials`; it prints a table and writes JSON.
"""

import sys

import numpy as np
from recommender.data.features import NO_ANSWERS
from recommender.evaluation import protocol
from recommender.evaluation.ranking_metrics import LENGTH, Evaluator, RankingMetrics
from recommender.evaluation.splits import Split
from recommender.options import ListOptions
from recommender.ranking.dials import Dials, item_vectors
from recommender.ranking.short_lists import ShortLists
from recommender.ranking.trained_models import TrainedModels
from recommender.training.fit import fit_models
from recommender.training.option_table import parse_options

from benchmarks.goals import Figure, report
from benchmarks.made_ratings import movielens_100k

#: Diversity and familiarity; the goal is that of the middle.
SETTINGS = ((0.3, 0.0), (0.0, 0.3), (0.3, 0.3), (0.6, 0.6))
WITH_GOALS = (0.3, 0.3)
LEAST_COVERAGE, LEAST_NDCG = 1.4, 0.95


def main() -> int:
    """Measure, print a table, write JSON; 1 when a goal is missed."""
    ratings, features = movielens_100k()
    split = next(protocol.held_out_splits(ratings, 0))
    models = fit_models(split.train, features, parse_options({}))
    usual = _metrics(split, models, ListOptions())
    figures = [Figure("ndcg", usual.ndcg), Figure("coverage", usual.coverage)]
    for diversity, familiarity in SETTINGS:
        options = ListOptions(diversity=diversity, familiarity=familiarity)
        found = _metrics(split, models, options)
        is_held = (diversity, familiarity) == WITH_GOALS
        name = f"diversity {diversity:g}, familiarity {familiarity:g}"
        goals = (LEAST_NDCG, LEAST_COVERAGE) if is_held else (None, None)
        shares = found.ndcg / usual.ndcg, found.coverage / usual.coverage
        for what, share, goal in zip(("ndcg", "coverage"), shares, goals, strict=True):
            figures.append(Figure(f"{name}: {what}, times the usual", share, goal, unit="x"))
    return report("dials", figures)


def _metrics(split: Split, models: TrainedModels, options: ListOptions) -> RankingMetrics:
    prior = models.prior
    dials = Dials(options, prior.popularity, item_vectors(models.estimator))
    scores = models.ranker.with_prior(split.histories, prior.probabilities(NO_ANSWERS))
    used = None if options.are_usual else dials
    lists = ShortLists(models.estimator, split.histories, LENGTH, used)
    evaluator = Evaluator(split, np.arange(len(split.histories)))
    return evaluator.evaluate(lists.rank(scores, split.seen))


if __name__ == "__main__":
    sys.exit(main())
