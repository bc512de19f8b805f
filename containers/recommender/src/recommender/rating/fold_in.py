"""Biases and factors of users whom the rating model has not seen: one ridge regression each.

The items stay as they were trained. Source of the idea: Takács et al., "Scalable collaborative
filtering approaches for large recommender systems", JMLR 10, 2009, section 3.
"""

from dataclasses import dataclass

import numpy as np

from recommender.arrays import UNKNOWN, Floats, Indices
from recommender.data.histories import UserHistories
from recommender.rating.factors import FactorModel

#: Weights of the two ridges, the second relative to the mean square of an item's factor. Measured
#: on users held out of MovieLens 100K (`benchmarks/tuning.py`).
BIAS_RIDGE, FACTOR_RIDGE = 5.0, 800.0


@dataclass(frozen=True)
class UserFactors:
    """Biases and factors of some users.

    Attributes:
        biases: Shape (users,).
        factors: Shape (users, factors).
    """

    biases: Floats
    factors: Floats

    def estimate(self, model: FactorModel, users: Indices, items: Indices) -> Floats:
        """Estimated ratings on the data's scale.

        Args:
            model: The model of the items.
            users: Shape (n,), rows of these factors.
            items: Shape (n,), indices of items or UNKNOWN.
        """
        estimates = model.global_mean + self.biases[users] + model.item_biases[items]
        estimates += np.einsum("nf,nf->n", self.factors[users], model.item_factors[items])
        return model.clip(estimates)

    def estimate_all(self, model: FactorModel) -> Floats:
        """Estimated ratings of all items, shape (users, items)."""
        estimates = self.factors @ model.item_factors[:-1].T
        estimates += model.global_mean + self.biases[:, np.newaxis] + model.item_biases[:-1]
        return model.clip(estimates)


def fold_in(model: FactorModel, histories: UserHistories) -> UserFactors:
    """Factors of users: fitted ones of known users, folded-in ones of unknown users."""
    users = UserFactors(
        model.user_biases[histories.users].copy(), model.user_factors[histories.users].copy()
    )
    unknown = np.flatnonzero((histories.users == UNKNOWN) & (histories.counts > 0)).tolist()
    for user in unknown:
        items, values = histories.history(user)
        solution = sensitivity(model, items) @ residual(model, items, values)
        users.biases[user], users.factors[user] = solution[0], solution[1:]
    return users


def sensitivity(model: FactorModel, items: Indices) -> Floats:
    """Sensitivity of an unknown user's bias and factors to residuals, shape (1 + factors, n)."""
    features = np.column_stack([np.ones(len(items)), model.item_factors[items]])
    ridge = np.full(features.shape[1], FACTOR_RIDGE * model.item_spread)
    ridge[0] = BIAS_RIDGE
    # the dual form inverts ratings x ratings, and a user has few of them
    scaled = features / ridge
    if len(items) < features.shape[1]:
        return scaled.T @ np.linalg.inv(features @ scaled.T + np.eye(len(items)))
    return np.linalg.solve(features.T @ features + np.diag(ridge), features.T)


def residual(model: FactorModel, items: Indices, values: Floats) -> Floats:
    """Ratings minus the mean and the items' biases."""
    return values - model.global_mean - model.item_biases[items]
