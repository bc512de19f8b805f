"""Selection of the best items of many users: masks and scans of blocks of scores."""

from collections.abc import Callable
from typing import cast

import numpy as np

from recommender.arrays import Floats, Indices32, Integers, Reals
from recommender.kernels.compiled import compiled


@compiled(reorder=False)
def mask(
    tile: Reals, first_item: int, indptr: Integers, items: Indices32, cursor: Integers
) -> None:
    """Put minus infinity where a user has rated an item.

    Args:
        tile: Shape (users, width): scores of `width` items from `first_item` on; changed in place.
        first_item: Place of the tile's first item.
        indptr: Shape (users + 1,): user u's items are `items[indptr[u]:indptr[u + 1]]`, ascending.
        items: Indices of items.
        cursor: Shape (users,): how far each user's items are masked; moved forward.
    """
    end_item = first_item + tile.shape[1]
    for row in range(tile.shape[0]):
        at = cursor[row]
        end = indptr[row + 1]
        while at < end and items[at] < end_item:
            tile[row, items[at] - first_item] = -np.inf
            at += 1
        cursor[row] = at


@compiled(reorder=False)
def mask_columns(tile: Reals, column: Indices32, indptr: Integers, items: Indices32) -> None:
    """Put minus infinity where a user has rated an item, in a tile of chosen items.

    Args:
        tile: Shape (users, width); changed in place.
        column: Shape (items,), each item's column in the tile, or -1.
        indptr: Shape (users + 1,): user u's items are `items[indptr[u]:indptr[u + 1]]`.
        items: Indices of items.
    """
    for row in range(tile.shape[0]):
        for at in range(indptr[row], indptr[row + 1]):
            if column[items[at]] >= 0:
                tile[row, column[items[at]]] = -np.inf


@compiled(reorder=False)
def scan(tile: Reals, first_item: int, best: Reals, best_items: Indices32) -> None:
    """Let the scores of a tile compete with the best so far; the first of equal scores wins.

    Args:
        tile: Shape (users, width).
        first_item: Place of the tile's first item: tiles come in order of items.
        best: Shape (users, n), descending; changed in place.
        best_items: Shape (users, n), the places of their items; changed in place.
    """
    width = tile.shape[1]
    whole_runs = width - width % _RUN
    for row in range(tile.shape[0]):
        scores, top, places = tile[row], best[row], best_items[row]
        for start in range(0, whole_runs, _RUN):
            if _any_above_run(scores[start : start + _RUN], top[-1]):
                for at in range(start, start + _RUN, _SHORT_RUN):
                    some = scores[at : at + _SHORT_RUN]
                    if _any_above_short_run(some, top[-1]):
                        _compete(some, first_item + at, top, places)
        _compete(scores[whole_runs:], first_item + whole_runs, top, places)


def _any_above(length: int) -> Callable[[Reals, np.floating], bool]:
    @compiled(reorder=False)
    def any_above(scores: Reals, bar: np.floating) -> bool:
        hit = False
        for column in range(length):
            hit |= scores[column] > bar
        return hit

    return cast("Callable[[Reals, np.floating], bool]", any_above)


#: Scores compared without a branch, and again where one of them is high enough; the lengths are
#: constants, so that the loops become vector instructions.
_RUN, _SHORT_RUN = 128, 16
_any_above_run, _any_above_short_run = _any_above(_RUN), _any_above(_SHORT_RUN)


@compiled(reorder=False)
def _compete(scores: Reals, first_item: int, top: Reals, places: Indices32) -> None:
    for column in range(len(scores)):
        if scores[column] > top[-1]:
            _insert(scores[column], first_item + column, top, places)


@compiled(reorder=False)
def _insert(score: np.floating, item: int, top: Reals, places: Indices32) -> None:
    """Put a score behind those that are as high, and drop the last."""
    slot = len(top) - 1
    while slot > 0 and top[slot - 1] < score:
        top[slot] = top[slot - 1]
        places[slot] = places[slot - 1]
        slot -= 1
    top[slot] = score
    places[slot] = item


@compiled(reorder=False)
def rescore(users: Reals, items: Reals, best: Floats, best_items: Indices32) -> None:
    """Replace scores by ones in double precision, and order by them, then by item.

    Args:
        users: Shape (users, factors).
        items: Shape (items, factors).
        best: Shape (users, n): minus infinity where there is no item; changed in place.
        best_items: Shape (users, n); changed in place.
    """
    for row in range(best.shape[0]):
        for place in range(best.shape[1]):
            if best[row, place] == -np.inf:
                break
            item = best_items[row, place]
            score = _product(users[row], items[item])
            slot = place
            while slot > 0 and (
                best[row, slot - 1] < score
                or (best[row, slot - 1] == score and best_items[row, slot - 1] > item)
            ):
                best[row, slot] = best[row, slot - 1]
                best_items[row, slot] = best_items[row, slot - 1]
                slot -= 1
            best[row, slot] = score
            best_items[row, slot] = item


@compiled(reorder=False)
def score_all(user: Reals, items: Reals, scores: Floats) -> None:
    """Score all items for one user, as `rescore` does: equal items score equal.

    Args:
        user: Shape (factors,).
        items: Shape (items, factors).
        scores: Shape (items,); written to.
    """
    for item in range(len(items)):
        scores[item] = _product(user, items[item])


@compiled(reorder=True)
def _product(one: Reals, other: Reals) -> float:
    total = 0.0
    for f in range(len(one)):
        total += np.float64(one[f]) * np.float64(other[f])
    return total


@compiled(reorder=False)
def add_rows(
    indptr: Integers, rows: Indices32, weights: Reals, matrix: Reals, totals: Floats
) -> None:
    """Weighted sums of rows of a matrix, in double precision.

    Args:
        indptr: Shape (users + 1,): user u adds up `rows[indptr[u]:indptr[u + 1]]`.
        rows: Indices of rows of `matrix`.
        weights: Their weights, as many as `rows`.
        matrix: Shape (any, items).
        totals: Shape (users, items); added to in place.
    """
    for user in range(totals.shape[0]):
        total = totals[user]
        for at in range(indptr[user], indptr[user + 1]):
            weight = np.float64(weights[at])
            row = matrix[rows[at]]
            for column in range(len(row)):
                total[column] += weight * np.float64(row[column])
