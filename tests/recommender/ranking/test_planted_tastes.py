"""Low ratings count against: two planted tastes, of which each viewer likes one.

Everybody watches films of both kinds alike and rates those of one kind 5, those of the other 1: who
watched what says nothing of tastes, ratings say all.
"""

from dataclasses import replace

import numpy as np
import pytest
from recommender.data.features import NO_ANSWERS, Answers, Features, Labels
from recommender.data.histories import UserHistories
from recommender.data.rating_levels import RatingLevels
from recommender.data.ratings import Ratings
from recommender.evaluation import protocol
from recommender.ranking.ease import Ease
from recommender.ranking.reasons import explain
from recommender.ranking.short_lists import SHORT, ShortLists
from recommender.ranking.top_n import Rated, TopLists
from recommender.ranking.trained_models import TrainedModels
from recommender.training.fit import fit_models
from recommender.training.option_table import parse_options

USERS, FILMS = 120, 60
KIND = np.arange(FILMS) % 2


@pytest.fixture(scope="module")
def tastes(ratings_of) -> tuple[Ratings, Features]:
    random = np.random.default_rng(0)
    users, films = np.nonzero(random.random((USERS, FILMS)) < 0.3)
    values = np.where(users % 2 == KIND[films], 5.0, 1.0)
    ratings = ratings_of([f"{u:03}" for u in users], [f"{f:02}" for f in films], values)
    features = Features.none(USERS, FILMS)
    genres = Labels.of([["Comedy" if kind else "Horror"] for kind in KIND])
    return ratings, replace(features, items=replace(features.items, genres=genres))


@pytest.fixture(scope="module", params=["ease", "als", "ensemble"])
def models(request, tastes) -> TrainedModels:
    options = {"ranking": request.param, "n_factors": "4", "ease_reg": "10", "als_reg": "1"}
    ratings, features = tastes
    return fit_models(ratings, features, parse_options(options | {"als_factors": "8"}))


@pytest.fixture(scope="module")
def viewer() -> UserHistories:
    """Somebody who liked three films of kind 0, and did not like three of kind 1."""
    values = np.where(KIND[:6] == 0, 5.0, 1.0)
    return UserHistories.unknown_user(np.arange(6, dtype=np.int32), values)


def listed(models: TrainedModels, viewer: UserHistories, n: int, answers=NO_ANSWERS) -> TopLists:
    scores = models.ranker.with_prior(viewer, models.prior.probabilities(answers))
    lists = ShortLists(models.estimator, viewer, n)
    return lists.rank(scores, Rated(viewer.indptr, viewer.items))


def test_a_dislike_speaks_for_no_film(models, viewer):
    disliked = KIND[viewer.items] == 1
    added = models.ranker.contributions(viewer, np.arange(FILMS))
    assert (added[disliked] <= 0).all()
    assert (added[~disliked] > 0).any()


@pytest.mark.parametrize("n", [1, 3, SHORT])
def test_a_short_list_holds_the_liked_kind_alone(models, viewer, n):
    assert KIND[listed(models, viewer, n).items[0]].tolist() == [0] * n


def test_what_must_wait_follows_and_no_list_is_shorter_for_it(models, viewer):
    whole = listed(models, viewer, FILMS)
    found = whole.items[0][whole.scores[0] > -np.inf]
    assert sorted(found.tolist()) == list(range(6, FILMS))
    assert KIND[found[:SHORT]].tolist() == [0] * SHORT


def test_who_likes_nothing_of_the_catalogue_gets_a_whole_list(models):
    # all films of one kind are rated: what is left is of the other
    films = np.flatnonzero(KIND == 0).astype(np.int32)
    viewer = UserHistories.unknown_user(films, np.full(len(films), 5.0))
    found = listed(models, viewer, SHORT)
    assert np.isfinite(found.scores).all()
    assert KIND[found.items[0]].tolist() == [1] * SHORT


def test_reasons_name_liked_films_only(models, viewer):
    found = explain(
        models.ranker,
        models.prior,
        viewer,
        NO_ANSWERS,
        items=listed(models, viewer, FILMS - 6).items[0],
        liked=models.estimator.levels.liked(viewer),
    )
    named = [reason["items"] for reason in found if reason["kind"] == "because_you_rated"]
    assert named
    assert (KIND[np.concatenate(named)] == 0).all()


def test_favourite_genres_show_while_ratings_are_few(models):
    prior = replace(models.prior, weights=np.array([1.0, 3.0, 0, 0, 0]))
    known = replace(models, prior=prior)

    def rise(ratings: int) -> float:
        """Ranks by which films of kind 1 rise if they are said to be liked."""
        liked = np.flatnonzero(KIND == 0)[:ratings].astype(np.int32)
        viewer = UserHistories.unknown_user(liked, np.full(ratings, 5.0))
        plain, fond = (
            np.flatnonzero(KIND[listed(known, viewer, FILMS, answers).items[0]]).mean()
            for answers in (NO_ANSWERS, Answers(("Comedy",)))
        )
        return float(plain - fond)

    assert rise(1) > 3
    assert rise(1) > rise(5) > rise(25) >= 0


def test_lists_hold_more_of_what_is_liked_than_if_dislikes_spoke(tastes, monkeypatch):
    ratings, features = tastes
    split = next(protocol.held_out_splits(ratings, 0))
    options = parse_options({"ranking": "ease", "n_factors": "4", "ease_reg": "10"})
    models = fit_models(split.train, features, options)
    now = protocol.evaluate_split(split, features, models).chosen
    monkeypatch.setattr(
        RatingLevels, "disliked", lambda _levels, user: np.zeros(len(user.values), np.bool_)
    )
    before = protocol.evaluate_split(split, features, models).chosen
    assert isinstance(models.ranker, Ease)
    assert now.liked_ndcg is not None
    assert before.liked_ndcg is not None
    assert now.liked_ndcg > 1.05 * before.liked_ndcg
