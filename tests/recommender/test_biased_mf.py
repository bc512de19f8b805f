"""The compiled factorization against scikit-surprise: same numbers, or as good and repeatable."""

import os

import numpy as np
import pytest
from recommender.algorithms import biased_mf, svd
from recommender.algorithms.divergence import DivergenceError
from recommender.kernels.descent import Block, Weights, descend, descend_exactly
from recommender.options import Options
from recommender.schedule import lay_out

ARRAYS = ("user_biases", "item_biases", "user_factors", "item_factors")


def ignore(_):
    pass


def same(one, other) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ARRAYS)


@pytest.mark.parametrize("changed", [{}, {"n_factors": 50, "n_epochs": 3, "seed": 7}])
def test_exactly_surprises_factors(made_up, options, changed):
    ours = biased_mf.fit_exactly(made_up, options(**changed), ignore)
    reference = svd.fit(made_up, options(**changed), ignore)
    for name in ARRAYS:
        assert np.allclose(getattr(ours, name), getattr(reference, name), rtol=1e-12, atol=1e-15)
    assert ours.global_mean == reference.global_mean


def test_single_precision_stays_close_to_the_exact_numbers(made_up):
    random = np.random.default_rng(2)
    start = [np.zeros(60), np.zeros(40), random.normal(size=(60, 9)), random.normal(size=(40, 9))]
    exact = Weights(*(array.copy() for array in start))
    fast = Weights(*(array.astype(np.float32) for array in start))
    for _ in range(5):
        block = Block(made_up.users, made_up.items, made_up.values)
        descend_exactly(block, exact, 3.0, 0.01, 0.05)
        block = block._replace(values=made_up.values.astype(np.float32))
        descend(block, fast, *map(np.float32, (3.0, 0.01, 0.05)))
    for one, other in zip(fast, exact, strict=True):
        assert np.allclose(one, other, atol=1e-5)


def test_the_same_seed_gives_the_same_model_and_another_seed_another(made_up, options):
    chosen = options(init_std_dev=0.1)
    first, again = (biased_mf.fit(made_up, chosen, ignore) for _ in range(2))
    other = biased_mf.fit(made_up, options(init_std_dev=0.1, seed=1), ignore)
    assert same(first, again)
    assert not same(first, other)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs to choose cores")
def test_one_core_learns_what_two_learn(made_up, options):
    cores = os.sched_getaffinity(0)
    together = biased_mf.fit(made_up, options(), ignore)
    try:
        os.sched_setaffinity(0, {min(cores)})
        alone = biased_mf.fit(made_up, options(), ignore)
    finally:
        os.sched_setaffinity(0, cores)
    assert same(together, alone)


def test_blocks_of_a_diagonal_share_nothing_and_hold_every_rating(movielens_100k):
    ratings, _ = movielens_100k
    diagonals = lay_out(ratings, np.random.default_rng(0))
    blocks = [block for diagonal in diagonals for block in diagonal]
    for one, other in diagonals:
        assert not set(one.users) & set(other.users)
        assert not set(one.items) & set(other.items)
    pairs = np.concatenate([block.users.astype(np.int64) * 10**6 + block.items for block in blocks])
    order = np.argsort(pairs)
    assert np.array_equal(pairs[order], ratings.users.astype(np.int64) * 10**6 + ratings.items)
    values = np.concatenate([block.values for block in blocks])[order]
    assert np.array_equal(values, ratings.values.astype(np.float32))
    assert max(map(len, (block.users for block in blocks))) < 0.35 * len(ratings)


def test_defaults_estimate_better_than_surprises(movielens_100k):
    ratings, _ = movielens_100k
    held = np.random.default_rng(0).permutation(len(ratings)) % 5 == 0
    train, test = ratings.select(~held), ratings.select(held)
    errors = {}
    for name, fit in (("biased_mf", biased_mf.fit), ("svd", svd.fit)):
        model = fit(train, Options.parse({"algorithm": name}), ignore)
        errors[name] = np.sqrt(
            np.mean(np.square(model.estimate(test.users, test.items) - test.values))
        )
    assert errors["biased_mf"] < 0.912
    assert errors["biased_mf"] < errors["svd"] - 0.02


def test_progress_goes_to_one(made_up, options):
    seen = []
    biased_mf.fit(made_up, options(), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_divergence_is_an_error_not_a_model(made_up, options):
    with pytest.raises(DivergenceError, match=r"diverged with lr_all=1\.0: choose a lower"):
        biased_mf.fit(made_up, options(lr_all=1.0, n_epochs=50, init_std_dev=0.1), ignore)
