"""The items with the highest estimated ratings first."""

from typing import ClassVar, Self

import numpy as np

from recommender.arrays import UNKNOWN, Floats, Indices
from recommender.data.histories import UserHistories
from recommender.ranking.base import ModelState, Ranker, TrainingContext
from recommender.ranking.scores import LowRankScores
from recommender.rating.factors import FactorModel
from recommender.rating.fold_in import fold_in, residual, sensitivity


class EstimateOrder(Ranker):
    """score = estimated rating before clipping: where clipping makes ties, ranks stay apart."""

    name: ClassVar[str] = "estimate"
    summary: ClassVar[str] = "highest estimated rating first"
    purpose: ClassVar[str] = "the original's way, to compare"
    follows_estimator: ClassVar[bool] = True
    prior_weight: ClassVar[float] = 0.0

    def __init__(self, estimator: FactorModel) -> None:
        self._estimator = estimator

    @classmethod
    def fit(cls, context: TrainingContext) -> Self:
        """Take the estimator: there is nothing else to fit."""
        return cls(context.estimator)

    @classmethod
    def restore(cls, state: ModelState) -> Self:
        """The model of an artifact."""
        return cls(state.estimator)

    def score_matrix(self, histories: UserHistories) -> LowRankScores:
        """Factors, with the biases as two more columns."""
        model = self._estimator
        users = fold_in(model, histories)
        levels = model.global_mean + users.biases
        ones = np.ones_like
        return LowRankScores(
            np.column_stack([users.factors, levels, ones(levels)]),
            np.column_stack(
                [
                    model.item_factors[:-1],
                    ones(model.item_biases[:-1]),
                    model.item_biases[:-1],
                ]
            ),
        )

    def contributions(self, histories: UserHistories, items: Indices) -> Floats:
        """Contributions of an unknown user's ratings; zeros for a known user."""
        mine, values = histories.history(0)
        if histories.users[0] != UNKNOWN:
            return np.zeros((len(mine), len(items)))
        factors = self._estimator.item_factors[items]
        features = np.column_stack([np.ones(len(items)), factors])
        pulls: Floats = (features @ sensitivity(self._estimator, mine)).T
        return pulls * residual(self._estimator, mine, values)[:, np.newaxis]
