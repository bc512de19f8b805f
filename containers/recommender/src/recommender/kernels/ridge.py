"""Ridge regressions of many rows with few factors each: users on items, or items on users."""

import numpy as np

from recommender.arrays import Floats, Indices32, Integers
from recommender.kernels.compiled import compiled


@compiled(reorder=True)
def solve_rows(
    indptr: Integers,
    columns: Indices32,
    features: Floats,
    common: Floats,
    ridges: Floats,
    found: Floats,
) -> None:
    """Solve (common + sum of f f' + ridge) x = sum of f over each row's features f.

    Args:
        indptr: Shape (rows + 1,): row r's columns are `columns[indptr[r]:indptr[r + 1]]`.
        columns: Rows of `features`.
        features: Shape (any, factors).
        common: Shape (factors, factors), what all rows share; positive semidefinite.
        ridges: Shape (rows,), above 0.
        found: Shape (rows, factors); set to the solutions, left as it is where a row is empty.
    """
    size = features.shape[1]
    matrix, total = np.empty((size, size)), np.empty(size)
    for row in range(len(indptr) - 1):
        if indptr[row] == indptr[row + 1]:
            continue
        matrix[:] = common
        total[:] = 0
        for t in range(indptr[row], indptr[row + 1]):
            feature = features[columns[t]]
            for x in range(size):
                total[x] += feature[x]
                for y in range(size):
                    matrix[x, y] += feature[x] * feature[y]
        for x in range(size):
            matrix[x, x] += ridges[row]
        _solve(matrix, total)
        found[row] = total


@compiled(reorder=True)
def _solve(matrix: Floats, total: Floats) -> None:
    """Overwrite `total` by the solution of a positive definite system, by Cholesky's way."""
    size = len(total)
    for x in range(size):
        for y in range(x + 1):
            left = matrix[x, y]
            for z in range(y):
                left -= matrix[x, z] * matrix[y, z]
            matrix[x, y] = np.sqrt(left) if x == y else left / matrix[y, y]
        for y in range(x):
            total[x] -= matrix[x, y] * total[y]
        total[x] /= matrix[x, x]
    for x in range(size - 1, -1, -1):
        for y in range(x + 1, size):
            total[x] -= matrix[y, x] * total[y]
        total[x] /= matrix[x, x]
