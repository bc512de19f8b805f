"""Scores of one user, summed from the rows of the matrix."""

import numpy as np
from recommender.ranking.scores import SparseScores


def test_thousands_of_ratings_are_summed_in_parts():
    random = np.random.default_rng(0)
    rated, items = 3000, 7
    matrix = random.normal(size=(rated, items)).astype(np.float32)
    weights = random.random(rated)
    scores = SparseScores(
        np.array([0, rated]),
        np.arange(rated, dtype=np.int32),
        weights,
        matrix,
        np.ones(1),
        np.ones(items),
    )
    assert np.allclose(scores.dense()[0], 1 + weights @ matrix.astype(np.float64))
