"""Items without ratings: planted tastes, scores beside rated items, and artifacts."""

from dataclasses import replace

import made_manifest
import numpy as np
import pytest
from recommender.artifact import artifact
from recommender.artifact.artifact import Artifact
from recommender.content import content_fit
from recommender.content.columns import Column, ListColumn, TextColumn
from recommender.data.features import (
    NO_ANSWERS,
    Catalogue,
    Features,
    ItemFeatures,
    Labels,
    UserFeatures,
)
from recommender.data.histories import UserHistories
from recommender.data.ratings import Ratings
from recommender.ranking.scores import JoinedScores, LowRankScores
from recommender.ranking.top_lists import rank
from recommender.ranking.top_n import Rated
from recommender.serving.shortlist import RecommendationRequest, Shortlister
from recommender.training.fit import fit_models, with_new_items
from recommender.training.option_table import parse_options

USERS, RATED, NEW = 60, 40, 6


def kind_of(item: int) -> str:
    return ("space", "love")[item % 2]


@pytest.fixture(scope="module")
def data() -> tuple[Ratings, Features]:
    """Even users like films of space, odd ones of love, and rate them more; six are unrated."""
    rng = np.random.default_rng(0)
    pairs = [(u, i) for u in range(USERS) for i in range(RATED)]
    chosen = [(u, i) for u, i in pairs if rng.random() < (0.6 if u % 2 == i % 2 else 0.25)]
    users, items = np.array(chosen, np.int32).T
    values = np.where(users % 2 == items % 2, 5.0, 2.0)
    ids = [f"{item:02}" for item in range(RATED)]
    ratings = Ratings(
        np.array([f"{user:02}" for user in range(USERS)]),
        np.array(ids),
        users,
        items,
        values,
        np.full(len(values), "NaT", "datetime64[s]"),
        (1.0, 5.0),
    )
    every = range(RATED + NEW)
    columns: list[Column] = [
        TextColumn("TITLE", tuple(f"film {kind_of(item)} x{item}" for item in every)),
        ListColumn("GENRES", tuple((kind_of(item),) for item in every)),
    ]
    content = content_fit.fit(columns)
    assert content is not None
    whole = ItemFeatures(
        Labels.of([[kind_of(item)] for item in every]),
        Labels.of([[] for _ in every]),
        np.array([1990 + (item >= RATED) for item in every], np.int32),
    )
    of_rated, of_new = whole.split(RATED)
    new = Catalogue(np.array([f"new{item}" for item in range(NEW)]), of_new, content)
    return ratings, Features(of_rated, UserFeatures.none(USERS), new)


@pytest.fixture(scope="module", params=["ease", "als", "ensemble", "estimate", "popularity"])
def made(request, data) -> Artifact:
    ratings, features = data
    options = parse_options({"ranking": request.param, "n_factors": "4", "n_epochs": "60"})
    models = with_new_items(fit_models(ratings, features, options), ratings, features)
    manifest = made_manifest.manifest(
        ranking=request.param,
        rating_scale=(1.0, 5.0),
        counts={"users": USERS, "items": RATED, "factors": 4, "ratings": len(ratings)},
    )
    return Artifact.of(manifest, ratings, features, models)


def scores_of(model: Artifact, user: int) -> np.ndarray:
    prior = model.prior.probabilities(NO_ANSWERS)
    return model.ranker.with_prior(model.users.take(user), prior).dense()[0]


def test_a_new_film_goes_to_those_who_like_its_kind(made):
    if made.manifest.ranking == "popularity":
        pytest.skip("alike for all users by its nature")
    for user in (0, 1, 2, 3):
        new = scores_of(made, user)[RATED:]
        likes = np.arange(RATED, RATED + NEW) % 2 == user % 2
        assert new[likes].min() > new[~likes].max()
    estimates = made.model.estimate(np.array([0, 0]), np.array([RATED, RATED + 1]))
    assert estimates[0] > estimates[1] + 0.5


def test_new_items_are_found_filtered_and_explained(made):
    short = Shortlister(made)
    new_only = made.item_features.years == 1991
    user = made.users.take(0)
    rows = short.list_for(user, RecommendationRequest(10, new_only))
    assert {row["item_id"] for row in rows} == {f"new{item}" for item in range(NEW)}
    if made.manifest.ranking in {"ease", "als", "ensemble"}:
        reason = rows[0]["reason"]
        assert reason["kind"] == "because_you_rated"
        assert reason["field"] in {"GENRES", "TITLE", "MEANING"}
        assert len(reason["item_ids"]) == 1
        assert int(reason["item_ids"][0]) % 2 == 0


