"""EASE: weights between each two items, in closed form.

Source: Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019. A rating counts here
by its place on the scale: liked films count more. While the weights are learned, all ratings count,
because who rated what says which items go together; in the scores of a user, low ratings do not.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from recommender.arrays import ArrayForm, ArrayLayout, Arrays, Floats, Indices, Singles
from recommender.data.histories import UserHistories
from recommender.data.rating_levels import RatingLevels
from recommender.options import number
from recommender.ranking import interaction_weights
from recommender.ranking.base import ModelState, Ranker, TrainingContext
from recommender.ranking.scores import SparseScores


@dataclass(frozen=True, kw_only=True)
class EaseOptions:
    """Options of EASE."""

    ease_reg: float | None = number(
        None,
        1.0,
        1e6,
        "regularization of the ranking ease",
        rule="by the ratings of a user and of an item: 185 for MovieLens 100K",
    )


class Ease(Ranker):
    """score = sum over rated items of interaction weight * weight[rated item, item].

    Attributes:
        weights: Shape (items, items); row j holds the weights of item j for all others.
    """

    name: ClassVar[str] = "ease"
    summary: ClassVar[str] = "a closed form: how much each rated item speaks for each other item"
    purpose: ClassVar[str] = (
        "the default while its weights stay within 256 MB, that is up to 8,192 items"
    )
    options_type: ClassVar[type] = EaseOptions
    array_layout: ClassVar[ArrayLayout] = {"ease_weights": ArrayForm("f", ("items", "items"))}
    prior_weight: ClassVar[float] = 0.1

    def __init__(self, weights: Singles, levels: RatingLevels) -> None:
        self.weights = weights
        self._levels = levels

    @classmethod
    def fit(cls, context: TrainingContext) -> Self:
        """Solve for the weights; needs memory for two items x items matrices."""
        # scipy loads in training only: an endpoint that scales from zero has no time for it
        from recommender.ranking import ease_solution  # noqa: PLC0415

        ratings, levels = context.ratings, context.estimator.levels
        weights = interaction_weights.in_fit(ratings.values, levels)
        given = context.options.of(EaseOptions).ease_reg
        reg = ease_solution.chosen_regularization(given, ratings)
        return cls(ease_solution.solve(ratings, weights, reg), levels)

    @classmethod
    def restore(cls, state: ModelState) -> Self:
        """The model of an artifact."""
        return cls(state.arrays["ease_weights"], state.estimator.levels)

    def arrays(self) -> Arrays:
        """Arrays for the artifact."""
        return {"ease_weights": self.weights}

    def score_matrix(self, histories: UserHistories) -> SparseScores:
        """Sums of rows of the weights."""
        return SparseScores(
            histories.indptr,
            histories.items,
            interaction_weights.in_scores(histories, self._levels),
            self.weights,
            np.zeros(len(histories)),
            np.zeros(len(self.weights)),
        )

    def likeness(self, item: int) -> Floats:
        """Partial correlations: how often two items go together beyond what all others explain.

        A weight is the precision of both over that of one (Steck, section 3); the root of the
        weights there and back is over the precision of both, as a correlation is, and so the
        number of ratings cancels.
        """
        there, back = self.weights[item], self.weights[:, item]
        product = np.maximum(there, 0).astype(np.float64) * np.maximum(back, 0)
        return np.asarray(np.sqrt(product))

    def contributions(self, histories: UserHistories, items: Indices) -> Floats:
        """The terms of the sum."""
        weights = interaction_weights.in_scores(histories, self._levels)
        return np.asarray(weights[:, np.newaxis] * self.weights[np.ix_(histories.items, items)])
