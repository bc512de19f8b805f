"""Greedy choice among candidates: each place goes to what adds most to the list so far."""

import numpy as np

from recommender.arrays import Bools, Floats, Indices32, Integers, Singles
from recommender.kernels.compiled import compiled


@compiled(reorder=False)
def choose(
    worth: Floats,
    good: Bools,
    first: Integers,
    likeness: tuple[Indices32, Singles],
    diversity: float,
    order: Integers,
) -> None:
    """Fill lists by maximal marginal relevance: worth against likeness to what is chosen.

    Source: Carbonell and Goldstein, "The use of MMR, diversity-based reranking", SIGIR 1998.

    Args:
        worth: Shape (users, candidates), minus infinity for what is no candidate.
        good: Shape (users, candidates), true for what may have one of the first places.
        first: Shape (users,), number of places that are for good candidates while there are any.
        likeness: Items of the candidates, shape (users, candidates), and vectors of all items, of
            length 1 at most, whose products say how much two are alike, shape (items, factors).
        diversity: Weight of likeness, from 0 to 1; the rest is the weight of worth.
        order: Shape (users, n), the chosen columns, best first; written to.
    """
    items, vectors = likeness
    width = worth.shape[1]
    for row in range(len(worth)):
        nearest = np.zeros(width)
        left = worth[row].copy()
        for place in range(order.shape[1]):
            best = _best(left, nearest, good[row], place < first[row], diversity)
            order[row, place] = best
            left[best] = np.nan
            if diversity > 0:
                _update(nearest, left, items[row], vectors, vectors[items[row, best]])


@compiled(reorder=False)
def _best(left: Floats, likeness: Floats, good: Bools, is_first: bool, diversity: float) -> int:
    """The best column; the first of equal ones, and a good one where there is one."""
    best, best_good, top, top_good = -1, -1, -np.inf, -np.inf
    for column in range(len(left)):
        if np.isnan(left[column]):
            continue
        value = (1 - diversity) * left[column] - diversity * likeness[column]
        if left[column] == -np.inf:
            value = -np.inf
        if best < 0 or value > top:
            best, top = column, value
        if good[column] and (best_good < 0 or value > top_good):
            best_good, top_good = column, value
    return best_good if is_first and best_good >= 0 else best


@compiled(reorder=False)
def _update(
    likeness: Floats, left: Floats, items: Indices32, vectors: Singles, chosen: Singles
) -> None:
    for column in range(len(left)):
        if not np.isnan(left[column]):
            alike = _product(vectors[items[column]], chosen)
            likeness[column] = max(likeness[column], alike)


@compiled(reorder=True)
def _product(one: Singles, other: Singles) -> float:
    total = 0.0
    for f in range(len(one)):
        total += one[f] * other[f]
    return total
