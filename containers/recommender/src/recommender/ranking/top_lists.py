"""The best unseen items of every user: exact, at the speed of the matrix product inside.

Single precision finds, double precision decides. A tile of scores stays in the cache, is masked and
scanned against each user's tenth best, and only a few candidates survive; their scores are taken
again in double precision and ordered by them. Where single precision could have hidden a better
item - rounding is bounded - the user is done again in double precision. So the lists depend neither
on the shape of the tiles nor on the number of threads. Scores must be of a size that single
precision can hold, from 1e-30 to 1e30.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from threadpoolctl import ThreadpoolController

from recommender.arrays import Floats, Indices32, Singles
from recommender.kernels import selection
from recommender.ranking.scores import JoinedScores, LowRankScores, ScoreMatrix, SparseScores
from recommender.ranking.top_n import Rated, TopLists

#: A tile of scores in single precision takes half of a core's second-level cache; the library
#: multiplies 448 rows at a time.
TILE_USERS, TILE_ITEMS = 448, 512
#: Items that are scored before all others, for each place of a list.
_FAVOURITES = 6
#: Users whose sums are held at a time.
_SPARSE_USERS = 32
#: Candidates beyond n that single precision hands over.
_SPARE = 2
#: Rounding of one operation in single precision.
_ROUNDING = 2.0**-24

_BLAS = ThreadpoolController()


def rank(scores: ScoreMatrix, rated: Rated, n: int) -> TopLists:
    """The `n` best unrated items of every user; row u of `scores` is user u of `rated`."""
    n = min(n, scores.item_count)
    if isinstance(scores, LowRankScores):
        return _rank_low_rank(scores, rated, n)
    if isinstance(scores, JoinedScores):
        return _rank_joined(scores, rated, n)
    return _rank_sparse(scores, rated, n)


def _rank_joined(scores: JoinedScores, rated: Rated, n: int) -> TopLists:
    """The best of both; equal scores by item: the first items come first, the sort is stable."""
    border = scores.first.item_count
    before = rated.indices < border
    first = rank(scores.first, rated.of(before), n)
    others = rank(scores.others, rated.of(~before, border), n)
    items = np.hstack([first.items, others.items + border]).astype(np.int32)
    both = TopLists(items, np.hstack([first.scores, others.scores]))
    return both.at(np.argsort(-both.scores, axis=1, kind="stable")[:, :n])


def _empty(users: int, n: int) -> TopLists:
    return TopLists(np.zeros((users, n), np.int32), np.full((users, n), -np.inf))


def _on_all_cores(work: Callable[[Iterator[slice]], None], users: int, block: int) -> None:
    """Call `work` once per core, each with its share of the users, cut into blocks."""
    blocks = iter([slice(start, min(start + block, users)) for start in range(0, users, block)])
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    # a list's iterator may be shared by threads: whoever is free takes the next block
    with _BLAS.limit(limits=1, user_api="blas"), ThreadPoolExecutor(cores, "ranking") as threads:
        list(threads.map(work, [blocks] * (cores or 1)))


def _rank_low_rank(low_rank: LowRankScores, rated: Rated, n: int) -> TopLists:
    tiles = [
        np.ascontiguousarray(low_rank.items[start : start + TILE_ITEMS].T, np.float32)
        for start in range(0, low_rank.item_count, TILE_ITEMS)
    ]
    candidates = _empty(len(low_rank.users), min(n + _SPARE, low_rank.item_count))
    errors = _errors(low_rank)
    favourites = _Favourites.of(low_rank, candidates.items.shape[1])

    def work(blocks: Iterator[slice]) -> None:
        # one buffer per thread: fresh memory for each product would cost a third of its time
        buffer = np.empty(TILE_USERS * TILE_ITEMS, np.float32)
        for block in blocks:
            places = candidates.items[block]
            best = favourites.bars(low_rank, rated, block, 2 * errors[block])
            _scan_tiles(
                low_rank, rated, tiles=tiles, block=block, best=(best, places), buffer=buffer
            )
            candidates.scores[block] = best
            selection.rescore(
                low_rank.users[block], low_rank.items, candidates.scores[block], places
            )

    _on_all_cores(work, len(low_rank.users), TILE_USERS)
    _decide(low_rank, rated, candidates, n=n, errors=errors)
    return TopLists(candidates.items[:, :n], candidates.scores[:, :n])


def _scan_tiles(
    low_rank: LowRankScores,
    rated: Rated,
    *,
    tiles: list[Singles],
    block: slice,
    best: tuple[Singles, Indices32],
    buffer: Singles,
) -> None:
    """Let all items compete for the places of a block of users."""
    users = low_rank.users[block].astype(np.float32)
    indptr = rated.indptr[block.start : block.stop + 1]
    cursor = indptr[:-1].copy()
    first = 0
    for tile in tiles:
        scores = buffer[: len(users) * tile.shape[1]].reshape(len(users), tile.shape[1])
        np.matmul(users, tile, out=scores)
        selection.mask(scores, first, indptr, rated.indices, cursor)
        selection.scan(scores, first, *best)
        first += tile.shape[1]


@dataclass(frozen=True)
class _Favourites:
    """Items that users score high on average: scored first, they tell what the rest has to beat.

    Attributes:
        tile: Shape (factors, favourites).
        column: Shape (items,), an item's column in the tile, or -1.
        places: Of each user's list.
    """

    tile: Singles
    column: Indices32
    places: int

    @classmethod
    def of(cls, low_rank: LowRankScores, places: int) -> "_Favourites":
        """Those of the mean of all users."""
        items = np.argsort(low_rank.items @ -low_rank.users.mean(axis=0))[: _FAVOURITES * places]
        column = np.full(low_rank.item_count, -1, np.int32)
        column[items] = np.arange(len(items))
        return cls(np.ascontiguousarray(low_rank.items[items].T, np.float32), column, places)

    def bars(self, low_rank: LowRankScores, rated: Rated, block: slice, margins: Floats) -> Singles:
        """Below each user's last place by a margin, for each place: shape (users, places)."""
        users = low_rank.users[block].astype(np.float32)
        scores = users @ self.tile
        indptr = rated.indptr[block.start : block.stop + 1]
        selection.mask_columns(scores, self.column, indptr, rated.indices)
        last = np.partition(scores, -self.places, axis=1)[:, -self.places]
        bars = np.nextafter(last - margins, -np.inf, dtype=np.float32)
        return np.repeat(bars[:, np.newaxis], self.places, axis=1)


