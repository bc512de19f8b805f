"""Compilation of every kernel, when an image is built: `python -m recommender.compile_kernels`."""

import time

import numpy as np

from recommender.data.ratings import Ratings
from recommender.kernels import reordering, ridge, selection
from recommender.progress import ignore
from recommender.ranking.scores import LowRankScores, SparseScores
from recommender.ranking.top_lists import rank
from recommender.ranking.top_n import Rated
from recommender.rating import bayesian, biased_mf
from recommender.training.option_table import parse_options


def main() -> None:
    """Run each kernel once, on next to nothing, with the types that training uses."""
    started = time.perf_counter()
    ratings = _ratings()
    # the default number of factors: the kernel is compiled for the width of its rows
    options = parse_options({"n_epochs": "2"})
    for fit in (biased_mf.fit, biased_mf.fit_exactly):
        fit(ratings, options, ignore)
    bayesian.fit(ratings, parse_options({"n_epochs": "2", "algorithm": "bayesian"}), ignore)
    rated = Rated(ratings.rated_indptr, ratings.items)
    rank(LowRankScores(np.ones((2, 2)), np.ones((3, 2))), rated, 1)
    nothing = np.zeros(0)
    sums = (ratings.rated_indptr, ratings.items, ratings.values, np.ones((3, 3), np.float32))
    rank(SparseScores(*sums, np.ones(2), np.ones(3)), rated, 1)
    # for sums where every user has a prior of their own
    totals = np.zeros((0, 3))
    selection.add_rows(np.zeros(1, np.int64), ratings.items, nothing, np.ones((3, 3)), totals)
    matrix = np.ones((3, 3))
    ridge.solve_rows(
        ratings.rated_indptr, ratings.items, matrix, matrix, np.ones(2), np.zeros((2, 3))
    )
    one, first, order = np.ones((1, 2)), np.ones(1, np.int64), np.zeros((1, 1), np.int64)
    alike = (np.zeros((1, 2), np.int32), np.ones((1, 1), np.float32))
    reordering.choose(one, one > 0, first, alike, 0.5, order)
    print(f"compiled in {time.perf_counter() - started:.1f} s")


def _ratings() -> Ratings:
    return Ratings(
        np.array(["a", "b"]),
        np.array(["x", "y", "z"]),
        np.array([0, 0, 1], np.int32),
        np.array([0, 1, 1], np.int32),
        np.array([1.0, 2.0, 3.0]),
        np.full(3, "NaT", "datetime64[s]"),
        (1.0, 3.0),
    )


if __name__ == "__main__":
    main()
