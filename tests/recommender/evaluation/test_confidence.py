"""Intervals: of means, and of differences of RMSE beside what resampling of users gives."""

import numpy as np
import pytest
from recommender.evaluation import confidence
from recommender.evaluation.confidence import Interval

RANDOM = np.random.default_rng(0)


def test_a_mean_has_the_interval_of_the_normal_distribution():
    values = np.array([0.0, 1.0, 0.0, 0.5, 1.0])
    # by hand: s = 0.5, n = 5
    assert confidence.margin(values) == pytest.approx(1.96 * 0.5 / 5**0.5)
    found = confidence.of_mean(values)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.0617307, 0.9382693))


def test_of_one_user_nothing_is_known():
    assert confidence.margin(np.ones(1)) is None
    assert confidence.of_mean(np.ones(1)) is None
    assert confidence.of_rmse_difference(np.zeros(3, int), np.ones(3), np.ones(3)) is None


def test_an_rmse_has_the_interval_that_resampled_users_have():
    counts = RANDOM.integers(1, 60, 400)
    users = np.repeat(np.arange(400), counts)
    ours = RANDOM.normal(0, RANDOM.uniform(0.5, 1.5, 400)[users])
    theirs = 0.8 * ours + RANDOM.normal(0, 0.5, len(users))
    found = confidence.of_rmse_difference(users * 7, ours, theirs)
    squares = [np.bincount(users, errors**2) for errors in (ours, theirs)]
    differences = []
    for _ in range(4000):
        drawn = RANDOM.integers(400, size=400)
        a, b = (np.sqrt(sums[drawn].sum() / counts[drawn].sum()) for sums in squares)
        differences.append(a - b)
    low, high = np.quantile(differences, [0.025, 0.975])
    assert found is not None
    width = high - low
    assert found.low == pytest.approx(low, abs=0.05 * width)
    assert found.high == pytest.approx(high, abs=0.05 * width)
    # ratings of one user go together: as if they were drawn one by one, it would be too narrow
    assert width > 1.1 * 2 * 1.96 * np.std(ours**2 - theirs**2) / (2 * len(users) ** 0.5)


def test_equal_models_differ_by_nothing():
    errors = RANDOM.normal(size=50)
    found = confidence.of_rmse_difference(np.arange(50) % 9, errors, errors)
    assert found == Interval(0.0, 0.0)
    perfect = np.zeros(50)
    assert confidence.of_rmse_difference(np.arange(50) % 9, perfect, perfect) == found