def _errors(low_rank: LowRankScores) -> Floats:
    """Bound of the rounding error of a score in single precision, for each user."""
    longest = np.sqrt(np.einsum("if,if->i", low_rank.items, low_rank.items).max())
    lengths = np.sqrt(np.einsum("uf,uf->u", low_rank.users, low_rank.users))
    return np.asarray((low_rank.users.shape[1] + 4) * _ROUNDING * longest * lengths)


def _decide(
    low_rank: LowRankScores, rated: Rated, candidates: TopLists, *, n: int, errors: Floats
) -> None:
    """Do again, in double precision, users whose candidates may lack a better item."""
    spare = candidates.scores.shape[1]
    if spare == low_rank.item_count:
        return
    complete = candidates.scores[:, -1] == -np.inf
    unsure = ~complete & (candidates.scores[:, n - 1] <= candidates.scores[:, -1] + 2 * errors)
    scores = np.empty(low_rank.item_count)
    for user in np.flatnonzero(unsure):
        selection.score_all(low_rank.users[user], low_rank.items, scores)
        scores[rated.indices[rated.indptr[user] : rated.indptr[user + 1]]] = -np.inf
        order = np.argsort(-scores, kind="stable")[:spare]
        candidates.items[user] = order
        candidates.scores[user] = scores[order]


def _rank_sparse(sparse: SparseScores, rated: Rated, n: int) -> TopLists:
    lists = _empty(len(sparse), n)

    def work(blocks: Iterator[slice]) -> None:
        for block in blocks:
            _settle(sparse, rated, block, lists)

    _on_all_cores(work, len(sparse), _SPARSE_USERS)
    return lists


def _settle(sparse: SparseScores, rated: Rated, block: slice, lists: TopLists) -> None:
    """Find a block of users' lists: sums are in double precision from the start."""
    totals = sparse.bases(block)
    indptr = sparse.indptr[block.start : block.stop + 1]
    selection.add_rows(indptr, sparse.rows, sparse.weights, sparse.matrix, totals)
    indptr = rated.indptr[block.start : block.stop + 1]
    selection.mask(totals, 0, indptr, rated.indices, indptr[:-1].copy())
    selection.scan(totals, 0, lists.scores[block], lists.items[block])
