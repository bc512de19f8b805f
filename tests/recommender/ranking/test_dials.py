"""Options of lists: what each does to a list, and that none does nothing."""

import numpy as np
import pytest
from recommender.data.features import NO_ANSWERS
from recommender.data.histories import UserHistories
from recommender.kernels import reordering
from recommender.options import ListOptions
from recommender.ranking.dials import Dials, choose_few, item_vectors
from recommender.ranking.short_lists import ShortLists
from recommender.ranking.top_n import Rated, TopLists
from recommender.training.fit import fit_models
from recommender.training.option_table import parse_options


@pytest.fixture(scope="module")
def models(movielens_100k):
    ratings, features = movielens_100k
    return fit_models(ratings, features, parse_options({"n_epochs": "10", "n_factors": "20"}))


@pytest.fixture(scope="module")
def lists_of(models, movielens_100k):
    """Lists of ten of the first hundred users, by options."""
    users = UserHistories.of_ratings(movielens_100k[0]).rows(np.arange(100))
    scores = models.ranker.with_prior(users, models.prior.probabilities(NO_ANSWERS))

    def make(**options: float) -> TopLists:
        vectors = item_vectors(models.estimator)
        dials = Dials(ListOptions(**options), models.prior.popularity, vectors)
        lists = ShortLists(models.estimator, users, 10, dials)
        return lists.rank(scores, Rated(users.indptr, users.items))

    return make


@pytest.fixture(scope="module")
def usual(models, movielens_100k) -> TopLists:
    users = UserHistories.of_ratings(movielens_100k[0]).rows(np.arange(100))
    scores = models.ranker.with_prior(users, models.prior.probabilities(NO_ANSWERS))
    lists = ShortLists(models.estimator, users, 10)
    return lists.rank(scores, Rated(users.indptr, users.items))


def test_dials_at_zero_leave_the_list(lists_of, usual):
    found = lists_of()
    assert np.array_equal(found.items, usual.items)
    assert np.array_equal(found.scores, usual.scores)


def test_the_more_diversity_the_less_alike_are_the_items(lists_of, models):
    vectors = item_vectors(models.estimator)

    def likeness(diversity: float) -> float:
        chosen = vectors[lists_of(diversity=diversity).items]
        return float((chosen @ chosen.transpose(0, 2, 1)).mean())

    found = [likeness(diversity) for diversity in (0, 0.3, 0.7, 1)]
    assert found == sorted(found, reverse=True)
    assert found[-1] < 0.8 * found[0]


def test_the_more_familiarity_the_nearer_to_the_users_own_popularity(lists_of, models, usual):
    popularity = models.prior.popularity
    found = [float(popularity[lists_of(familiarity=f).items].mean()) for f in (0, 0.3, 0.6, 1)]
    assert found == sorted(found, reverse=True)
    assert len(np.unique(lists_of(familiarity=0.3).items)) > len(np.unique(usual.items))


def test_no_item_is_listed_twice_or_was_rated(lists_of, movielens_100k):
    found = lists_of(diversity=0.5, familiarity=0.5)
    users = UserHistories.of_ratings(movielens_100k[0])
    for row, items in enumerate(found.items.tolist()):
        assert len(set(items)) == 10
        assert not set(items) & set(users.history(row)[0].tolist())


def test_first_places_are_for_good_candidates_and_none_is_chosen_before_another():
    worth = np.array([[1.0, 0.9, 0.8, -np.inf]])
    good = np.array([[False, False, True, False]])
    order = np.zeros((1, 4), np.int64)
    items = np.arange(4, dtype=np.int32)[np.newaxis]
    vectors = np.zeros((4, 1), np.float32)
    for diversity in (0.0, 0.5, 1.0):
        reordering.choose(worth, good, np.array([1]), (items, vectors), diversity, order)
        assert order[0].tolist() == [2, 0, 1, 3]


def test_likeness_by_hand():
    # the second is the first again, the third is unlike both
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    worth, items = np.array([[1.0, 0.9, 0.5]]), np.arange(3, dtype=np.int32)[np.newaxis]
    order = np.zeros((1, 2), np.int64)
    nobody = np.zeros((1, 3), np.bool_)
    for diversity, second in ((0.0, 1), (0.25, 1), (0.35, 2)):
        reordering.choose(worth, nobody, np.zeros(1, int), (items, vectors), diversity, order)
        assert order[0].tolist() == [0, second]


@pytest.mark.parametrize("diversity", [0.0, 0.3, 1.0])
def test_few_lists_are_chosen_as_many_are(diversity):
    """The endpoint has no kernels; whoever is in the table is shown the same."""
    random = np.random.default_rng(0)
    users, width, n = 20, 40, 15
    worth = random.random((users, width))
    worth[:, 30:][random.random((users, 10)) < 0.5] = -np.inf
    good, first = random.random((users, width)) < 0.6, random.integers(0, n, users)
    vectors = np.abs(random.normal(size=(60, 4))).astype(np.float32)
    vectors /= 1.1 * np.linalg.norm(vectors, axis=1, keepdims=True)
    items = np.array([random.permutation(60)[:width] for _ in range(users)], np.int32)
    order = np.zeros((users, n), np.int64)
    reordering.choose(worth, good, first, (items, vectors), diversity, order)
    few = choose_few(worth, good, first, (items, vectors), diversity=diversity, n=n)
    assert few.tolist() == order.tolist()