def test_a_rating_of_a_new_item_counts(made):
    """Whoever has rated nothing but a new film gets more of its kind."""
    user = UserHistories.unknown_user(np.array([RATED]), np.array([5.0]))
    rows = Shortlister(made).list_for(user, RecommendationRequest(3))
    assert len(rows) == 3
    if made.manifest.ranking in {"ease", "als", "ensemble"}:
        prior = made.prior.probabilities(NO_ANSWERS) * 0
        new = made.ranker.with_prior(user, prior).dense()[0, RATED + 1 :]
        assert new[1::2].min() > new[::2].max()


def test_lists_of_everybody_have_the_scores_of_one(made):
    prior = made.prior.probabilities(NO_ANSWERS)
    seen = Rated(made.users.indptr, made.users.items)
    lists = rank(made.ranker.with_prior(made.users, prior), seen, RATED + NEW)
    assert lists.items.max() == RATED + NEW - 1
    for user in (0, 7):
        listed = lists.scores[user] > -np.inf
        expected = scores_of(made, user)[lists.items[user][listed]]
        np.testing.assert_allclose(lists.scores[user][listed], expected, atol=1e-5)
        assert (np.diff(lists.scores[user][listed]) <= 0).all()


def test_a_saved_artifact_answers_alike(made, tmp_path):
    artifact.save(made, tmp_path)
    loaded = artifact.load(tmp_path)
    assert loaded.catalogue_ids == made.catalogue_ids
    assert loaded.rated_items == RATED
    for user in (0, 1):
        np.testing.assert_allclose(scores_of(loaded, user), scores_of(made, user), atol=1e-3)
    everyone = np.zeros(RATED + NEW, np.int64)
    items = np.arange(RATED + NEW)
    np.testing.assert_allclose(
        loaded.model.estimate(everyone, items), made.model.estimate(everyone, items), atol=1e-2
    )


def test_joined_scores_rank_as_one_matrix():
    rng = np.random.default_rng(1)
    parts = [LowRankScores(rng.normal(size=(5, 3)), rng.normal(size=(n, 3))) for n in (20, 4)]
    joined = JoinedScores(*parts).plus(np.ones(5), rng.normal(size=24))
    seen = Rated(np.array([0, 2, 2, 3, 3, 4]), np.array([3, 22, 20, 5], np.int32))
    lists = rank(joined, seen, 6)
    dense = joined.dense()
    for user in range(5):
        dense[user, seen.indices[seen.indptr[user] : seen.indptr[user + 1]]] = -np.inf
    assert lists.items.tolist() == np.argsort(-dense, axis=1, kind="stable")[:, :6].tolist()


def test_of_events_new_items_have_scores_too(data):
    ratings, features = data
    events = replace(ratings, values=np.ones(len(ratings)), is_implicit=True)
    options = parse_options({})
    models = with_new_items(fit_models(events, features, options), events, features)
    assert models.new_items is not None
    manifest = made_manifest.manifest(
        counts={"users": USERS, "items": RATED, "factors": 0, "ratings": len(ratings)}
    )
    whole = Artifact.of(manifest, events, features, models)
    new = scores_of(whole, 0)[RATED:]
    assert new[::2].min() > new[1::2].max()


def test_a_catalogue_without_new_items_is_as_before(data):
    ratings, features = data
    assert features.catalogue is not None
    content = content_fit.fit(
        [ListColumn("GENRES", tuple((kind_of(item),) for item in range(RATED)))]
    )
    assert content is not None
    nothing = features.items.split(RATED)[1]
    alone = Features(features.items, features.users, Catalogue(np.empty(0, "U1"), nothing, content))
    options = parse_options({"n_factors": "4", "n_epochs": "2"})
    models = with_new_items(fit_models(ratings, alone, options), ratings, alone)
    manifest = made_manifest.manifest(
        counts={"users": USERS, "items": RATED, "factors": 4, "ratings": len(ratings)}
    )
    whole = Artifact.of(manifest, ratings, alone, models)
    assert whole.ranker is models.ranker
    assert len(whole.item_ids) == RATED
