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

#: Places of a block that are learnt from in turn. Neighbours are ratings of one user, and each has
#: to wait for the one before it; four users at a time keep the processor busy.
_LANES = 4


class Block(NamedTuple):
    """Some ratings, each array of shape (ratings,)."""

    users: Indices32
    items: Indices32
    #: Of the same precision as the weights.
    values: Reals


class Weights(NamedTuple):
    """What is learnt, as scikit-surprise keeps it; changed in place."""

    #: Shape (users,).
    user_biases: Reals
    #: Shape (items,).
    item_biases: Reals
    #: Shape (users, factors).
    user_factors: Reals
    #: Shape (items, factors).
    item_factors: Reals


#: Block, rows of users, rows of items (changed in place), learning rate, regularization.
Descend = Callable[[Block, Singles, Singles, np.float32, np.float32], None]


@cache
def descend(width: int) -> Descend:
    """The function that learns from each rating of a block, in single precision.

    Ratings are those that `deal` gives, with a mean of zero; `rating.factor_rows` makes the rows. It
    is compiled for rows of one width: the loops over a row become straight vector instructions.
    """

    @compiled(reorder=True)
    def descend_block(
        block: Block,
        users: Singles,
        items: Singles,
        rate: np.float32,
        shrink: np.float32,
    ) -> None:
        keep = np.float32(1) - rate * shrink
        size = np.uint64(len(block.users))
        # numbers without a sign: they are not looked at for an index from the end
        length = np.uint64(-(-len(block.users) // _LANES))
        for t in range(length):
            for lane in range(_LANES):
                at = np.uint64(lane) * length + t
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
                # each meets the other's bias, and is no weight
                user[width - 1] = 1
                item[width - 2] = 1

    return cast("Descend", descend_block)


@compiled(reorder=False)
def descend_exactly(
    block: Block, weights: Weights, mean: float, rate: float, shrink: float
) -> None:
    """Learn from each rating of `block` in turn, every operation in scikit-surprise's order.

    Args:
        block: Ratings.
        weights: What is learnt.
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


def deal(
    ratings: Block,
    parts: tuple[Indices32, Indices32],
    rows: tuple[Indices32, Indices32],
    number: Integers,
    scale: tuple[float, float],
) -> list[Block]:
    """Ratings by block, by row, in their old order within a block.

    Args:
        ratings: All of them.
        parts: The part of each user, and of each item.
        rows: The row of each user, and of each item.
        number: Shape (parts of users, parts of items), the number of each block.
        scale: Middle and unit: single precision keeps the difference, however large the ratings.
    """
    dealt, ends = _deal(ratings, parts, rows, number, scale)
    starts = np.concatenate([[0], ends[:-1]])
    return [
        Block(dealt.users[start:end], dealt.items[start:end], dealt.values[start:end])
        for start, end in zip(starts, ends, strict=True)
    ]


@compiled(reorder=False)
def _deal(
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
