"""Our arrays against scikit-surprise's own objects: same numbers, unknown ids included."""

from collections import defaultdict

import numpy as np
import pytest
from recommender.arrays import UNKNOWN
from recommender.rating.divergence import DivergenceError
from recommender.rating.svd import fit
from surprise import SVD, Trainset

EXACT = 1e-6


def surprise_trainset(ratings) -> Trainset:
    """Surprise's own model of the same ratings in the same order."""
    by_user, by_item = defaultdict(list), defaultdict(list)
    rows = zip(ratings.users.tolist(), ratings.items.tolist(), ratings.values.tolist(), strict=True)
    for user, item, value in rows:
        by_user[user].append((item, value))
        by_item[item].append((user, value))
    return Trainset(
        by_user,
        by_item,
        len(ratings.user_ids),
        len(ratings.item_ids),
        len(ratings),
        ratings.scale,
        {id_: index for index, id_ in enumerate(ratings.user_ids.tolist())},
        {id_: index for index, id_ in enumerate(ratings.item_ids.tolist())},
    )


def surprise_svd(ratings, options) -> SVD:
    algorithm = SVD(
        n_factors=options.n_factors,
        n_epochs=options.n_epochs,
        lr_all=options.lr_all,
        reg_all=options.reg_all,
        init_std_dev=options.init_std_dev,
        random_state=options.seed,
    )
    return algorithm.fit(surprise_trainset(ratings))


def assert_same_estimates(ratings, options, pairs: int) -> None:
    model = fit(ratings, options, lambda share: None)
    reference = surprise_svd(ratings, options)
    random = np.random.default_rng(3)
    users = random.integers(UNKNOWN, len(ratings.user_ids), pairs)
    items = random.integers(UNKNOWN, len(ratings.item_ids), pairs)
    # enough of the unknown on both sides, and of both at once
    users[random.random(pairs) < 0.1] = UNKNOWN
    items[random.random(pairs) < 0.1] = UNKNOWN
    user_ids = [*ratings.user_ids.tolist(), "nobody"]
    item_ids = [*ratings.item_ids.tolist(), "nothing"]
    expected = [
        reference.predict(user_ids[user], item_ids[item]).est
        for user, item in zip(users.tolist(), items.tolist(), strict=True)
    ]
    assert np.abs(model.estimate(users, items) - expected).max() < EXACT
    assert np.count_nonzero((users == UNKNOWN) & (items == UNKNOWN)) > pairs / 200


def test_factors_equal_surprise(made_up, options):
    model = fit(made_up, options(seed=7), lambda share: None)
    reference = surprise_svd(made_up, options(seed=7))
    assert np.array_equal(model.user_factors[:-1], reference.pu)
    assert np.array_equal(model.item_factors[:-1], reference.qi)
    assert np.array_equal(model.user_biases[:-1], reference.bu)
    assert np.array_equal(model.item_biases[:-1], reference.bi)
    assert model.global_mean == pytest.approx(reference.trainset.global_mean, abs=1e-12)


def test_estimates_equal_surprise_for_10000_pairs(made_up, options):
    # a high learning rate, so that some estimates leave the scale and are clipped
    assert_same_estimates(made_up, options(lr_all=0.05, n_epochs=20), pairs=10_000)


def test_estimates_on_half_stars_equal_surprise_and_keep_to_the_scale(latest_small, options):
    assert latest_small.scale == (0.5, 5)
    assert_same_estimates(latest_small, options(), pairs=10_000)


def test_the_same_seed_gives_the_same_model_and_another_seed_another(made_up, options):
    one, two, other = (
        fit(made_up, options(seed=seed), lambda share: None).user_factors for seed in (1, 1, 2)
    )
    assert np.array_equal(one, two)
    assert not np.allclose(one, other)


def test_progress_goes_to_one(made_up, options):
    shares: list[float] = []
    fit(made_up, options(n_epochs=4), shares.append)
    assert shares == [0.25, 0.5, 0.75, 1]


def test_divergence_is_an_error_not_a_model(made_up, options):
    with pytest.raises(DivergenceError, match=r"diverged with lr_all=1\.0: choose a lower"):
        fit(made_up, options(lr_all=1.0, n_epochs=50), lambda share: None)
