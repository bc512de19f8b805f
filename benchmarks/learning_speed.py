"""Training: ratings loaded and factors trained, beside scikit-surprise and cornac in the same run.

Run as `python -m benchmarks.learning_speed [100k] [1m] [10m]`, by default all. Both sides load the
same ids and ratings in the same random order. The reference for 10m takes two epochs of twenty and
is scaled: all of them would take three minutes.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from cornac.data import Dataset as CornacDataset
from cornac.models import MF
from recommender.data.ratings import Ratings
from recommender.data.ratings_table import from_columns
from recommender.progress import ignore
from recommender.rating import biased_mf
from surprise import SVD, Dataset, Reader, Trainset

from benchmarks.goals import Figure, median_seconds, report, seconds
from benchmarks.learning_memory import EPOCHS, OPTIONS
from benchmarks.made_ratings import make

#: Times scikit-surprise's speed, on two cores and on one.
GOALS = {"100k": (18, 13), "1m": (30, 18), "10m": (50, 30)}
REFERENCE_EPOCHS = {"100k": EPOCHS, "1m": EPOCHS, "10m": 2}
LOADING_GOAL = 20
MEMORY_GOAL_MB = 650


def main(shapes: list[str]) -> int:
    """Measure the shapes, print a table, write JSON."""
    figures = [figure for shape in shapes for figure in _measure(shape)]
    return report("learning_speed", figures)


def _measure(shape: str) -> list[Figure]:
    ratings = make(shape)
    frame, columns = _table(ratings)
    their_loading, reference = _reference(shape, frame)

    def learn() -> float:
        return median_seconds(lambda: biased_mf.fit(ratings, OPTIONS, ignore))

    both, one = learn(), _on_one_core(learn)
    ours = median_seconds(lambda: from_columns(*columns))
    goal_two, goal_one = GOALS[shape]
    rate = len(ratings) * EPOCHS / both / 1e6
    found = [
        Figure(
            f"{shape}: times scikit-surprise, two cores",
            reference / both,
            goal_two,
            unit="x",
            note=f"{both:.3f} s against {reference:.2f} s",
        ),
        Figure(f"{shape}: times scikit-surprise, one core", reference / one, goal_one, unit="x"),
        Figure(f"{shape}: million ratings trained on a second", rate),
        Figure(
            f"{shape}: times scikit-surprise, loading",
            their_loading / ours,
            LOADING_GOAL if shape == "10m" else None,
            unit="x",
            note=f"{ours:.3f} s against {their_loading:.2f} s",
        ),
        *_beside_cornac(shape, ratings, both),
    ]
    if shape == "10m":
        figure = Figure(
            f"{shape}: peak memory of a process that learns",
            _peak_megabytes(ratings),
            MEMORY_GOAL_MB,
            at_most=True,
            unit="MB",
        )
        found.append(figure)
    return found


def _reference(shape: str, frame: pd.DataFrame) -> tuple[float, float]:
    """Seconds that scikit-surprise takes to load and to learn: medians of five, of one for 10m."""
    times = 1 if shape == "10m" else 5
    epochs = REFERENCE_EPOCHS[shape]

    def load() -> Trainset:
        data = Dataset.load_from_df(frame, Reader(rating_scale=(1, 5)))
        return data.build_full_trainset()

    loaded = statistics.median(seconds(load) for _ in range(times))
    trainset = load()
    trained = statistics.median(
        seconds(lambda: SVD(n_epochs=epochs).fit(trainset)) for _ in range(times)
    )
    return loaded, trained * EPOCHS / epochs


def _peak_megabytes(ratings: Ratings) -> int:
    """Of a process that gets the ratings as arrays and does nothing but learn from them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "ratings.npz")
        np.savez(file, users=ratings.users, items=ratings.items, values=ratings.values)
        command = [sys.executable, "-m", "benchmarks.learning_memory", str(file)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _table(ratings: Ratings) -> tuple[pd.DataFrame, tuple[pa.ChunkedArray, ...]]:
    """The ratings in random order, with ids of text, as a frame and as columns."""
    order = np.random.default_rng(0).permutation(len(ratings))
    users, items, values = ratings.users[order], ratings.items[order], ratings.values[order]
    ids = (ratings.user_ids.astype(object)[users], ratings.item_ids.astype(object)[items])
    frame = pd.DataFrame({"user": ids[0], "item": ids[1], "rating": values})
    columns = (pa.array(column) for column in (*ids, values))
    return frame, tuple(pa.chunked_array([column]) for column in columns)


def _beside_cornac(shape: str, ratings: Ratings, ours: float) -> list[Figure]:
    triplets = zip(
        ratings.users.tolist(), ratings.items.tolist(), ratings.values.tolist(), strict=True
    )
    data = CornacDataset.from_uir(list(triplets))
    settings = {"k": 100, "max_iter": EPOCHS, "learning_rate": 0.005, "lambda_reg": 0.02}

    def fit(seed: int | None) -> None:
        MF(**settings, use_bias=True, seed=seed, num_threads=2, early_stop=False).fit(data)

    # with a seed it takes one thread, without one two that race: whichever is faster counts
    theirs = min(median_seconds(lambda: fit(0)), median_seconds(lambda: fit(None)))
    return [
        Figure(f"{shape}: times cornac's MF, the better of one and two", theirs / ours, 1, unit="x")
    ]


def _on_one_core(work: Callable[[], float]) -> float:
    cores = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(cores)})
        return work()
    finally:
        os.sched_setaffinity(0, cores)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(GOALS)))
