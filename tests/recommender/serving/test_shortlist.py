"""Lists with reasons: each reason is a part of the score that the list is ordered by."""

from dataclasses import replace

import made_manifest
import numpy as np
import pytest
from recommender.artifact.artifact import Artifact
from recommender.data.features import NO_ANSWERS, Answers
from recommender.data.histories import UserHistories
from recommender.serving.predictor import Predictor
from recommender.serving.shortlist import RecommendationRequest, Shortlister
from recommender.serving.wire import Estimate, RecommendFor
from recommender.training.fit import fit_models
from recommender.training.option_table import parse_options


@pytest.fixture(scope="module", params=["ease", "als"])
def model(request, movielens_100k) -> Artifact:
    ratings, features = movielens_100k
    options = parse_options({"ranking": request.param, "n_epochs": "5", "n_factors": "10"})
    manifest = made_manifest.manifest(
        algorithm="biased_mf",
        ranking=request.param,
        hyperparameters=options.as_dict(),
        rating_scale=(1.0, 5.0),
        counts={"users": 943, "items": 1682, "factors": 10, "ratings": 100_000},
    )
    return Artifact.of(manifest, ratings, features, fit_models(ratings, features, options))


def index(model, id_: str) -> int:
    return int(np.flatnonzero(model.item_ids == id_)[0])


def test_the_list_is_the_order_of_the_scores(model):
    user = model.users.take(7)
    found = Shortlister(model).list_for(user, RecommendationRequest(20))
    scores = model.ranker.with_prior(user, model.prior.probabilities(NO_ANSWERS)).dense()[0]
    scores[user.items] = -np.inf
    expected = model.item_ids[np.argsort(-scores, kind="stable")[:20]]
    assert [entry["item_id"] for entry in found] == expected.tolist()
    assert [entry["rank"] for entry in found] == list(range(1, 21))
    assert np.allclose([entry["score"] for entry in found], np.sort(scores)[::-1][:20])


def test_reasons_name_the_ratings_that_add_most_to_the_score(model):
    user = model.users.take(7)
    found = Shortlister(model).list_for(user, RecommendationRequest(10))
    prior = model.prior.probabilities(NO_ANSWERS)
    for entry in found:
        reason = entry["reason"]
        if reason["kind"] != "because_you_rated":
            continue
        item = index(model, entry["item_id"])
        added = model.ranker.contributions(user, np.array([item]))[:, 0]
        liked = np.flatnonzero(model.model.levels.liked(user))
        best = user.items[liked[np.argsort(-added[liked])[:3]]]
        assert reason["item_ids"] == model.item_ids[best].tolist()
        assert 0 < reason["share"] <= 1
        # the parts make the score
        rest = model.ranker.prior_weights(user)[0] * prior[item]
        assert entry["score"] == pytest.approx(added.sum() + rest, abs=1e-6)
    assert sum(entry["reason"]["kind"] == "because_you_rated" for entry in found) >= 8


def test_new_users_get_reasons_from_their_answers(model):
    nobody = UserHistories.unknown_user(np.zeros(0, np.int32), np.zeros(0))
    shortlister = Shortlister(model)
    plain = shortlister.list_for(nobody, RecommendationRequest(10))
    assert {entry["reason"]["kind"] for entry in plain} == {"popularity"}
    fond = shortlister.list_for(nobody, RecommendationRequest(10, None, Answers(("Film-Noir",))))
    kinds = [entry["reason"]["kind"] for entry in fond]
    assert "genres" in kinds
    noir = model.item_features.genres.any_of(["Film-Noir"])
    for entry in fond:
        if entry["reason"]["kind"] == "genres":
            assert noir[index(model, entry["item_id"])]


