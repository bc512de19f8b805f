"""Draws of the factors of many users (or items) from their conditional distributions."""

import numpy as np

from recommender.arrays import Indices32, Integers, Singles
from recommender.kernels.compiled import compiled


@compiled(reorder=True)
def accumulate(
    indices: Indices32, residuals: Singles, features: Singles, precision: Singles, shift: Singles
) -> None:
    """Add one user's ratings to the precision matrix and the shift of the user's factors.

    Args:
        indices: Shape (ratings,), rows of `features` that the user rated.
        residuals: Shape (ratings,): what the factors have to explain.
        features: Shape (items, factors).
        precision: Shape (factors, factors); the lower triangle is added to.
        shift: Shape (factors,); added to.
    """
    for t in range(len(indices)):
        feature = features[indices[t]]
        for x in range(len(feature)):
            shift[x] += feature[x] * residuals[t]
            for y in range(x + 1):
                precision[x, y] += feature[x] * feature[y]


@compiled(reorder=True)
def factorize(matrix: Singles) -> None:
    """Overwrite the lower triangle of a positive definite matrix by its Cholesky factor."""
    for x in range(len(matrix)):
        for y in range(x):
            total = matrix[x, y]
            for z in range(y):
                total -= matrix[x, z] * matrix[y, z]
            matrix[x, y] = total / matrix[y, y]
        total = matrix[x, x]
        for z in range(x):
            total -= matrix[x, z] * matrix[x, z]
        matrix[x, x] = np.sqrt(total)


@compiled(reorder=True)
def solve_with_noise(root: Singles, shift: Singles, noise: Singles) -> None:
    """Draw from the normal distribution of precision P = root root^T and mean P^-1 shift.

    Args:
        root: Shape (factors, factors), lower triangle.
        shift: Shape (factors,).
        noise: Shape (factors,), standard normal; overwritten by the draw.
    """
    size = len(shift)
    for x in range(size):
        total = shift[x]
        for y in range(x):
            total -= root[x, y] * shift[y]
        shift[x] = total / root[x, x]
    for x in range(size - 1, -1, -1):
        total = shift[x] + noise[x]
        for y in range(x + 1, size):
            total -= root[y, x] * noise[y]
        noise[x] = total / root[x, x]


@compiled(reorder=True)
def draw(
    indptr: Integers,
    indices: Indices32,
    residuals: Singles,
    features: Singles,
    prior: tuple[Singles, Singles, np.float32],
    factors: Singles,
) -> None:
    """Replace each row of `factors` by a draw given everything else.

    Args:
        indptr: Shape (rows + 1,): row r's ratings are `indptr[r]` to `indptr[r + 1]`.
        indices: Shape (ratings,), rows of `features`.
        residuals: Shape (ratings,).
        features: Shape (others, factors).
        prior: Means of shape (rows, factors), their common precision matrix, and the precision of
            a rating.
        factors: Shape (rows, factors): standard normal noise; overwritten by the draws.
    """
    means, common, weight = prior
    size = factors.shape[1]
    precision = np.empty((size, size), np.float32)
    shift = np.empty(size, np.float32)
    for row in range(len(indptr) - 1):
        precision[:] = 0
        shift[:] = 0
        mine = slice(indptr[row], indptr[row + 1])
        accumulate(indices[mine], residuals[mine], features, precision, shift)
        for x in range(size):
            shift[x] *= weight
            for y in range(size):
                shift[x] += common[x, y] * means[row, y]
                precision[x, y] = weight * precision[x, y] + common[x, y]
        factorize(precision)
        solve_with_noise(precision, shift, factors[row])
