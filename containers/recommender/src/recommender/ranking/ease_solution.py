"""The weights of EASE from who rated what; only training loads this.

Two things go beyond the paper, each measured on the training part of MovieLens 100K alone
(`benchmarks/tuning.py`):

- popularity and activity are damped, so that popular items and busy users do not drown the others;
- low-rank smoothing, a truncated singular value decomposition, is added to the weights, which
  shrink most for items with few ratings.
"""

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse
from threadpoolctl import threadpool_limits

from recommender.arrays import Floats, Reals, Singles
from recommender.content.directions import main_directions
from recommender.data.ratings import Ratings
from recommender.rating.regularization import usual_count

#: Exponents of activity damping and popularity damping.
_USER_POWER, _ITEM_POWER = 0.3, 0.2
#: Low-rank smoothing: rank, weight, exponent of its popularity damping.
_DIRECTIONS, _DIRECTION_WEIGHT, _DIRECTION_POWER = 40, 0.4, 0.4
#: Directions that are found beyond those wanted, and rounds of finding them.
_SURPLUS, _ROUNDS = 20, 6
#: Condition up to which single precision is enough: errors stay below a thousandth of the largest
#: weight, and it costs half.
_WELL_CONDITIONED = 1e4
#: Of the table of who rated what, with the copies that damping makes.
_BYTES_A_RATING = 40
#: Of the ratings of a rating's user or item; `python -m benchmarks.sizes` measures it.
_REGULARIZATION = 1.1
#: Users multiplied, and items mirrored, at a time.
_BLOCK_USERS, _BLOCK_ITEMS = 1024, 128


def solve(ratings: Ratings, interaction_weights: Floats, regularization: float) -> Singles:
    """Weights of shape (items, items): row j holds the weights of item j for all others.

    Args:
        ratings: Who rated what.
        interaction_weights: Shape (ratings,), weight of each rating.
        regularization: Added to the diagonal of the items' matrix.
    """
    table = scipy.sparse.csr_matrix(
        (interaction_weights, ratings.items, ratings.rated_indptr),
        (len(ratings.user_ids), len(ratings.item_ids)),
    )
    popularity = table.sum(axis=0)
    table = scipy.sparse.diags(damping(table.sum(axis=1), _USER_POWER)) @ table
    weights = _closed_form(table, damping(popularity, _ITEM_POWER), regularization)
    # narrow matrices: the library's threads would wait for each other more than they work
    with threadpool_limits(1, "blas"):
        _add_directions(weights, table, damping(popularity, _DIRECTION_POWER))
    return weights


def chosen_regularization(regularization: float | None, ratings: Ratings) -> float:
    """The regularization that is given, or else the one that fits the ratings.

    It has to outweigh what chance adds to the items' matrix, and that grows with the ratings of a
    user or of an item, whichever has fewer.

    Args:
        regularization: None where none is given.
        ratings: What is trained on.
    """
    if regularization is not None:
        return regularization
    fewer = min(usual_count(ratings.users), usual_count(ratings.items))
    return max(1.0, round(_REGULARIZATION * fewer, 1))


def bytes_in_artifact(items: int) -> int:
    """Size of the weights of so many items."""
    return items * items * np.dtype(np.float32).itemsize


def bytes_to_fit(items: int, ratings: int) -> int:
    """Memory that solving takes at its peak, with the block of users that is multiplied."""
    table = ratings * _BYTES_A_RATING
    return items * items * 8 + bytes_in_artifact(items) + _BLOCK_USERS * items * 8 + table


def damping(totals: npt.NDArray[np.number], power: float) -> Floats:
    """Factors below 1 for large totals and above 1 for small ones; totals are at least 1."""
    totals = np.maximum(np.asarray(totals).ravel(), 1)
    return np.asarray((totals / totals.mean()) ** -power)


def _closed_form(table: scipy.sparse.csr_matrix, damping: Floats, regularization: float) -> Singles:
    inverse = _inverse(_gram(table @ scipy.sparse.diags(damping), regularization))
    items = len(inverse)
    # of the symmetric inverse, the upper triangle is there: it is mirrored on the way out
    columns = (-1 / (np.diag(inverse) * damping)).astype(inverse.dtype)
    weights = np.empty((items, items), np.float32)
    for start in range(0, items, _BLOCK_ITEMS):
        rows = slice(start, start + _BLOCK_ITEMS)
        corner = np.triu(inverse[rows, rows], 1)
        block = np.hstack([inverse[:start, rows].T, corner + corner.T, inverse[rows, rows.stop :]])
        block *= columns
        weights[rows] = block * damping[rows, np.newaxis]
    return weights


def _gram(table: scipy.sparse.csr_matrix, regularization: float) -> Reals:
    """Upper triangle of the items' matrix, regularized."""
    items = table.shape[1]
    # the sum of all eigenvalues over the least: a bound of how much an error grows
    condition = np.square(table.data).sum() / regularization
    gram = np.zeros((items, items), np.float32 if condition < _WELL_CONDITIONED else np.float64)
    multiply = scipy.linalg.get_blas_funcs("syrk", [gram])
    table = table.astype(gram.dtype)
    for start in range(0, table.shape[0], _BLOCK_USERS):
        block = table[start : start + _BLOCK_USERS].toarray()
        # transposed views are what BLAS and LAPACK call column-major matrices: no copies
        multiply(1, block.T, beta=1, c=gram.T, lower=1, overwrite_c=1)
    gram[np.diag_indices_from(gram)] += regularization
    return gram


def _inverse(matrix: Reals) -> Reals:
    """Upper triangle of the inverse of a symmetric positive definite one, in its own memory."""
    factorize, invert = scipy.linalg.get_lapack_funcs(("potrf", "potri"), [matrix])
    factor, failed = factorize(matrix.T, lower=1, clean=0, overwrite_a=1)
    inverse, singular = invert(factor, lower=1, overwrite_c=1)
    if failed or singular:
        raise np.linalg.LinAlgError("The items' matrix is not positive definite.")
    upper: Reals = inverse.T
    return upper


def _add_directions(weights: Singles, table: scipy.sparse.csr_matrix, damping: Floats) -> None:
    """Add the projection on the main directions, in place."""
    scaled = (table @ scipy.sparse.diags(damping)).astype(np.float32)
    items = len(weights)
    directions = min(_DIRECTIONS, items - 1, table.shape[0] - 1)
    if directions < 1:
        return
    width = min(directions + _SURPLUS, items)
    vectors = main_directions(scaled, directions, width=width, rounds=_ROUNDS)
    left = (_DIRECTION_WEIGHT * damping[:, np.newaxis] * vectors).astype(np.float32)
    right = (vectors / damping[:, np.newaxis]).astype(np.float32)
    for start in range(0, items, _BLOCK_ITEMS):
        weights[start : start + _BLOCK_ITEMS] += left[start : start + _BLOCK_ITEMS] @ right.T
