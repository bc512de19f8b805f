"""Schedule of blocks of ratings for two threads.

Users and items are each cut into two halves. Two blocks on a diagonal share neither a user nor an
item, so that two threads learn from them without touching the same number, and the result does not
depend on how many threads there are or how fast each is. Source: Gemulla et al.,
"Large-scale matrix factorization with distributed stochastic gradient descent", KDD 2011.

Each half of the items is cut again, into strips whose rows of factors stay in a core's cache while
a thread learns from them. Halves and strips lie together in memory: two threads that write into the
same line of the cache would wait for each other.
"""

import math
from typing import NamedTuple

import numpy as np

from recommender.arrays import Indices32, Integers
from recommender.data.ratings import Ratings
from recommender.kernels.sgd import Block, bucket

#: Blocks that one thread learns from, one after another.
Strips = tuple[Block, ...]

#: A quarter of the second-level cache of the processors that SageMaker trains on.
_STRIP_BYTES = 512 << 10


class Schedule(NamedTuple):
    """All ratings, by row of factors.

    Attributes:
        diagonals: Each holds the blocks of two threads that may run at the same time.
        user_rows: Shape (users,), the row of each user.
        item_rows: Shape (items,), the row of each item.
    """

    diagonals: tuple[tuple[Strips, Strips], tuple[Strips, Strips]]
    user_rows: Indices32
    item_rows: Indices32


def lay_out(
    ratings: Ratings, scale: tuple[float, float], row_bytes: int, rng: np.random.Generator
) -> Schedule:
    """Cut the ratings into blocks of about equal size; which rows go together is random.

    Args:
        ratings: What to learn from.
        scale: Middle and unit in which training takes them.
        row_bytes: Size of an item's row of factors.
        rng: Draws who goes with whom.
    """
    strips = max(1, math.ceil(len(ratings.item_ids) * row_bytes / _STRIP_BYTES / 2))
    user_half = _parts(np.bincount(ratings.users, minlength=len(ratings.user_ids)), 2, rng)
    item_strip = _parts(
        np.bincount(ratings.items, minlength=len(ratings.item_ids)), 2 * strips, rng
    )
    user_rows, item_rows = _rows(user_half), _rows(item_strip)
    half, strip = np.divmod(np.arange(2 * strips), strips)
    users = np.arange(2)[:, np.newaxis]
    # blocks in the order in which training takes them: diagonal, thread, strip
    number = ((users != half) * 2 + users) * strips + strip
    blocks = bucket(
        Block(ratings.users, ratings.items, ratings.values),
        (user_half, item_strip),
        (user_rows, item_rows),
        number,
        scale,
    )
    threads = [tuple(blocks[start : start + strips]) for start in range(0, len(blocks), strips)]
    return Schedule(((threads[0], threads[1]), (threads[2], threads[3])), user_rows, item_rows)


def _parts(counts: Integers, parts: int, rng: np.random.Generator) -> Indices32:
    """The part of each user or item, such that all parts have about equally many ratings."""
    order = rng.permutation(len(counts))
    part = np.empty(len(counts), np.int32)
    part[order] = (np.cumsum(counts[order]) - 1).clip(0) * parts // max(1, counts.sum())
    return part


def _rows(part: Indices32) -> Indices32:
    """A row for each user or item: part by part, in the data's order within a part."""
    rows = np.empty_like(part)
    rows[np.argsort(part, kind="stable")] = np.arange(len(part))
    return rows
