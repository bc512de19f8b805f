"""The ten best unseen items of every user, beside other ways, and the matrix product alone.

Factors are multiplied, as the original and `implicit` do it; the lists of EASE, which the default
ranking makes up to 8,192 items, are sums of rows of its weights and have a line of their own.

Run as `python -m benchmarks.list_speed [100k] [1m] [10m] [25m]`, by default all. The
original's way builds every pair in Python: it is measured on some users and scaled.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from implicit.cpu.topk import topk
from recommender.data.histories import UserHistories
from recommender.data.rating_levels import RatingLevels
from recommender.data.ratings import Ratings
from recommender.ranking.ease import Ease
from recommender.ranking.scores import LowRankScores
from recommender.ranking.top_lists import TILE_ITEMS, TILE_USERS, rank
from recommender.ranking.top_n import Rated
from scipy.sparse import csr_matrix
from surprise import SVD, Dataset, Reader
from threadpoolctl import threadpool_limits

from benchmarks.goals import Figure, median_seconds, peak_megabytes, report
from benchmarks.made_ratings import SHAPES, make

N, FACTORS = 10, 100
#: Times the original's way, where that can be measured.
GOALS = {"100k": 1300, "1m": 3000}
IMPLICIT_GOAL, PEAK_SHARE_GOAL, MEMORY_GOAL_MB = 5, 0.8, 1536
#: How often the matrix product that is the measure is taken in a row.
_PRODUCTS = 50
#: Users of the original's way that are measured.
_REFERENCE_USERS = 300


def main(shapes: list[str]) -> int:
    """Measure the shapes, print a table, write JSON."""
    figures = [figure for shape in shapes for figure in _measure(shape)]
    return report("list_speed", figures)


def _measure(shape: str) -> list[Figure]:
    users, items, _ = SHAPES[shape]
    ratings = make(shape)
    rated = Rated(ratings.rated_indptr, ratings.items)
    scores = _scores(users, items)
    ours = median_seconds(lambda: rank(scores, rated, N))
    pairs = users * items
    speed = 2 * pairs * scores.items.shape[1] / ours / 1e9
    peak = _product_speed(scores)
    large = shape in {"10m", "25m"}
    figures = [
        Figure(f"{shape}: million pairs a second", pairs / ours / 1e6, note=f"{ours:.4f} s"),
        Figure(
            f"{shape}: share of the matrix product's speed",
            speed / peak,
            PEAK_SHARE_GOAL if large else None,
            note=f"{speed:.0f} of {peak:.0f} GFLOP/s",
        ),
    ]
    if not large:
        figures.append(_of_ease(shape, ratings, rated))
        theirs = _beside_implicit(scores, ratings)
        figures.append(
            Figure(f"{shape}: times implicit's top-k", theirs / ours, IMPLICIT_GOAL, unit="x")
        )
        original = _originals_way(ratings)
        figures.append(
            Figure(
                f"{shape}: times the original's way",
                original / ours,
                GOALS[shape],
                unit="x",
                note=f"{original:.1f} s",
            )
        )
    if shape == "25m":
        figures.append(
            Figure(
                f"{shape}: peak memory of a process that ranks",
                _peak_megabytes(scores, rated),
                MEMORY_GOAL_MB,
                at_most=True,
                unit="MB",
            )
        )
    return figures


def _peak_megabytes(scores: LowRankScores, rated: Rated) -> int:
    """Of a process that gets factors and ratings as arrays and does nothing but rank."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "factors.npz")
        np.savez(file, scores.users, scores.items, rated.indptr, rated.indices)
        command = [sys.executable, "-m", "benchmarks.list_speed", "--peak", str(file)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _print_peak(file: str) -> None:
    """Rank in a process that does nothing else, and print its peak in megabytes."""
    with np.load(file) as arrays:
        users, items, indptr, indices = arrays.values()
    rank(LowRankScores(users, items), Rated(indptr, indices), N)
    print(peak_megabytes())


def _of_ease(shape: str, ratings: Ratings, rated: Rated) -> Figure:
    weights = np.random.default_rng(0).standard_normal((len(ratings.item_ids),) * 2, np.float32)
    scores = Ease(weights, RatingLevels(ratings.scale, 3.5)).score_matrix(
        UserHistories.of_ratings(ratings)
    )
    taken = median_seconds(lambda: rank(scores, rated, N))
    pairs = len(ratings.user_ids) * len(ratings.item_ids)
    return Figure(
        f"{shape}: million pairs a second, lists of EASE",
        pairs / taken / 1e6,
        note=f"{taken:.4f} s",
    )


def _scores(users: int, items: int) -> LowRankScores:
    random = np.random.default_rng(0)

    def factors(count: int) -> np.ndarray:
        return random.standard_normal((count, FACTORS), np.float32) * np.float32(0.15)

    biases = random.standard_normal((items, 1), np.float32) * np.float32(0.5)
    ones = np.ones((users, 1), np.float32)
    return LowRankScores(np.hstack([factors(users), ones]), np.hstack([factors(items), biases]))


def _product_speed(scores: LowRankScores) -> float:
    """GFLOP/s of the same block times the same tile, again and again, a thread on each core."""
    users, items = (
        np.ascontiguousarray(scores.users[:TILE_USERS], np.float32),
        np.ascontiguousarray(scores.items[:TILE_ITEMS].T, np.float32),
    )
    cores = len(os.sched_getaffinity(0))

    def multiply(_core: int) -> None:
        scores = np.empty((len(users), items.shape[1]), np.float32)
        for _ in range(_PRODUCTS):
            np.matmul(users, items, out=scores)

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(cores) as threads:
        taken = median_seconds(lambda: list(threads.map(multiply, range(cores))), 9)
    return float(2 * users.size * items.shape[1] * _PRODUCTS * cores / taken / 1e9)


def _beside_implicit(scores: LowRankScores, ratings: Ratings) -> float:
    ones = np.ones(len(ratings), np.float32)
    shape = (len(scores.users), scores.item_count)
    rated = csr_matrix((ones, ratings.items, ratings.rated_indptr), shape)
    users, items = scores.users.astype(np.float32), scores.items.astype(np.float32)

    def work() -> None:
        for start in range(0, len(users), 4096):
            rows = slice(start, start + 4096)
            topk(items, users[rows], N, filter_query_items=rated[rows], num_threads=2)

    with threadpool_limits(1, "blas"):
        alone = median_seconds(work)
    return min(alone, median_seconds(work))  # whichever way of sharing the cores is faster


def _originals_way(ratings: Ratings) -> float:
    """Seconds of anti-testset, test and sort, for all users."""
    frame = pd.DataFrame({"user": ratings.users, "item": ratings.items, "rating": ratings.values})
    trainset = Dataset.load_from_df(frame, Reader(rating_scale=(1, 5))).build_full_trainset()
    algorithm = SVD(n_epochs=1).fit(trainset)
    users = list(trainset.all_users())
    measured = users[:: max(1, len(users) // _REFERENCE_USERS)]
    start = time.perf_counter()
    anti, fill = [], trainset.global_mean
    for user in measured:
        rated = {item for item, _ in trainset.ur[user]}
        anti += [
            (trainset.to_raw_uid(user), trainset.to_raw_iid(item), fill)
            for item in trainset.all_items()
            if item not in rated
        ]
    lists = defaultdict(list)
    for user, item, _, estimate, _ in algorithm.test(anti):
        lists[user].append((item, estimate))
    for found in lists.values():
        found.sort(key=lambda pair: pair[1], reverse=True)
        del found[N:]
    return (time.perf_counter() - start) * len(users) / len(measured)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        _print_peak(sys.argv[2])
        sys.exit()
    sys.exit(main(sys.argv[1:] or list(SHAPES)))
