"""The Bayesian factorization: repeatable, and better than a single model."""

import numpy as np
import pytest
import scipy.sparse
from recommender.rating import bayesian, biased_mf
from recommender.rating.hierarchical_prior import similarity_kernel
from recommender.rating.posterior import Average
from recommender.training.option_table import parse_options


def ignore(_):
    pass


def error(model, test) -> float:
    return float(np.sqrt(np.mean(np.square(model.estimate(test.users, test.items) - test.values))))


def test_the_average_estimates_better_than_a_single_model(movielens_100k):
    ratings, _ = movielens_100k
    held = np.random.default_rng(0).permutation(len(ratings)) % 5 == 0
    train, test = ratings.select(~held), ratings.select(held)
    small = parse_options({"algorithm": "bayesian", "n_factors": "10", "n_epochs": "40"})
    found = error(bayesian.fit(train, small, ignore), test)
    assert found < 0.9
    assert found < error(biased_mf.fit(train, parse_options({}), ignore), test) - 0.01


def test_the_same_seed_gives_the_same_model(made_up):
    first, again, other = (
        bayesian.fit(
            made_up,
            parse_options({"algorithm": "bayesian", "n_epochs": "10", "seed": str(seed)}),
            ignore,
        )
        for seed in (3, 3, 4)
    )
    assert np.array_equal(first.user_factors, again.user_factors)
    assert not np.allclose(first.user_biases, other.user_biases)


def test_the_average_is_the_mean_of_its_draws():
    random = np.random.default_rng(1)
    draws = [(random.normal(size=(7, 4)), random.normal(size=(9, 4))) for _ in range(300)]
    average = Average()
    for users, items in draws:
        average.add(users, items)
    model = average.model(0.0, (-99.0, 99.0))
    grid = np.indices((7, 9)).reshape(2, -1)
    expected = np.mean(
        [users[:, :1] + items[:, 0] + users[:, 1:] @ items[:, 1:].T for users, items in draws],
        axis=0,
    )
    assert np.allclose(model.estimate(*grid), expected.ravel(), atol=1e-9)


def test_the_similarity_kernel_is_the_share_of_common_neighbours():
    table = scipy.sparse.csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1.0]]))
    found = similarity_kernel(table)
    kernel = found.directions * found.strengths @ found.directions.T
    assert np.allclose(kernel, [[1, 1, 0], [1, 1, 0], [0, 0, 1]])


@pytest.mark.parametrize("rows", [1, 2])
def test_few_ratings_give_a_finite_model(ratings_of, rows):
    users = ["a", "b"] * rows
    items = [f"i{n}" for n in range(2 * rows)]
    ratings = ratings_of(users, items, [3.0] * (2 * rows))
    model = bayesian.fit(ratings, parse_options({"algorithm": "bayesian", "n_epochs": "5"}), ignore)
    assert model.is_finite()
