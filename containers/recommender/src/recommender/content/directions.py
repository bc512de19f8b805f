"""Main directions of a sparse table; only training loads this."""

import numpy as np
import scipy.sparse
from threadpoolctl import threadpool_limits

from recommender.arrays import Singles

#: Share of the strongest direction that another must have: less is rounding.
_LEAST_STRENGTH = 1e-6


def main_directions(
    table: scipy.sparse.csr_matrix, count: int, *, width: int, rounds: int
) -> Singles:
    """About the first right singular vectors, shape (columns, count or fewer): those with data.

    By subspace iteration, which a few rounds take far enough for lists.

    Source: Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review 2011.

    Args:
        table: Shape (rows, columns), in single precision, with an entry at least.
        count: Directions that are wanted.
        width: Directions that are iterated, `count` and some more.
        rounds: Of the iteration.
    """
    # the same start for the same columns: the same table gives the same directions
    base = np.random.default_rng(0).standard_normal((table.shape[1], width), np.float32)
    # narrow matrices: the library's threads would wait for each other more than they work
    with threadpool_limits(1, "blas"):
        for _ in range(rounds):
            base, _rest = np.linalg.qr(table.T @ (table @ base))
        image = table @ base
        strengths, turns = np.linalg.eigh(image.T @ image)
    # beyond the table's rank, directions are chance: they would recommend any item at all
    kept = np.flatnonzero(strengths > _LEAST_STRENGTH * strengths[-1])[-count:]
    return np.asarray(base @ turns[:, kept])
