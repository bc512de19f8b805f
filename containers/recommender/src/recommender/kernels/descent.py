"""Stochastic gradient descent on the biased factor model, one pass over some ratings.

rating(u, i) = mean + bias of u + bias of i + factors of u . factors of i

The update rule is the one of scikit-surprise's SVD:
https://surprise.readthedocs.io/en/stable/matrix_factorization.html.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from recommender.kernels.compiled import compiled

Reals = npt.NDArray[np.floating]
Places = npt.NDArray[np.int32]


class Block(NamedTuple):
    """Some ratings, each array of shape (ratings,)."""

    users: Places
    items: Places
    #: Of the same precision as the weights.
    values: Reals


class Weights(NamedTuple):
    """What is learnt, changed in place."""

    #: Shape (users,).
    user_biases: Reals
    #: Shape (items,).
    item_biases: Reals
    #: Shape (users, factors).
    user_factors: Reals
    #: Shape (items, factors).
    item_factors: Reals


@compiled(reorder=True)
def descend(
    block: Block, weights: Weights, mean: np.float32, rate: np.float32, shrink: np.float32
) -> None:
    """Learn from each rating of `block` in turn, in single precision.

    Args:
        block: Ratings.
        weights: What is learnt.
        mean: Mean of all ratings.
        rate: Learning rate.
        shrink: Regularization.
    """
    keep = np.float32(1) - rate * shrink
    for t in range(len(block.users)):
        u, i = block.users[t], block.items[t]
        p, q = weights.user_factors[u], weights.item_factors[i]
        dot = np.float32(0)
        for f in range(len(p)):
            dot += p[f] * q[f]
        error = block.values[t] - (mean + weights.user_biases[u] + weights.item_biases[i] + dot)
        step = rate * error
        weights.user_biases[u] = keep * weights.user_biases[u] + step
        weights.item_biases[i] = keep * weights.item_biases[i] + step
        for f in range(len(p)):
            p_f, q_f = p[f], q[f]
            p[f] = keep * p_f + step * q_f
            q[f] = keep * q_f + step * p_f


@compiled(reorder=False)
def descend_exactly(
    block: Block, weights: Weights, mean: float, rate: float, shrink: float
) -> None:
    """The same in double precision, every operation in scikit-surprise's order."""
    for t in range(len(block.users)):
        u, i = block.users[t], block.items[t]
        p, q = weights.user_factors[u], weights.item_factors[i]
        dot = 0.0
        for f in range(len(p)):
            dot += q[f] * p[f]
        error = block.values[t] - (mean + weights.user_biases[u] + weights.item_biases[i] + dot)
        weights.user_biases[u] += rate * (error - shrink * weights.user_biases[u])
        weights.item_biases[i] += rate * (error - shrink * weights.item_biases[i])
        for f in range(len(p)):
            p_f, q_f = p[f], q[f]
            p[f] += rate * (error * q_f - shrink * p_f)
            q[f] += rate * (error * p_f - shrink * q_f)


@compiled(reorder=False)
def scatter(block: Block, groups: npt.NDArray[np.int8], starts: npt.NDArray[np.int64]) -> Block:
    """Ratings by group, in their old order within a group: the second half of a counting sort.

    Args:
        block: Ratings.
        groups: Shape (ratings,), each rating's group.
        starts: Shape (groups,), where each group begins in the result.
    """
    users = np.empty_like(block.users)
    items = np.empty_like(block.items)
    values = np.empty_like(block.values)
    free = starts.copy()
    for t in range(len(groups)):
        place = free[groups[t]]
        free[groups[t]] = place + 1
        users[place] = block.users[t]
        items[place] = block.items[t]
        values[place] = block.values[t]
    return Block(users, items, values)
