"""One suite for every ranking model, on a checkerboard whose answers need no calculation.

Users rate the items of their own parity, all but one; that one is the right recommendation.
"""

from dataclasses import replace

import numpy as np
import pytest
from recommender.arrays import UNKNOWN
from recommender.data.features import NO_ANSWERS, Features
from recommender.data.histories import UserHistories
from recommender.data.rating_levels import RatingLevels
from recommender.data.ratings import Ratings
from recommender.ranking import choice
from recommender.ranking.base import ModelState, TrainingContext
from recommender.ranking.prior import count
from recommender.ranking.prior_fit import fit as fit_prior
from recommender.ranking.registry import RANKERS
from recommender.ranking.top_lists import rank
from recommender.ranking.top_n import Rated
from recommender.rating import biased_mf
from recommender.training.option_table import parse_options

SIZE = 40
PERSONAL = ("ease", "als", "ensemble")


@pytest.fixture(scope="module")
def board() -> Ratings:
    users, items = np.indices((SIZE, SIZE)).reshape(2, -1)
    rated = ((users + items) % 2 == 0) & (users != items)
    ids = np.array([f"{n:02}" for n in range(SIZE)])
    count = int(rated.sum())
    return Ratings(
        ids,
        ids,
        users[rated].astype(np.int32),
        items[rated].astype(np.int32),
        np.full(count, 4.0),
        np.full(count, "NaT", "datetime64[s]"),
        (1.0, 5.0),
    )


def context_of(ratings: Ratings, **options: str) -> TrainingContext:
    chosen = parse_options({"n_factors": "8", "als_factors": "8", "als_reg": "0.1"} | options)
    return TrainingContext(ratings, biased_mf.fit(ratings, chosen, lambda _: None), chosen)


@pytest.fixture(scope="module", params=list(RANKERS))
def fitted(request, board):
    """A ranker of each kind with what it was fitted on."""
    context = context_of(board, ease_reg="1")
    return RANKERS[request.param].fit(context), context


def probabilities(ratings: Ratings) -> np.ndarray:
    features = Features.none(len(ratings.user_ids), len(ratings.item_ids))
    return count(ratings, features).probabilities(NO_ANSWERS)


@pytest.mark.parametrize("name", PERSONAL)
def test_the_withheld_item_comes_first(board, name):
    ranker = RANKERS[name].fit(context_of(board, ease_reg="1"))
    scores = ranker.with_prior(UserHistories.of_ratings(board), probabilities(board))
    lists = rank(scores, Rated(board.rated_indptr, board.items), 1)
    assert lists.items[:, 0].tolist() == list(range(SIZE))


def test_one_user_alone_scores_as_among_all(fitted, board):
    ranker, _ = fitted
    everyone = UserHistories.of_ratings(board)
    together = ranker.with_prior(everyone, probabilities(board)).dense()
    for user in (0, 7, SIZE - 1):
        alone = ranker.with_prior(everyone.take(user), probabilities(board)).dense()
        assert np.allclose(alone[0], together[user], atol=1e-9)


def test_an_unknown_user_with_a_users_ratings_scores_as_that_user(fitted, board):
    ranker, _ = fitted
    if ranker.name == "estimate":
        pytest.skip("a known user has trained factors, an unknown one folded-in ones")
    user = UserHistories.of_ratings(board).take(3)
    unknown = replace(user, users=np.array([UNKNOWN]))
    assert np.allclose(
        ranker.with_prior(unknown, probabilities(board)).dense(),
        ranker.with_prior(user, probabilities(board)).dense(),
    )


def test_an_unknown_user_without_ratings_gets_what_is_popular(fitted, board):
    ranker, _ = fitted
    prior = np.linspace(0, 1, SIZE)
    scores = ranker.with_prior(UserHistories.of_ratings(board).take(UNKNOWN), prior).dense()[0]
    assert np.isfinite(scores).all()
    if ranker.name != "estimate":
        assert scores.argmax() == SIZE - 1


def test_a_ranking_model_survives_the_artifact(fitted, board):
    ranker, context = fitted
    assert set(ranker.arrays()) == set(type(ranker).array_layout)
    stored = {name: np.array(array) for name, array in ranker.arrays().items()}
    restored = type(ranker).restore(ModelState(stored, context.estimator))
    histories = UserHistories.of_ratings(board)
    assert np.allclose(
        restored.with_prior(histories, probabilities(board)).dense(),
        ranker.with_prior(histories, probabilities(board)).dense(),
        atol=1e-6,
    )


def test_the_same_seed_gives_the_same_scores(fitted, board):
    ranker, context = fitted
    again = type(ranker).fit(context)
    histories = UserHistories.of_ratings(board)
    assert np.array_equal(
        ranker.score_matrix(histories).dense(), again.score_matrix(histories).dense()
    )


