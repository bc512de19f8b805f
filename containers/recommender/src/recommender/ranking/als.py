"""Alternating least squares on who has rated what, for catalogues too large for EASE.

Source: Hu, Koren, Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008.
Fitted by the library `implicit`; a user's factors are then one ridge regression away, so that
unknown users and users of the training data are scored by the same rule. While the items' factors
are learned, all ratings count, because who rated what says which items go together; in the scores
of a user, low ratings do not.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from recommender.arrays import ArrayForm, ArrayLayout, Arrays, Floats, Indices, Singles
from recommender.data.histories import UserHistories
from recommender.data.rating_levels import RatingLevels
from recommender.options import number
from recommender.ranking.base import ModelState, Ranker, TrainingContext
from recommender.ranking.scores import LowRankScores

#: How much more a rated item counts than one that is not rated.
CONFIDENCE = 4.0


@dataclass(frozen=True, kw_only=True)
class AlsOptions:
    """Options of ALS."""

    als_factors: int = number(64, 1, 1000, "length of the factor vectors of the ranking als")
    als_reg: float = number(30.0, 1e-3, 1e6, "regularization of the ranking als")


class Als(Ranker):
    """score = user's factors . item's factors.

    Attributes:
        item_factors: Shape (items, factors).
        regularization: Of the users' factors.
        levels: Tells low ratings.
    """

    name: ClassVar[str] = "als"
    summary: ClassVar[str] = "implicit feedback, alternating least squares"
    purpose: ClassVar[str] = (
        "beyond; also when there is too little memory for `ease`, and the answer says so"
    )
    options_type: ClassVar[type] = AlsOptions
    array_layout: ClassVar[ArrayLayout] = {
        "als_item_factors": ArrayForm("f", ("items", "als_factors")),
        "als_regularization": ArrayForm("f", ()),
    }
    prior_weight: ClassVar[float] = 0.1

    def __init__(self, item_factors: Singles, regularization: float, levels: RatingLevels) -> None:
        self.item_factors = item_factors.astype(np.float64)
        self.regularization = regularization
        self.levels = levels
        ridge = regularization * np.eye(item_factors.shape[1])
        # what every user's normal equations have in common
        self._common = self.item_factors.T @ self.item_factors + ridge

    @classmethod
    def fit(cls, context: TrainingContext) -> Self:
        """Learn the items' factors."""
        # implicit loads in training only: an endpoint that scales from zero has no time for it
        from recommender.ranking.als_solution import solve  # noqa: PLC0415

        options = context.options.of(AlsOptions)
        factors = solve(
            context.ratings,
            confidence=CONFIDENCE,
            factors=options.als_factors,
            regularization=options.als_reg,
            seed=context.options.seed,
        )
        return cls(factors, options.als_reg, context.estimator.levels)

    @classmethod
    def restore(cls, state: ModelState) -> Self:
        """The model of an artifact."""
        factors = state.arrays["als_item_factors"]
        regularization = float(state.arrays["als_regularization"])
        return cls(factors, regularization, state.estimator.levels)

    def arrays(self) -> Arrays:
        """Arrays for the artifact."""
        return {
            "als_item_factors": self.item_factors.astype(np.float32),
            "als_regularization": np.array(self.regularization),
        }

    def score_matrix(self, histories: UserHistories) -> LowRankScores:
        """Factors of users and items."""
        return LowRankScores(self.fold_in(histories), self.item_factors)

    def contributions(self, histories: UserHistories, items: Indices) -> Floats:
        """Terms of the score, which is linear in the rated items; none of a low rating."""
        counts = ~self.levels.disliked(histories)
        rated = self.item_factors[histories.items[counts]]
        solved = np.linalg.solve(self._equations(rated), self.item_factors[items].T)
        terms = np.zeros((len(counts), len(items)))
        terms[counts] = CONFIDENCE * (rated @ solved)
        return terms

    def fold_in(self, histories: UserHistories) -> Floats:
        """Factors of each user, shape (rows, factors): one ridge regression each."""
        histories = histories.select(~self.levels.disliked(histories))
        factors = np.zeros((len(histories), self.item_factors.shape[1]))
        for user in np.flatnonzero(histories.counts).tolist():
            rated = self.item_factors[histories.history(user)[0]]
            target = CONFIDENCE * rated.sum(axis=0)
            factors[user] = np.linalg.solve(self._equations(rated), target)
        return factors

    def _equations(self, rated: Floats) -> Floats:
        return self._common + (CONFIDENCE - 1) * rated.T @ rated
