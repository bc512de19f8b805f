"""The closed form of EASE against the plain formula, in both precisions."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse
from recommender.ranking import ease_solution

REGULARIZATION = 20.0


def table(users: int, items: int) -> scipy.sparse.csr_matrix:
    rated = np.random.default_rng(4).random((users, items)) < 0.1
    return scipy.sparse.csr_matrix(rated.astype(np.float64))


def plain(rated: np.ndarray, tone: np.ndarray) -> np.ndarray:
    """Steck's formula for toned items, without any of the shortcuts."""
    scaled = rated * tone
    inverse = np.linalg.inv(scaled.T @ scaled + REGULARIZATION * np.eye(len(tone)))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights * tone[:, np.newaxis] / tone


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize("items", [2, 127, 128, 129, 300])
def test_it_is_the_plain_formula(monkeypatch, items, double):
    if double:
        monkeypatch.setattr(ease_solution, "_WELL_CONDITIONED", 0)
    monkeypatch.setattr(ease_solution, "_BLOCK_USERS", 150)
    rated = table(400, items)
    tone = np.random.default_rng(5).uniform(0.5, 2, items)
    weights = ease_solution._closed_form(rated, tone, REGULARIZATION)
    assert weights.dtype == np.float32
    assert weights == pytest.approx(plain(rated.toarray(), tone), abs=1e-6)


def test_ratings_that_would_lose_digits_are_solved_in_double_precision():
    gram = ease_solution._gram(table(400, 50), REGULARIZATION)
    assert gram.dtype == np.float32
    assert ease_solution._gram(table(400, 50), 0.01).dtype == np.float64


@pytest.mark.parametrize("double", [False, True])
def test_it_takes_no_more_memory_than_it_is_said_to(monkeypatch, double):
    if double:
        monkeypatch.setattr(ease_solution, "_WELL_CONDITIONED", 0)
    items = 1200
    rated, tone = table(300, items), np.ones(items)
    tracemalloc.start()
    try:
        ease_solution._closed_form(rated, tone, REGULARIZATION)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.1 * ease_solution.bytes_to_fit(items)
