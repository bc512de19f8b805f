"""Items' factors by alternating least squares; only training loads this."""

import numpy as np
import scipy.sparse
from implicit.cpu.als import AlternatingLeastSquares
from threadpoolctl import threadpool_limits

from recommender.arrays import Singles
from recommender.data.ratings import Ratings

_ITERATIONS = 15


def solve(
    ratings: Ratings, *, confidence: float, factors: int, regularization: float, seed: int
) -> Singles:
    """Factors of shape (items, factors), from who has rated what.

    Args:
        ratings: Who rated what; their values do not count.
        confidence: How much more a rated item counts than one that is not rated.
        factors: Length of a vector of factors.
        regularization: Of the factors.
        seed: Start of the random numbers.
    """
    table = scipy.sparse.csr_matrix(
        (np.ones(len(ratings), np.float32), ratings.items, ratings.rated_indptr),
        (len(ratings.user_ids), len(ratings.item_ids)),
    )
    # implicit has threads of its own
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=factors,
            regularization=regularization,
            alpha=confidence,
            iterations=_ITERATIONS,
            random_state=seed,
        )
        model.fit(table, show_progress=False)
    return np.asarray(model.item_factors)
