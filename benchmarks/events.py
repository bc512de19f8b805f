"""Lists of a table without ratings: MovieLens 100K's ratings of four and five stars as views.

Run as `python -m benchmarks.events`. A fifth of each viewer's films is held out. Beside lists from
views that weigh alike stand lists from weighted ones, where five stars are three views, and the
most watched films. Goal: twice as good as those.
"""

import sys

import numpy as np
import pyarrow as pa
from recommender.arrays import Floats
from recommender.data.features import Features
from recommender.data.ratings import Ratings
from recommender.data.ratings_table import from_events
from recommender.evaluation.protocol import EvaluationResult, evaluate
from recommender.training.fit import fit_models
from recommender.training.option_table import parse_options

from benchmarks.goals import Figure, report
from benchmarks.made_ratings import movielens_100k

#: A rating from which a film is liked, and the views that each of the best ratings stands for.
_LIKED, _VIEWS = 4.0, 3.0
#: Times the NDCG of the most watched films.
GOAL = 2.0


def main() -> int:
    """Measure, print a table, write JSON; 1 when the goal is missed."""
    ratings, _ = movielens_100k()
    liked = ratings.select(ratings.values >= _LIKED)
    alike = _lists(_events(liked, np.ones(len(liked))))
    weighted = _lists(_events(liked, np.where(liked.values > _LIKED, _VIEWS, 1.0)))
    popular = alike.popular.ndcg
    return report(
        "events",
        [
            Figure("views: ndcg", alike.chosen.ndcg),
            Figure("views: recall", alike.chosen.recall),
            Figure("views: coverage", alike.chosen.coverage),
            Figure(
                "views: ndcg, times most-watched",
                alike.chosen.ndcg / popular,
                GOAL,
                unit="x",
                note=f"{popular:.4f}",
            ),
            Figure("views with weights: ndcg", weighted.chosen.ndcg),
            Figure("views with weights: coverage", weighted.chosen.coverage),
        ],
    )


def _events(ratings: Ratings, weights: Floats) -> Ratings:
    ids = (ratings.user_ids[ratings.users], ratings.item_ids[ratings.items])
    users, items = (pa.chunked_array([pa.array(each.tolist())]) for each in ids)
    return from_events(users, items, pa.chunked_array([pa.array(weights)]))


def _lists(events: Ratings) -> EvaluationResult:
    """Figures of the split `random`."""
    features = Features.none(len(events.user_ids), len(events.item_ids))
    return next(iter(evaluate(events, features, parse_options({}), fit_models)))


if __name__ == "__main__":
    sys.exit(main())
