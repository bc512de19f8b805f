"""Factors of unknown users against the plain ridge regression."""

import numpy as np
import pytest
from recommender.data.histories import UserHistories
from recommender.rating.factors import FactorModel
from recommender.rating.fold_in import BIAS_RIDGE, FACTOR_RIDGE, fold_in

ITEMS, FACTORS = 60, 7


@pytest.fixture(scope="module")
def model() -> FactorModel:
    random = np.random.default_rng(1)
    return FactorModel.of(
        3.4,
        (1.0, 5.0),
        biases=(random.normal(0, 0.3, 5), random.normal(0, 0.3, ITEMS)),
        factors=(random.normal(0, 0.3, (5, FACTORS)), random.normal(0, 0.3, (ITEMS, FACTORS))),
    )


def unknown_user(count: int, value: float | None = None) -> UserHistories:
    random = np.random.default_rng(count)
    items = random.permutation(ITEMS)[:count].astype(np.int32)
    return UserHistories.unknown_user(
        items, random.uniform(1, 5, count) if value is None else np.full(count, value)
    )


@pytest.mark.parametrize("count", [1, 3, FACTORS + 1, 50])
def test_folding_in_is_the_ridge_regression_on_the_rated_items(model, count):
    history = unknown_user(count)
    features = np.column_stack([np.ones(count), model.item_factors[history.items]])
    target = history.values - model.global_mean - model.item_biases[history.items]
    spread = np.mean(np.square(model.item_factors[:-1]))
    ridge = np.diag(np.sqrt([BIAS_RIDGE, *[FACTOR_RIDGE * spread] * FACTORS]))
    expected, *_ = np.linalg.lstsq(
        np.vstack([features, ridge]), np.append(target, np.zeros(FACTORS + 1)), rcond=None
    )
    folded = fold_in(model, history)
    assert np.allclose([*folded.biases, *folded.factors[0]], expected)


def test_a_user_without_ratings_has_zero_factors(model):
    folded = fold_in(model, unknown_user(0))
    assert not folded.biases.any()
    assert not folded.factors.any()
    assert folded.estimate(model, np.array([0]), np.array([-1]))[0] == pytest.approx(3.4)


def test_known_users_keep_their_fitted_factors(model):
    histories = UserHistories(
        np.array([4, -1, 0]), np.zeros(4, np.int64), np.zeros(0, np.int32), np.zeros(0)
    )
    folded = fold_in(model, histories)
    assert np.array_equal(folded.biases, model.user_biases[[4, -1, 0]])
    users, items = np.array([0, 1, 2]), np.array([3, 3, 5])
    expected = model.estimate(np.array([4, -1, 0]), items)
    assert np.allclose(folded.estimate(model, users, items), expected)


def test_estimates_keep_to_the_scale_and_follow_the_ratings(model):
    items = np.arange(ITEMS)
    high, low = (
        fold_in(model, unknown_user(50, value)).estimate(model, np.zeros(ITEMS, int), items)
        for value in (5.0, 1.0)
    )
    assert high.max() <= 5
    assert low.min() >= 1
    assert high.mean() > low.mean() + 1
