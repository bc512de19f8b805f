"""Ten films for a viewer of MovieLens 100K who likes family animations and dislikes violence.

Run as `python -m benchmarks.example_lists`; it prints films with estimates and reasons, to be read.
"""

import sys

import numpy as np
from recommender.data.features import NO_ANSWERS
from recommender.data.histories import UserHistories
from recommender.data.ids import IdIndex
from recommender.ranking.reasons import explain
from recommender.ranking.short_lists import ShortLists
from recommender.ranking.top_n import Rated
from recommender.ranking.trained_models import TrainedModels
from recommender.rating.fold_in import fold_in
from recommender.training.fit import fit_models
from recommender.training.option_table import parse_options

from benchmarks.made_ratings import movielens_100k, titles

LIKED = {"95": 5, "71": 5, "588": 5, "1": 5, "404": 5, "99": 5}
DISLIKED = {"56": 1, "183": 1, "156": 1}


def main() -> int:
    """Print the viewer's ratings and the list."""
    ratings, features = movielens_100k()
    by_id = titles()
    names = np.array([by_id[item_id] for item_id in ratings.item_ids.tolist()])
    models = fit_models(ratings, features, parse_options({}))
    given = LIKED | DISLIKED
    places = IdIndex(ratings.item_ids.tolist()).places(list(given)).astype(np.int32)
    viewer = UserHistories.unknown_user(places, np.array([*given.values()], float))
    rated = zip(names[places], given.values(), strict=True)
    print("rated:", ", ".join(f"{name} {value}" for name, value in rated))
    _print(models, viewer, names)
    return 0


def _print(models: TrainedModels, viewer: UserHistories, names: np.ndarray) -> None:
    scores = models.ranker.with_prior(viewer, models.prior.probabilities(NO_ANSWERS))
    lists = ShortLists(models.estimator, viewer, 10)
    items = lists.rank(scores, Rated(viewer.indptr, viewer.items)).items[0]
    users = fold_in(models.estimator, viewer)
    estimates = users.estimate(models.estimator, np.zeros(len(items), np.int64), items)
    liked = models.estimator.levels.liked(viewer)
    reasons = explain(models.ranker, models.prior, viewer, NO_ANSWERS, items=items, liked=liked)
    for item, estimate, reason in zip(items, estimates, reasons, strict=True):
        because = "; ".join(names[place] for place in reason.get("items", ()))
        print(f"| {names[item]} | {estimate:.1f} | {because or reason['kind']} |")


if __name__ == "__main__":
    sys.exit(main())
