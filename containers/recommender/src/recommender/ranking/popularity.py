"""Most rated items first, alike for all users."""

from typing import ClassVar, Self

import numpy as np

from recommender.arrays import Floats, Indices
from recommender.data.histories import UserHistories
from recommender.ranking.base import ModelState, Ranker, TrainingContext
from recommender.ranking.scores import SparseScores


class Popularity(Ranker):
    """score = share of the most rated item's ratings; it is the prior, and nothing else."""

    name: ClassVar[str] = "popularity"
    summary: ClassVar[str] = "the most rated items"
    purpose: ClassVar[str] = "as a baseline"
    follows_estimator: ClassVar[bool] = True
    prior_weight: ClassVar[float] = 1.0

    def __init__(self, items: int) -> None:
        self._items = items

    @classmethod
    def fit(cls, context: TrainingContext) -> Self:
        """Take the number of items: there is nothing to fit beside the prior."""
        return cls(len(context.ratings.item_ids))

    @classmethod
    def restore(cls, state: ModelState) -> Self:
        """The model of an artifact."""
        return cls(len(state.estimator.item_biases) - 1)

    def score_matrix(self, histories: UserHistories) -> SparseScores:
        """Zeros: `with_prior` adds the prior."""
        count = len(histories)
        return SparseScores(
            np.zeros(count + 1, np.int64),
            np.empty(0, np.int32),
            np.empty(0),
            np.empty((0, self._items)),
            np.zeros(count),
            np.zeros(self._items),
        )

    def prior_weights(self, histories: UserHistories) -> Floats:
        """Weight 1 for every user, however many ratings there are."""
        return np.ones(len(histories))

    def contributions(self, histories: UserHistories, items: Indices) -> Floats:
        """Zeros: a user's own ratings add nothing."""
        return np.zeros((int(histories.counts[0]), len(items)))
