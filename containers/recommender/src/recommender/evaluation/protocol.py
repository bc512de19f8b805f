"""Offline evaluation: fit on a part, rank, compare with the ratings that were held out.

Each split is fitted anew, to its training part alone: models, counts, the prior and its weights
never see a rating that is held out. (Of the scale, its two ends are known.)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from recommender.arrays import Floats
from recommender.data.features import NO_ANSWERS, Features
from recommender.data.ratings import Ratings
from recommender.evaluation import splits
from recommender.evaluation.ranking_metrics import LENGTH, Evaluator, RankingMetrics
from recommender.evaluation.sign_up import answers_of
from recommender.evaluation.splits import Split
from recommender.options import Options
from recommender.ranking.base import Ranker
from recommender.ranking.estimate_order import EstimateOrder
from recommender.ranking.popularity import Popularity
from recommender.ranking.prior import Prior
from recommender.ranking.short_lists import ShortLists
from recommender.ranking.top_lists import rank
from recommender.ranking.trained_models import TrainedModels
from recommender.rating.small_systems import one_by_one

#: Fits all models of a training.
Fit = Callable[[Ratings, Features, Options], TrainedModels]

#: Lengths of the histories of cold users.
N_REVEALED = (0, 1, 3, 5)
#: Shares of ratings, and of users, that are held out.
_SHARE, _COLD_SHARE = 0.2, 0.2
#: Most users that are evaluated, and most that are held out whole: more would change little.
_EVALUATED, _MOST_COLD = 2000, 500


@dataclass(frozen=True)
class EvaluationResult:
    """Metrics of three kinds of lists on one split.

    Attributes:
        split: Name of the split.
        chosen: Lists of the ranking model.
        popular: Lists of the most rated items.
        estimated: Lists by the model's estimated rating; None where it estimates none.
    """

    split: str
    chosen: RankingMetrics
    popular: RankingMetrics
    estimated: RankingMetrics | None

    def metrics(self) -> dict[str, float]:
        """Figures by their names in a training's metrics."""
        is_random = self.split == "random"
        name, margin = "" if is_random else f"{self.split}_", self.chosen.ndcg_margin
        # the interval of this figure alone, which promotions are decided by
        optional = {"ndcg_at_10_margin": margin} if is_random and margin is not None else {}
        if self.estimated is not None:
            optional[f"estimated_{name}ndcg_at_10"] = self.estimated.ndcg
        if self.chosen.liked_ndcg is not None:
            optional[f"liked_{name}ndcg_at_10"] = self.chosen.liked_ndcg
        return optional | {
            f"{name}ndcg_at_10": self.chosen.ndcg,
            f"{name}recall_at_10": self.chosen.recall,
            f"{name}coverage": self.chosen.coverage,
            f"popular_{name}ndcg_at_10": self.popular.ndcg,
        }


def evaluate(
    ratings: Ratings, features: Features, options: Options, fit: Fit
) -> Iterator[EvaluationResult]:
    """Evaluate on every split that the ratings allow.

    Args:
        ratings: All ratings.
        features: Of items and users.
        options: Of the training job.
        fit: Fits what is evaluated.
    """
    fitted_to: Ratings | None = None
    for split in held_out_splits(ratings, options.seed):
        if not len(split.train) or not len(split.held_items):
            continue  # too few ratings to hold any out in this way
        if split.train is not fitted_to:
            models, fitted_to = fit(split.train, features, options), split.train
            evaluation = _Evaluation(split, features, models)
        yield evaluation.result(split)


def held_out_splits(ratings: Ratings, seed: int) -> Iterator[Split]:
    """The splits, made one by one: each holds a copy of the ratings."""
    rng = np.random.default_rng(seed)
    yield splits.random_split(ratings, _SHARE, rng)
    if not np.isnat(ratings.times).all():
        yield splits.leave_last_out(ratings, rng)
    cold = np.zeros(len(ratings.user_ids), np.bool_)
    count = max(1, min(int(_COLD_SHARE * len(cold)), _MOST_COLD))
    cold[rng.permutation(len(cold))[:count]] = True
    yield from splits.cold_user_splits(ratings, cold=cold, n_revealed=N_REVEALED, rng=rng)


def evaluate_split(split: Split, features: Features, models: TrainedModels) -> EvaluationResult:
    """Evaluate models that were fitted to the training part of one split."""
    return _Evaluation(split, features, models).result(split)


class _Evaluation:
    """Evaluation on splits that differ only in how many ratings of each user are revealed."""

    def __init__(self, split: Split, features: Features, models: TrainedModels) -> None:
        """Prepare what such splits have in common.

        Args:
            split: Any of them.
            features: Of all items and users.
            models: Fitted to their training part.
        """
        evaluated = np.random.default_rng(0).permutation(len(split.histories))[:_EVALUATED]
        self._evaluator = Evaluator(split, evaluated)
        self._models = models
        self._popularity = models.prior.probabilities(NO_ANSWERS)
        self._priors = _priors(split, features, models.prior)
        self._popular = self._metrics(split, Popularity(len(self._popularity)), self._popularity)

    def result(self, split: Split) -> EvaluationResult:
        """Metrics on one of them."""
        return EvaluationResult(
            split.name,
            chosen=self._chosen(split),
            popular=self._popular,
            estimated=self._by_estimate(split),
        )

    def _by_estimate(self, split: Split) -> RankingMetrics | None:
        if split.train.is_implicit:
            return None
        by_estimate = EstimateOrder(self._models.estimator)
        return self._metrics(split, by_estimate, self._popularity)

    def _chosen(self, split: Split) -> RankingMetrics:
        with one_by_one():
            scores = self._models.ranker.with_prior(split.histories, self._priors)
        lists = ShortLists(self._models.estimator, split.histories, LENGTH)
        return self._evaluator.evaluate(lists.rank(scores, split.seen))

    def _metrics(self, split: Split, ranker: Ranker, prior: Floats) -> RankingMetrics:
        with one_by_one():
            scores = ranker.with_prior(split.histories, prior)
        return self._evaluator.evaluate(rank(scores, split.seen, LENGTH))


def _priors(split: Split, features: Features, prior: Prior) -> Floats:
    """Probabilities for each user, or for all alike where nobody has given answers."""
    answers = answers_of(split, features) if split.is_cold else ()
    if set(answers) <= {NO_ANSWERS}:
        return prior.probabilities(NO_ANSWERS)
    return np.array([prior.probabilities(given) for given in answers])
