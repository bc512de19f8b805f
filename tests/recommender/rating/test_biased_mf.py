"""The compiled factorization against scikit-surprise: same numbers, or as good and repeatable."""

import os
from dataclasses import replace

import numpy as np
import pytest
from recommender.kernels.sgd import Block, Weights, exact_sgd_step, sgd_step
from recommender.rating import biased_mf, factor_rows, svd
from recommender.rating.divergence import DivergenceError
from recommender.rating.schedule import lay_out
from recommender.training.option_table import parse_options

ARRAYS = ("user_biases", "item_biases", "user_factors", "item_factors")


def ignore(_):
    pass


def same(one, other) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ARRAYS)


@pytest.mark.parametrize("changed", [{}, {"n_factors": 50, "n_epochs": 3, "seed": 7}])
def test_the_exact_fit_has_surprises_factors(made_up, options, changed):
    ours = biased_mf.fit_exactly(made_up, options(**changed), ignore)
    reference = svd.fit(made_up, options(**changed), ignore)
    for name in ARRAYS:
        assert np.allclose(getattr(ours, name), getattr(reference, name), rtol=1e-12, atol=1e-15)
    assert ours.global_mean == reference.global_mean


def test_single_precision_stays_close_to_the_exact_numbers(made_up):
    random = np.random.default_rng(2)
    factors = [random.normal(size=(60, 9)), random.normal(size=(40, 9))]
    exact = Weights(np.zeros(60), np.zeros(40), *(array.copy() for array in factors))
    users, items = (
        factor_rows.make(array.astype(np.float32), np.arange(len(array), dtype=np.int32), one)
        for array, one in zip(factors, factor_rows.ONES, strict=True)
    )
    # one user after another, as fast blocks interleave four stretches of the ratings
    order = np.arange(976).reshape(4, -1).T.ravel()
    one_by_one = Block(made_up.users[order], made_up.items[order], made_up.values[order])
    values = (made_up.values[:976] - 3).astype(np.float32)
    block = Block(made_up.users[:976], made_up.items[:976], values)
    for _ in range(5):
        exact_sgd_step(one_by_one, exact, 3.0, 0.01, 0.05)
        sgd_step(users.shape[1])(block, users, items, np.float32(0.01), np.float32(0.05))
    fast = Weights(users[:, -2], items[:, -1], users[:, :9], items[:, :9])
    for one, other in zip(fast, exact, strict=True):
        assert np.allclose(one, other, atol=1e-5)
    assert (users[:, -1] == 1).all()
    assert (items[:, -2] == 1).all()


@pytest.mark.parametrize("length", range(9))
def test_every_rating_of_a_block_of_any_length_is_stepped_over(length):
    users, items = (
        factor_rows.make(np.zeros((9, 3), np.float32), np.arange(9, dtype=np.int32), at)
        for at in factor_rows.ONES
    )
    indices = np.arange(length, dtype=np.int32)
    block = Block(indices, indices, np.ones(length, np.float32))
    sgd_step(users.shape[1])(block, users, items, np.float32(0.5), np.float32(0.0))
    expected = np.where(np.arange(9) < length, 0.5, 0)
    assert users[:, -2] == pytest.approx(expected)
    assert items[:, -1] == pytest.approx(expected)


@pytest.mark.parametrize("factors", [1, 13, 14, 15, 100, 1000])
def test_rows_fill_lines_of_the_cache(factors):
    made = factor_rows.make(
        np.ones((3, factors), np.float32), np.array([2, 0, 1]), factor_rows.ONES[0]
    )
    assert made.shape[1] * made.itemsize % 64 == 0
    assert made.ctypes.data % 64 == 0
    assert made.shape[1] - factors - 2 in range(16)
    assert made.sum(axis=1) == pytest.approx(factors + 1)


def test_the_same_seed_gives_the_same_model_and_another_seed_another(made_up, options):
    chosen = options(init_std_dev=0.1)
    first, again = (biased_mf.fit(made_up, chosen, ignore) for _ in range(2))
    other = biased_mf.fit(made_up, options(init_std_dev=0.1, seed=1), ignore)
    assert same(first, again)
    assert not same(first, other)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs to choose cores")
