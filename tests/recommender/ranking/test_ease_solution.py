"""The closed form of EASE against the plain formula, in both precisions."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse
from recommender.data.ratings import Ratings
from recommender.ranking import ease_solution

REGULARIZATION = 20.0


def table(users: int, items: int) -> scipy.sparse.csr_matrix:
    rated = np.random.default_rng(4).random((users, items)) < 0.1
    return scipy.sparse.csr_matrix(rated.astype(np.float64))


def plain(rated: np.ndarray, damping: np.ndarray) -> np.ndarray:
    """Steck's formula for damped items, without any of the shortcuts."""
    scaled = rated * damping
    inverse = np.linalg.inv(scaled.T @ scaled + REGULARIZATION * np.eye(len(damping)))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights * damping[:, np.newaxis] / damping


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize("items", [2, 127, 128, 129, 300])
def test_the_solution_is_that_of_the_plain_formula(monkeypatch, items, double):
    if double:
        monkeypatch.setattr(ease_solution, "_WELL_CONDITIONED", 0)
    monkeypatch.setattr(ease_solution, "_BLOCK_USERS", 150)
    rated = table(400, items)
    damping = np.random.default_rng(5).uniform(0.5, 2, items)
    weights = ease_solution._closed_form(rated, damping, REGULARIZATION)
    assert weights.dtype == np.float32
    assert weights == pytest.approx(plain(rated.toarray(), damping), abs=1e-6)


def test_ratings_that_would_lose_digits_are_solved_in_double_precision():
    gram = ease_solution._gram(table(400, 50), REGULARIZATION)
    assert gram.dtype == np.float32
    assert ease_solution._gram(table(400, 50), 0.01).dtype == np.float64


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize(("users", "items"), [(300, 1200), (20_000, 700)])
def test_solving_takes_no_more_memory_than_bytes_to_fit(monkeypatch, users, items, double):
    if double:
        monkeypatch.setattr(ease_solution, "_WELL_CONDITIONED", 0)
    rated = table(users, items)
    ids = np.zeros(users, np.str_), np.zeros(items, np.str_)
    user = np.repeat(np.arange(users, dtype=np.int32), np.diff(rated.indptr))
    unknown = np.full(rated.nnz, "NaT", "datetime64[s]")
    ratings = Ratings(*ids, user, rated.indices, rated.data, unknown, (0.0, 1.0))
    assert ratings.rated_indptr[-1] == rated.nnz
    tracemalloc.start()
    try:
        ease_solution.solve(ratings, rated.data, REGULARIZATION)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.1 * ease_solution.bytes_to_fit(items, rated.nnz)


def test_solving_leaves_its_arguments_alone(made_up):
    interaction_weights = np.linspace(0.1, 1, len(made_up))
    before = interaction_weights.copy()
    ease_solution.solve(made_up, interaction_weights, REGULARIZATION)
    assert np.array_equal(interaction_weights, before)


@pytest.mark.parametrize(("users", "items", "expected"), [(30, 9, 9.9), (9, 30, 9.9), (2, 2, 2.2)])
def test_regularization_follows_the_fewer_ratings_of_a_user_or_an_item(
    ratings_of, users, items, expected
):
    pairs = [(f"u{user}", f"i{item}") for user in range(users) for item in range(items)]
    ratings = ratings_of(*zip(*pairs, strict=True), [3.0] * len(pairs))
    assert ease_solution.chosen_regularization(None, ratings) == expected
    assert ease_solution.chosen_regularization(7.0, ratings) == 7