def test_contributions_add_up_to_the_score(fitted, board):
    ranker, context = fitted
    unknown = UserHistories.unknown_user(np.array([2, 8, 5], np.int32), np.array([5.0, 4.0, 1.0]))
    items = np.array([0, 4, 7])
    added = ranker.contributions(unknown, items).sum(axis=0)
    scores = ranker.score_matrix(unknown).dense()[0, items]
    if ranker.name == "estimate":
        # an unknown user's ratings do not make the mean and the items' biases
        model = context.estimator
        scores = scores - model.global_mean - model.item_biases[items]
    assert np.allclose(added, scores, atol=1e-6)


def test_als_folds_in_as_implicit_does(board):
    from implicit.cpu.als import AlternatingLeastSquares
    from recommender.ranking.als import CONFIDENCE, Als
    from scipy.sparse import csr_matrix
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=8, regularization=0.1, alpha=CONFIDENCE, random_state=0, use_cg=False
        )
        table = csr_matrix(
            (np.ones(len(board), np.float32), board.items, board.rated_indptr), (SIZE, SIZE)
        )
        model.fit(table, show_progress=False)
        expected = model.recalculate_user(np.arange(SIZE), table)
    levels = RatingLevels(board.scale, 4.0)
    found = Als(model.item_factors, 0.1, levels).fold_in(UserHistories.of_ratings(board))
    assert np.allclose(found, expected, atol=1e-3)


@pytest.mark.parametrize(
    ("items", "wanted", "chosen"),
    [(1682, "auto", "ease"), (8192, "auto", "ease"), (8193, "auto", "als"), (9, "als", "als")],
)
def test_auto_is_ease_up_to_8192_items_and_als_beyond(items, wanted, chosen):
    assert choice.choose((items, 9), parse_options({"ranking": wanted}), pytest.fail) == chosen


@pytest.mark.parametrize("ranking", ["ease", "ensemble"])
def test_without_memory_als_takes_the_place_of_ease_and_says_so(monkeypatch, ranking):
    monkeypatch.setattr(choice, "free_bytes", lambda: 100 << 20)
    said: list[str] = []
    assert choice.choose((8000, 9), parse_options({"ranking": ranking}), said.append) == "als"
    assert len(said) == 1
    assert f"als instead of {ranking}: 8000 items need" in said[0]
    assert "100 MB are free" in said[0]


def test_users_of_disjoint_groups_get_no_items_of_the_other_group():
    # two groups of forty, each with items of its own: the table has two directions
    members, films = np.indices((80, 80)).reshape(2, -1)
    rated = (members // 40 == films // 40) & ((members + films) % 3 > 0)
    ids = np.array([f"{n:02}" for n in range(80)])
    ratings = Ratings(
        ids,
        ids,
        members[rated].astype(np.int32),
        films[rated].astype(np.int32),
        np.full(rated.sum(), 4.0),
        np.full(rated.sum(), "NaT", "datetime64[s]"),
        (1.0, 5.0),
    )
    ranker = RANKERS["ease"].fit(context_of(ratings))
    film = np.arange(80, dtype=np.int32)
    unknown = UserHistories(np.full(80, UNKNOWN), np.arange(81), film, np.full(80, 4.0))
    lists = rank(ranker.score_matrix(unknown), Rated(np.arange(81), film), 10)
    assert (lists.items // 40 == film[:, np.newaxis] // 40).all()


@pytest.mark.parametrize("name", list(RANKERS))
@pytest.mark.parametrize(
    ("users", "items", "values"),
    [
        (["a", "b"], ["x", "y"], [1.0, 1.0]),
        (["a", "a", "b", "c"], ["x", "y", "z", "w"], [2.0, 5.0, 2.0, 0.0]),
        (["a", "b", "c", "d"], ["x", "x", "x", "y"], [-3.0, -1.0, -2.0, -1.0]),
    ],
    ids=["constant", "items seen once", "scale below zero"],
)
def test_poor_data_give_finite_lists(ratings_of, name, users, items, values):
    ratings = ratings_of(users, items, values)
    # more factors than items
    ranker = RANKERS[name].fit(context_of(ratings, n_factors="20", als_factors="20"))
    features = Features.none(len(ratings.user_ids), len(ratings.item_ids))
    prior = fit_prior(ratings, features, 0).probabilities(NO_ANSWERS)
    scores = ranker.with_prior(UserHistories.of_ratings(ratings), prior)
    lists = rank(scores, Rated(ratings.rated_indptr, ratings.items), 10)
    assert np.isfinite(scores.dense()).all()
    assert (lists.scores > -np.inf).sum(axis=1).tolist() == [
        len(ratings.item_ids) - rated for rated in np.diff(ratings.rated_indptr)
    ]
