"""Training: ratings loaded and factors learnt, beside scikit-surprise and cornac in the same run.

Run as `python -m benchmarks.learning_speed [100k] [1m] [10m]`, by default 100k and 1m. The
reference for 10m takes two epochs of twenty and is scaled: all of them would take five minutes.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
from cornac.data import Dataset as CornacDataset
from cornac.models import MF
from recommender.algorithms import biased_mf
from recommender.options import Options
from recommender.ratings import Ratings
from recommender.ratings_columns import from_columns
from surprise import SVD, Dataset, Reader

from benchmarks.goals import Figure, median_seconds, report, seconds
from benchmarks.made_ratings import make

EPOCHS = 20
#: Times scikit-surprise's speed, on two cores and on one.
GOALS = {"100k": (18, 13), "1m": (30, 18), "10m": (50, 30)}
REFERENCE_EPOCHS = {"100k": EPOCHS, "1m": EPOCHS, "10m": 2}
LOADING_GOAL = 20
MEMORY_GOAL_MB = 650
OPTIONS = Options.parse({"algorithm": "svd", "n_factors": "100", "n_epochs": str(EPOCHS)})


def main(shapes: list[str]) -> int:
    """Measure the shapes, print a table, write JSON."""
    figures = [figure for shape in shapes for figure in _measure(shape)]
    return report("learning_speed", figures)


def _measure(shape: str) -> list[Figure]:
    ratings = make(shape)
    frame, columns = _table(ratings)
    their_loading, reference = _reference(shape, frame)
    times = 3 if shape == "10m" else 5

    def learn() -> float:
        return median_seconds(lambda: biased_mf.fit(ratings, OPTIONS, _ignore), times)

    both, one = learn(), _on_one_core(learn)
    ours = median_seconds(lambda: from_columns(*columns), times)
    goal_two, goal_one = GOALS[shape]
    rate = len(ratings) * EPOCHS / both / 1e6
    found = [
        Figure(
            f"{shape}: times scikit-surprise, two cores",
            reference / both,
            goal_two,
            unit="x",
            note=f"{both:.2f} s against {reference:.1f} s",
        ),
        Figure(f"{shape}: times scikit-surprise, one core", reference / one, goal_one, unit="x"),
        Figure(f"{shape}: million ratings learnt from a second", rate),
        Figure(
            f"{shape}: times scikit-surprise, loading",
            their_loading / ours,
            LOADING_GOAL if shape == "10m" else None,
            unit="x",
            note=f"{ours:.2f} s against {their_loading:.1f} s",
        ),
        *_beside_cornac(shape, ratings, both),
    ]
    if shape == "10m":
        figure = Figure(
            f"{shape}: peak memory of learning",
            _peak_megabytes(shape),
            MEMORY_GOAL_MB,
            at_most=True,
            unit="MB",
        )
        found.append(figure)
    return found


def _reference(shape: str, frame: pd.DataFrame) -> tuple[float, float]:
    """Seconds that scikit-surprise takes to load and to learn."""
    start = time.perf_counter()
    dataset = Dataset.load_from_df(frame, Reader(rating_scale=(1, 5)))
    trainset = dataset.build_full_trainset()
    loaded = time.perf_counter() - start
    epochs = REFERENCE_EPOCHS[shape]
    return loaded, seconds(lambda: SVD(n_epochs=epochs).fit(trainset)) * EPOCHS / epochs


def _peak_megabytes(shape: str) -> int:
    command = [sys.executable, "-m", "benchmarks.learning_speed", "--peak", shape]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _table(ratings: Ratings) -> tuple[pd.DataFrame, tuple[pa.ChunkedArray, ...]]:
    """The ratings in random order, as a frame of numbers and as columns of text."""
    order = np.random.default_rng(0).permutation(len(ratings))
    users, items, values = ratings.users[order], ratings.items[order], ratings.values[order]
    frame = pd.DataFrame({"user": users, "item": items, "rating": values})
    texts = (pa.array(ids) for ids in (ratings.user_ids.tolist(), ratings.item_ids.tolist()))
    columns = [text.take(pa.array(rows)) for text, rows in zip(texts, (users, items), strict=True)]
    return frame, tuple(pa.chunked_array([column]) for column in (*columns, pa.array(values)))


def _beside_cornac(shape: str, ratings: Ratings, ours: float) -> list[Figure]:
    if shape == "10m":
        return []
    triplets = zip(
        ratings.users.tolist(), ratings.items.tolist(), ratings.values.tolist(), strict=True
    )
    data = CornacDataset.from_uir(list(triplets))
    settings = {"k": 100, "max_iter": EPOCHS, "learning_rate": 0.005, "lambda_reg": 0.02}

    def fit() -> None:
        MF(**settings, use_bias=True, seed=0, num_threads=2, early_stop=False).fit(data)

    theirs = median_seconds(fit, 5)
    return [Figure(f"{shape}: times cornac's MF, two cores", theirs / ours, 1, unit="x")]


def _on_one_core(work: Callable[[], float]) -> float:
    cores = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(cores)})
        return work()
    finally:
        os.sched_setaffinity(0, cores)


def _print_peak(shape: str) -> None:
    """Learn in a process that does nothing else, and print its peak in megabytes."""
    biased_mf.fit(make(shape), OPTIONS, _ignore)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)


def _ignore(_share: float) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        _print_peak(sys.argv[2])
        sys.exit()
    sys.exit(main(sys.argv[1:] or ["100k", "1m"]))
