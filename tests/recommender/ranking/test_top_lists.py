"""The compiled lists against the plain way: score everything, mask, sort."""

import os

import numpy as np
import pytest
from recommender.ranking import top_lists
from recommender.ranking.scores import LowRankScores, SparseScores
from recommender.ranking.top_lists import rank
from recommender.ranking.top_n import Rated, TopLists

USERS, ITEMS, FACTORS = 300, 1500, 17


@pytest.fixture(scope="module")
def rated() -> Rated:
    random = np.random.default_rng(6)
    rows = [np.flatnonzero(random.random(ITEMS) < 0.05) for _ in range(USERS)]
    # one user has rated all, one all but two, one nothing
    rows[3], rows[4], rows[5] = np.arange(ITEMS), np.arange(2, ITEMS), np.arange(0)
    indptr = np.cumsum([0, *map(len, rows)])
    return Rated(indptr.astype(np.int64), np.concatenate(rows).astype(np.int32))


def low_rank(scale: float = 0.1) -> LowRankScores:
    random = np.random.default_rng(7)
    return LowRankScores(
        random.normal(0, scale, (USERS, FACTORS)), random.normal(0, scale, (ITEMS, FACTORS))
    )


def plain(scores: np.ndarray, rated: Rated, n: int) -> list[list[int]]:
    """Each user's list by sorting all scores."""
    rows = np.repeat(np.arange(USERS), np.diff(rated.indptr))
    scores = scores.copy()
    scores[rows, rated.indices] = -np.inf
    order = np.argsort(-scores, axis=1, kind="stable")[:, :n]
    kept = np.take_along_axis(scores, order, axis=1) > -np.inf
    return [items[mask].tolist() for items, mask in zip(order, kept, strict=True)]


def lists_of(lists: TopLists) -> list[list[int]]:
    kept = lists.scores > -np.inf
    return [items[mask].tolist() for items, mask in zip(lists.items, kept, strict=True)]


@pytest.mark.parametrize("n", [1, 10, 100])
@pytest.mark.parametrize(("users", "items"), [(256, 1024), (7, 130), (300, 1500)])
def test_low_rank_scores_give_the_plain_lists_whatever_the_tile(
    rated, monkeypatch, n, users, items
):
    monkeypatch.setattr(top_lists, "TILE_USERS", users)
    monkeypatch.setattr(top_lists, "TILE_ITEMS", items)
    scores = low_rank()
    lists = rank(scores, rated, n)
    assert lists_of(lists) == plain(scores.dense(), rated, n)
    exact = np.take_along_axis(scores.dense(), lists.items.astype(int), axis=1)
    kept = lists.scores > -np.inf
    assert np.allclose(lists.scores[kept], exact[kept], rtol=1e-13, atol=0)
    assert [int(row.sum()) for row in kept[3:6]] == [0, min(n, 2), n]


def test_a_catalogue_smaller_than_the_list_is_listed_whole():
    scores = LowRankScores(np.ones((2, 1)), np.array([[1.0], [3.0], [2.0]]))
    lists = rank(scores, Rated(np.array([0, 1, 1]), np.array([1], np.int32)), 10)
    assert lists_of(lists) == [[2, 0], [1, 2, 0]]


def test_scores_that_single_precision_cannot_tell_apart_are_ordered_by_double(rated):
    # all scores lie within a few roundings of 1
    random = np.random.default_rng(3)
    items = np.column_stack([np.ones(ITEMS), random.permutation(ITEMS) * 1e-12])
    scores = LowRankScores(np.ones((USERS, 2)), items)
    assert lists_of(rank(scores, rated, 10)) == plain(scores.dense(), rated, 10)


