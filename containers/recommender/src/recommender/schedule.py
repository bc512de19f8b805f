"""Which ratings may be learnt from at the same time: distributed gradient descent in 2 x 2 blocks.

Users and items are each cut into two halves. Two blocks on a diagonal share neither a user nor an
item, so that two threads learn from them without touching the same number, and the result does not
depend on how many threads there are or how fast each is. Source: Gemulla et al.,
"Large-scale matrix factorization with distributed stochastic gradient descent", KDD 2011.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from recommender.kernels.descent import Block, scatter
from recommender.ratings import Ratings


class Diagonals(NamedTuple):
    """All ratings: each diagonal holds two blocks that may be learnt from at the same time."""

    first: tuple[Block, Block]
    second: tuple[Block, Block]


def lay_out(ratings: Ratings, rng: np.random.Generator) -> Diagonals:
    """Cut the ratings into blocks of about equal size; which rows go together is random."""
    user_half = _halves(np.bincount(ratings.users, minlength=len(ratings.user_ids)), rng)
    item_half = _halves(np.bincount(ratings.items, minlength=len(ratings.item_ids)), rng)
    # the block of (user half, item half): 0 and 1 are the first diagonal, 2 and 3 the second
    number = np.array([[0, 2], [3, 1]], dtype=np.int8)
    groups = number[user_half[ratings.users], item_half[ratings.items]]
    ends = np.cumsum(np.bincount(groups, minlength=4))
    starts = np.concatenate([[0], ends[:-1]])
    whole = Block(ratings.users, ratings.items, ratings.values.astype(np.float32))
    laid_out = scatter(whole, groups, starts)
    blocks = [
        Block(laid_out.users[rows], laid_out.items[rows], laid_out.values[rows])
        for rows in map(slice, starts, ends)
    ]
    return Diagonals((blocks[0], blocks[1]), (blocks[2], blocks[3]))


def _halves(counts: npt.NDArray[np.int64], rng: np.random.Generator) -> npt.NDArray[np.int8]:
    """0 or 1 for each row, such that both have about half of the ratings."""
    order = rng.permutation(len(counts))
    half = np.empty(len(counts), np.int8)
    half[order] = np.cumsum(counts[order]) > counts.sum() / 2
    return half