def test_one_core_fits_the_same_model_as_two(made_up, options):
    cores = os.sched_getaffinity(0)
    together = biased_mf.fit(made_up, options(), ignore)
    try:
        os.sched_setaffinity(0, {min(cores)})
        alone = biased_mf.fit(made_up, options(), ignore)
    finally:
        os.sched_setaffinity(0, cores)
    assert same(together, alone)


@pytest.mark.parametrize("row_bytes", [64, 10_000])
def test_blocks_of_a_diagonal_share_nothing_and_hold_every_rating(movielens_100k, row_bytes):
    ratings, _ = movielens_100k
    schedule = lay_out(ratings, (3.0, 0.5), row_bytes, np.random.default_rng(0))
    threads = [
        Block(*map(np.concatenate, zip(*strips, strict=True)))
        for diagonal in schedule.diagonals
        for strips in diagonal
    ]
    for one, other in (threads[:2], threads[2:]):
        assert not set(one.users) & set(other.users)
        assert not set(one.items) & set(other.items)
    users, items, values = map(np.concatenate, zip(*threads, strict=True))
    expected = (schedule.user_rows[ratings.users], schedule.item_rows[ratings.items])
    order, expected_order = np.lexsort((items, users)), np.lexsort(expected[::-1])
    assert np.array_equal(users[order], expected[0][expected_order])
    assert np.array_equal(items[order], expected[1][expected_order])
    assert np.array_equal(
        values[order], ((ratings.values[expected_order] - 3) / 0.5).astype(np.float32)
    )
    assert max(len(block.users) for block in threads) < 0.3 * len(ratings)


def test_a_strip_of_items_stays_in_the_cache(movielens_100k):
    ratings, _ = movielens_100k
    schedule = lay_out(ratings, (0.0, 1.0), 4000, np.random.default_rng(0))
    blocks = [block for diagonal in schedule.diagonals for strips in diagonal for block in strips]
    assert len(blocks) == 4 * 7
    for block in blocks:
        assert np.ptp(block.items) * 4000 < 1.2 * (512 << 10)


def test_the_defaults_estimate_better_than_surprises_defaults(movielens_100k):
    ratings, _ = movielens_100k
    held = np.random.default_rng(0).permutation(len(ratings)) % 5 == 0
    train, test = ratings.select(~held), ratings.select(held)
    errors = {}
    for name, fit in (("biased_mf", biased_mf.fit), ("svd", svd.fit)):
        model = fit(train, parse_options({"algorithm": name}), ignore)
        errors[name] = np.sqrt(
            np.mean(np.square(model.estimate(test.users, test.items) - test.values))
        )
    assert errors["biased_mf"] < 0.912
    assert errors["biased_mf"] < errors["svd"] - 0.02


@pytest.mark.parametrize(("star", "offset"), [(0.2, -3), (2, 0), (20, 1e8)])
def test_the_scale_of_the_ratings_changes_nothing(movielens_100k, star, offset):
    ratings, _ = movielens_100k
    scale = (star * ratings.scale[0] + offset, star * ratings.scale[1] + offset)
    wide = replace(ratings, values=star * ratings.values + offset, scale=scale)
    plain, other = (biased_mf.fit(data, parse_options({}), ignore) for data in (ratings, wide))
    chosen = slice(None, None, 97)
    estimates = plain.estimate(ratings.users[chosen], ratings.items[chosen])
    assert other.estimate(ratings.users[chosen], ratings.items[chosen]) == pytest.approx(
        star * estimates + offset, rel=0, abs=0.02 * star
    )


def test_progress_goes_to_one(made_up, options):
    seen: list[float] = []
    biased_mf.fit(made_up, options(), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_divergence_is_an_error_not_a_model(made_up, options):
    with pytest.raises(DivergenceError, match=r"diverged with lr_all=1\.0: choose a lower"):
        biased_mf.fit(made_up, options(lr_all=1.0, n_epochs=50, init_std_dev=0.1), ignore)
