"""Bias and factors of a user or an item in one row, as the compiled trainer wants them.

A user's row is (factors, nothing, bias, 1) and an item's (factors, nothing, 1, bias): the product
of the two is all that the model adds to the mean. Rows fill whole vector registers and begin where
a line of the cache begins.
"""

import numpy as np

from recommender.arrays import Indices32, Singles

#: Single-precision numbers in a line of the cache, which is as long as the longest register.
_LINE = 16
#: Columns of bias and of constant 1, for users and for items.
BIASES, ONES = (-2, -1), (-1, -2)


def width(factors: int) -> int:
    """Numbers in a row: the factors, a bias, a one, and what fills the last line."""
    return -(-(factors + 2) // _LINE) * _LINE


def make(factors: Singles, order: Indices32, one: int) -> Singles:
    """Rows with biases of zero.

    Args:
        factors: Shape (count, factors).
        order: Shape (count,), the row of each.
        one: Column of the constant 1, one of ONES.

    Returns:
        Shape (count, width).
    """
    count, size = factors.shape
    length = count * width(size)
    memory = np.zeros(length + _LINE, np.float32)
    start = -memory.ctypes.data // memory.itemsize % _LINE
    rows = memory[start : start + length].reshape(count, width(size))
    rows[order, :size] = factors
    rows[:, one] = 1
    return rows