def test_equal_scores_are_ordered_by_item(rated):
    ties = LowRankScores(np.ones((USERS, 1)), np.repeat([[1.0], [2.0], [1.0]], ITEMS // 3, axis=0))
    assert lists_of(rank(ties, rated, 10)) == plain(ties.dense(), rated, 10)


def test_equal_items_are_ordered_by_item_whatever_their_place():
    # the last rows of a matrix are multiplied by other instructions than the rest
    random = np.random.default_rng(11)
    items = random.normal(size=(40, 20))[random.integers(0, 40, 1003)]
    scores = LowRankScores(random.normal(size=(USERS, 20)), items)
    lists = rank(scores, Rated(np.zeros(USERS + 1, np.int64), np.zeros(0, np.int32)), 10)
    first = np.unique(items, axis=0, return_inverse=True)[1].ravel()
    for user, listed in enumerate(lists.items):
        best = first[listed[0]]
        same = np.flatnonzero(first == best)[:10]
        assert listed[: len(same)].tolist() == same.tolist(), user


def test_the_bar_of_favourites_keeps_every_favourite():
    # the favourites are the list: the bar lies at its last place, and rounding differs by tile
    random = np.random.default_rng(12)
    liked = np.abs(random.normal(size=(13, 64))) + 1
    items = np.vstack([liked, random.normal(0, 0.01, (2000, 64))])
    scores = LowRankScores(np.abs(random.normal(size=(USERS, 64))), items)
    lists = rank(scores, Rated(np.zeros(USERS + 1, np.int64), np.zeros(0, np.int32)), 12)
    expected = np.argsort(-scores.dense(), axis=1, kind="stable")[:, :12]
    assert np.array_equal(lists.items, expected)


@pytest.mark.parametrize("factors", [1, 20, 200])
def test_single_precision_stays_within_its_error_bound(factors):
    random = np.random.default_rng(13)
    scores = LowRankScores(random.normal(size=(200, factors)), random.normal(size=(3000, factors)))
    single = scores.users.astype(np.float32) @ scores.items.T.astype(np.float32)
    found = np.abs(single - scores.users @ scores.items.T).max(axis=1)
    allowed = top_lists._errors(scores)
    assert (found <= allowed).all()
    assert (found > 0.001 * allowed).all()  # and it is no blank cheque


def test_users_with_zero_factors_get_the_first_unrated_items(rated):
    scores = LowRankScores(np.zeros((USERS, 3)), np.ones((ITEMS, 3)))
    assert lists_of(rank(scores, rated, 10)) == plain(scores.dense(), rated, 10)


def test_users_who_have_rated_all_that_is_liked_get_the_rest():
    # 100 items far above the others: all are rated by one user, none by the other
    random = np.random.default_rng(8)
    items = np.column_stack([np.r_[np.full(100, 9.0), np.zeros(900)], random.normal(size=1000)])
    scores = LowRankScores(np.ones((2, 2)), items[random.permutation(1000)])
    liked = np.flatnonzero(scores.items[:, 0]).astype(np.int32)
    lists = rank(scores, Rated(np.array([0, 100, 100]), liked), 10)
    assert not set(lists.items[0]) & set(liked)
    assert set(lists.items[1]) <= set(liked)
    dense = scores.dense()
    dense[0, liked] = -np.inf
    assert np.array_equal(lists.items, np.argsort(-dense, axis=1, kind="stable")[:, :10])


@pytest.mark.parametrize("bases", [(ITEMS,), (USERS, ITEMS)])
def test_sparse_scores_give_the_plain_lists(rated, bases):
    random = np.random.default_rng(8)
    matrix = random.normal(0, 1, (ITEMS, ITEMS)).astype(np.float32)
    scores = SparseScores(
        rated.indptr,
        rated.indices,
        random.random(len(rated.indices)),
        matrix,
        random.random(USERS),
        random.random(bases),
    )
    lists = rank(scores, rated, 10)
    assert lists_of(lists) == plain(scores.dense(), rated, 10)
    exact = np.take_along_axis(scores.dense(), lists.items.astype(int), axis=1)
    kept = lists.scores > -np.inf
    assert np.allclose(lists.scores[kept], exact[kept], rtol=1e-12, atol=1e-12)


def test_low_rank_scores_with_a_base_for_each_user_become_sparse_scores(rated):
    random = np.random.default_rng(9)
    scores, weights, base = low_rank(), random.random(USERS), random.random((USERS, ITEMS))
    expected = scores.dense() + weights[:, np.newaxis] * base
    assert np.allclose(scores.plus(weights, base).dense(), expected)
    assert lists_of(rank(scores.plus(weights, base), rated, 5)) == plain(expected, rated, 5)
    assert np.allclose(
        scores.plus(weights, base[0]).dense(), scores.dense() + np.outer(weights, base[0])
    )


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs to choose cores")
def test_lists_do_not_depend_on_the_number_of_cores(rated, monkeypatch):
    monkeypatch.setattr(top_lists, "TILE_USERS", 16)  # as many blocks as keep all cores busy
    scores, cores = low_rank(1.0), os.sched_getaffinity(0)
    everywhere = rank(scores, rated, 10)
    try:
        os.sched_setaffinity(0, {min(cores)})
        alone = rank(scores, rated, 10)
    finally:
        os.sched_setaffinity(0, cores)
    assert np.array_equal(everywhere.items, alone.items)
    assert np.array_equal(everywhere.scores, alone.scores)