def test_filters_ratings_and_counts_are_kept(model):
    request = RecommendFor(
        [{"50": 5, "172": 4.5}, {"50": 1}, {}],
        [10, 1000, 3],
        [
            {"exclude_genres": ["Drama"], "exclude_items": ["181"]},
            {"genres": ["Film-Noir"]},
            {"viewer": {"season": "winter", "birth_year": 1960}},
        ],
    )
    wide, short, new = Predictor(model).predict(request)["lists"]
    drama = model.item_features.genres.any_of(["Drama"])
    ids = [entry["item_id"] for entry in wide["recommendations"]]
    assert len(ids) == len(set(ids)) == 10
    assert not {"50", "172", "181"} & set(ids)
    assert not any(drama[index(model, id_)] for id_ in ids)
    noir = int(model.item_features.genres.any_of(["Film-Noir"]).sum())
    assert len(short["recommendations"]) == noir
    assert short["warning"] == f"Only {noir} of 1000: no other item meets the filters."
    assert len(new["recommendations"]) == 3
    assert "warning" not in new
    for found in (wide, short, new):
        assert all(1 <= entry["estimated_rating"] <= 5 for entry in found["recommendations"])


@pytest.mark.parametrize("value", [0.5, 5.5, -1, True, "4", None])
def test_ratings_beyond_the_scale_are_refused_in_their_row(model, value):
    request = RecommendFor([{"50": value}, {"50": 5}], [1, 1], [{}, {}])
    refused, good = Predictor(model).predict(request)["lists"]
    assert refused == {"error": "The rating of '50' must be a number from 1 to 5."}
    assert len(good["recommendations"]) == 1


def test_an_item_is_the_same_by_each_of_its_ids(model):
    place = index(model, "50")
    predictor = Predictor(replace(model, other_ids={"fifty": place}))
    asked = [{"fifty": 5}, {"50": 5}, {"50": 5, "fifty": 1}, {"172": 5}]
    filters = [{}, {}, {}, {"exclude_items": ["fifty"]}]
    lists = predictor.predict(RecommendFor(asked, [1700] * 4, filters))["lists"]
    assert lists[0] == lists[1] == lists[2]  # of two ratings without times the highest
    assert "unknown_items" not in lists[0]
    for found in lists:
        assert not {"50", "fifty"} & {entry["item_id"] for entry in found["recommendations"]}
    known = predictor.predict(Estimate(["1", "1"], ["50", "fifty"]))
    assert known["known_items"] == [True, True]
    assert known["estimates"][0] == known["estimates"][1]


def test_options_of_a_list_stand_among_its_filters(model):
    rated = {"50": 5, "172": 5, "181": 4}
    usual, varied, rare, seen = Predictor(model).predict(
        RecommendFor(
            [rated] * 4,
            [10] * 4,
            [
                {"diversity": 0, "familiarity": 0.0, "allow_seen": False},
                {"diversity": 0.9},
                {"familiarity": 1, "exclude_genres": ["Drama"]},
                {"allow_seen": True, "exclude_items": ["50"]},
            ],
        )
    )["lists"]
    (plain,) = Predictor(model).predict(RecommendFor([rated], [10], [{}]))["lists"]
    assert usual == plain
    listed = [[each["item_id"] for each in one["recommendations"]] for one in (plain, varied, rare)]
    assert listed[0] != listed[1]
    assert listed[0] != listed[2]
    found = {each["item_id"] for each in seen["recommendations"]}
    assert "50" not in found
    everything = Predictor(model).predict(RecommendFor([rated], [1000], [{"allow_seen": True}]))
    ids = {each["item_id"] for each in everything["lists"][0]["recommendations"]}
    assert ids & set(rated)


@pytest.mark.parametrize(
    ("option", "value"),
    [("diversity", 1.1), ("diversity", -0.1), ("familiarity", "0.3"), ("familiarity", True)],
)
def test_an_option_out_of_range_is_refused_in_its_row(model, option, value):
    asked = RecommendFor([{}, {}], [1, 1], [{option: value}, {}])
    refused, good = Predictor(model).predict(asked)["lists"]
    assert refused["error"].startswith(f"The option {option} must be a number from 0 to 1, not")
    assert len(good["recommendations"]) == 1


@pytest.mark.parametrize("value", ["yes", 2, []])
def test_seen_films_are_allowed_by_true_or_false_alone(model, value):
    (refused,) = Predictor(model).predict(RecommendFor([{}], [1], [{"allow_seen": value}]))["lists"]
    assert refused["error"].startswith("The option allow_seen must be true or false, not")
