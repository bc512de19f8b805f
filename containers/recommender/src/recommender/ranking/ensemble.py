"""EASE and factors of who has rated what, added up: they err differently.

Both estimate the same thing, 1 for a rated pair and 0 for another, so that their scores need no
common scale: the weight of the factors is one number. The settings were chosen on splits of the
training part of MovieLens 100K and on The Movies Dataset's ratings. Source of the idea: Vančura and
Kordík, "Deep variational autoencoder with shallow parallel path", 2021, which multiplies EASE with
a deep model.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from recommender.arrays import ArrayForm, ArrayLayout, Arrays, Floats, Indices, Singles
from recommender.data.histories import UserHistories
from recommender.data.rating_levels import RatingLevels
from recommender.options import number
from recommender.ranking.base import ModelState, Ranker, TrainingContext
from recommender.ranking.ease import Ease
from recommender.ranking.interaction_factors import InteractionFactors
from recommender.ranking.scores import SparseScores


@dataclass(frozen=True, kw_only=True)
class EnsembleOptions:
    """Options of the ensemble, beside those of EASE."""

    ensemble_weight: float = number(
        0.4, 0.0, 100.0, "weight of the factors in the ranking ensemble, where that of ease is 1"
    )
    ensemble_factors: int = number(
        64, 1, 1000, "length of the factor vectors of the ranking ensemble"
    )
    ensemble_reg: float = number(
        0.008, 1e-6, 1e3, "regularization of the factors of the ranking ensemble, for each rating"
    )


class Ensemble(Ranker):
    """score = score of EASE + weight * scores of the factors.

    Attributes:
        ease: The first part.
        factors: The other parts.
    """

    name: ClassVar[str] = "ensemble"
    summary: ClassVar[str] = "`ease` and tuned alternating least squares, added up"
    purpose: ClassVar[str] = "better lists, and more of the catalogue in them; trains longer"
    options_type: ClassVar[type] = EnsembleOptions
    array_layout: ClassVar[ArrayLayout] = {
        # below the weights of EASE, a row for each factor: scores are sums of rows of one matrix
        "ensemble_rows": ArrayForm("f", ("ensemble_rows", "items")),
        "ensemble_parts": ArrayForm("f", ("ensemble_parts", "ensemble_settings")),
        "ensemble_weight": ArrayForm("f", ()),
    }
    prior_weight: ClassVar[float] = Ease.prior_weight

    def __init__(self, rows: Singles, parts: Floats, weight: float, levels: RatingLevels) -> None:
        """Take the arrays of an artifact.

        Args:
            rows: Shape (items + factors, items): weights of EASE, then factors, part by part.
            parts: Shape (parts, 3): each one's number of factors, unseen weight, regularization.
            weight: Of the factors.
            levels: Tells low ratings.
        """
        items = rows.shape[1]
        self._rows, self._parts, self._weight = rows, parts, weight
        self._levels = levels
        self.ease = Ease(rows[:items], levels)
        ends = items + np.cumsum(parts[:, 0]).astype(int)
        self.factors = [
            InteractionFactors(rows[end - int(size) : end].T.astype(np.float64), unseen, reg)
            for end, (size, unseen, reg) in zip(ends.tolist(), parts.tolist(), strict=True)
        ]

    @classmethod
    def fit(cls, context: TrainingContext) -> Self:
        """Fit all parts to all ratings of the context."""
        options = context.options.of(EnsembleOptions)
        parts = np.array(_FORMS) * (options.ensemble_factors, 1, options.ensemble_reg)
        parts[:, 0] = np.ceil(parts[:, 0])
        fitted = [
            InteractionFactors.fit(
                context.ratings,
                factors=int(size),
                unseen_weight=unseen,
                regularization=reg,
                seed=context.options.seed,
            )
            for size, unseen, reg in parts.tolist()
        ]
        rows = [Ease.fit(context).weights, *(each.items.T.astype(np.float32) for each in fitted)]
        return cls(np.vstack(rows), parts, options.ensemble_weight, context.estimator.levels)

    @classmethod
    def restore(cls, state: ModelState) -> Self:
        """The model of an artifact."""
        arrays = state.arrays
        weight = float(arrays["ensemble_weight"])
        levels = state.estimator.levels
        return cls(arrays["ensemble_rows"], arrays["ensemble_parts"], weight, levels)

    def arrays(self) -> Arrays:
        """Arrays for the artifact."""
        return {
            "ensemble_rows": self._rows,
            "ensemble_parts": self._parts,
            "ensemble_weight": np.array(self._weight),
        }

    def score_matrix(self, histories: UserHistories) -> SparseScores:
        """Sums of rows: those of the rated items, and those of the factors."""
        ease = self.ease.score_matrix(histories)
        counted = histories.select(~self._levels.disliked(histories))
        users = self._weight * np.hstack([each.fold_in(counted) for each in self.factors])
        items, factors = len(self.ease.weights), users.shape[1]
        # behind the last rated item of each user
        at = np.repeat(ease.indptr[1:], factors)
        more = np.tile(np.arange(items, items + factors, dtype=np.int32), len(users))
        return SparseScores(
            ease.indptr + factors * np.arange(len(users) + 1),
            np.insert(ease.rows, at, more),
            np.insert(ease.weights, at, users.ravel()),
            self._rows,
            ease.base_weights,
            ease.base,
        )

    def contributions(self, histories: UserHistories, items: Indices) -> Floats:
        """The terms of all sums; none of a low rating."""
        counted = ~self._levels.disliked(histories)
        rated = histories.items[counted]
        terms = self.ease.contributions(histories, items)
        terms[counted] += self._weight * sum(
            each.contributions(rated, items) for each in self.factors
        )
        return terms


#: Of each part: share of `ensemble_factors`, weight of a pair that is not rated (one that is rated
#: has 1 more), share of `ensemble_reg`.
_FORMS = ((1.0, 0.2, 1.0), (0.5, 0.3, 1.25))
