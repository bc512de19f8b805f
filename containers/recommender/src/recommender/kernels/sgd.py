"""Stochastic gradient descent on the biased factor model, one pass over some ratings.

rating(u, i) = mean + bias of u + bias of i + factors of u . factors of i

The update rule is the one of scikit-surprise's SVD:
https://surprise.readthedocs.io/en/stable/matrix_factorization.html.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple, cast

import numpy as np

from recommender.arrays import Indices32, Integers, Reals, Singles
from recommender.kernels.compiled import compiled

#: Stretches of a block that are interleaved. Neighbours are ratings of one user, and each has to
#: wait for the one before it; four users at a time keep the processor busy.
_INTERLEAVED = 4


class Block(NamedTuple):
    """Some ratings, each array of shape (ratings,)."""

    users: Indices32
    items: Indices32
    #: Of the same precision as the weights.
    values: Reals


class Weights(NamedTuple):
    """Biases and factors, as scikit-surprise keeps them; changed in place."""

    #: Shape (users,).
    user_biases: Reals
    #: Shape (items,).
    item_biases: Reals
    #: Shape (users, factors).
    user_factors: Reals
    #: Shape (items, factors).
    item_factors: Reals


#: Block, rows of users, rows of items (changed in place), learning rate, regularization.
SgdStep = Callable[[Block, Singles, Singles, np.float32, np.float32], None]


@cache
def sgd_step(width: int) -> SgdStep:
    """Compiled step over each rating of a block, in single precision.

    Ratings are those that `bucket` gives, with a mean of zero; `rating.factor_rows` makes the rows.
    Compiled for rows of one width, so that loops over a row become straight vector instructions.
    """

    @compiled(reorder=True)
    def step_block(
        block: Block,
        users: Singles,
        items: Singles,
        rate: np.float32,
        shrink: np.float32,
    ) -> None:
        keep = np.float32(1) - rate * shrink
        size = np.uint64(len(block.users))
        # numbers without a sign: they are not looked at for an index from the end
        length = np.uint64(-(-len(block.users) // _INTERLEAVED))
        for t in range(length):
            for stretch in range(_INTERLEAVED):
                at = np.uint64(stretch) * length + t
                if at >= size:
                    break
                user, item = users[block.users[at]], items[block.items[at]]
                dot = np.float32(0)
                for f in range(width):
                    dot += user[f] * item[f]
                step = rate * (block.values[at] - dot)
                for f in range(width):
                    p, q = user[f], item[f]
                    user[f] = keep * p + step * q
                    item[f] = keep * q + step * p
                # the constant 1 that multiplies the other side's bias; not trained
                user[width - 1] = 1
                item[width - 2] = 1

    return cast("SgdStep", step_block)


@compiled(reorder=False)
def exact_sgd_step(block: Block, weights: Weights, mean: float, rate: float, shrink: float) -> None:
    """Step over each rating of `block` in turn, every operation in scikit-surprise's order.

    Args:
        block: Ratings.
        weights: Biases and factors.
        mean: Mean of all ratings.
        rate: TrainingResult rate.
        shrink: Regularization.
    """
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


def bucket(
    ratings: Block,
    parts: tuple[Indices32, Indices32],
    rows: tuple[Indices32, Indices32],
    number: Integers,
    scale: tuple[float, float],
) -> list[Block]:
    """Bucket the ratings by block, by row, in their old order within a block.

    Args:
        ratings: All of them.
        parts: The part of each user, and of each item.
        rows: The row of each user, and of each item.
        number: Shape (parts of users, parts of items), the number of each block.
        scale: Middle and unit: single precision keeps the difference, however large the ratings.
    """
    sorted_ratings, ends = _bucket(ratings, parts, rows, number, scale)
    starts = np.concatenate([[0], ends[:-1]])
    return [
        Block(
            sorted_ratings.users[start:end],
            sorted_ratings.items[start:end],
            sorted_ratings.values[start:end],
        )
        for start, end in zip(starts, ends, strict=True)
    ]


@compiled(reorder=False)
def _bucket(
    ratings: Block,
    parts: tuple[Indices32, Indices32],
    rows: tuple[Indices32, Indices32],
    number: Integers,
    scale: tuple[float, float],
) -> tuple[Block, Integers]:
    """A counting sort: the ratings by block, and where each block ends."""
    size = len(ratings.users)
    free = np.zeros(number.size + 1, np.int64)
    for t in range(size):
        free[number[parts[0][ratings.users[t]], parts[1][ratings.items[t]]] + 1] += 1
    free = np.cumsum(free)
    users, items = np.empty(size, np.int32), np.empty(size, np.int32)
    values = np.empty(size, np.float32)
    for t in range(size):
        user, item = ratings.users[t], ratings.items[t]
        block = number[parts[0][user], parts[1][item]]
        place = free[block]
        free[block] = place + 1
        users[place] = rows[0][user]
        items[place] = rows[1][item]
        values[place] = (ratings.values[t] - scale[0]) / scale[1]
    return Block(users, items, values), free[:-1]
