"""The Lambda's questions, answered by the inference program, read by the Lambda."""

import json
from dataclasses import fields, replace
from decimal import Decimal
from typing import get_args, get_type_hints

import made_manifest
import numpy as np
import pytest
from recommender.artifact.artifact import Artifact
from recommender.content import content_fit
from recommender.content.columns import Column, TextColumn
from recommender.data.features import SEASONS, Answers, Catalogue, Features, ItemFeatures
from recommender.data.ratings import Ratings
from recommender.data.ratings_table import ID_LENGTH
from recommender.options import ListOptions, stated_by
from recommender.ranking import prior
from recommender.ranking.estimate_order import EstimateOrder
from recommender.ranking.group_rules import RULES
from recommender.ranking.prior import TERMS
from recommender.ranking.trained_models import TrainedModels
from recommender.rating.factors import FactorModel
from recommender.serve import answer
from recommender.serving.columns import COUNT_LIMIT, ITEM_LIMIT, MEMBER_LIMIT
from recommender.serving.filters import MOST_IDS, MOST_WORDS, FilterError, Filters
from recommender.serving.list_options import ALLOW_SEEN
from recommender.serving.predictor import Predictor
from recommender.serving.shortlist import MOST_REASONS
from recommender.serving.wire import Estimate
from recommender.training.fit import with_new_items

from functions import argument_values
from functions.answers import (
    FoundItem,
    GroupReason,
    GroupRecommendation,
    RankedItem,
    Reason,
    SharedContent,
    SimilarItem,
)
from functions.arguments import FILTERS, GROUP_FILTERS, MEMBERS
from functions.batch import Batch
from functions.batch_contract import largest
from functions.batch_contract.sizes import TRAINED_ID
from functions.deadline import Deadline
from functions.errors import RefusedError
from functions.external_function import Row
from functions.operations import (
    estimate_for,
    find_items,
    invoke_model,
    invoke_model_details,
    rank_items,
    recommend,
    recommend_for,
    recommend_group,
    similar_items,
)
from functions.sagemaker import endpoints
from functions.sagemaker.client import BoundedCalls
from functions.sagemaker.control_plane import ControlPlane
from functions.step_functions.client import StateMachineCalls

USERS, ITEMS = np.array(["1", "2", "vé"]), np.array(["10", "20", "30", 'a,"b\n'])


@pytest.fixture
def told() -> list[Column]:
    """Titles of the items, one that nobody has rated included: the model has them where asked."""
    titles = ("A robot", "A robot again", "Something else", "A village", "The robot")
    return [TextColumn("TITLE", titles)]


@pytest.fixture
def predictor(request) -> Predictor:
    """A model of three users and four items; user 1 has rated item 10."""
    random = np.random.default_rng(7)
    manifest = made_manifest.manifest(
        counts={"users": 3, "items": 4, "factors": 2, "ratings": 1},
        training_job="snowreel-job",
        model_artifact="s3://bucket/training/snowreel-job/output/model.tar.gz",
    )
    model = FactorModel.of(
        3.5,
        (0.5, 5.0),
        biases=(random.normal(0, 0.3, 3), random.normal(0, 0.3, 4)),
        factors=(random.normal(0, 0.3, (3, 2)), random.normal(0, 0.3, (4, 2))),
    )
    one, features = np.zeros(1, np.int32), Features.none(3, 4)
    if "told" in request.fixturenames:
        content = content_fit.fit(request.getfixturevalue("told"))
        assert content is not None
        catalogue = Catalogue(np.array(["new"]), ItemFeatures.none(1), content)
        features = replace(features, catalogue=catalogue)
    times = np.array(["NaT"], "datetime64[s]")
    ratings = Ratings(USERS, ITEMS, one, one, np.array([4.0]), times, (0.5, 5.0))
    models = TrainedModels(model, EstimateOrder(model), prior.count(ratings, features))
    models = with_new_items(models, ratings, features)
    return Predictor(Artifact.of(manifest, ratings, features, models))


@pytest.fixture
def ask(predictor, monkeypatch):
    """A function of the API with the inference program in place of the endpoint."""
    monkeypatch.setenv("SNOWREEL_PREFIX", "snowreel")
    monkeypatch.setenv("SNOWREEL_SHARE_SECONDS", "60")
    monkeypatch.setattr(endpoints.Endpoints, "share", lambda *_: 0.0)

    class Endpoint:
        def invoke_endpoint(self, **request):
            reply = answer(predictor, request["ContentType"], request["Body"])
            assert reply.status == 200, reply.body
            return {"Body": Body(reply.body)}

    class Body(bytes):
        def read(self):
            return bytes(self)

    monkeypatch.setattr(endpoints, "runtime_client", Endpoint)

    def run(operation, *rows):
        deadline = Deadline()
        batch = Batch(
            id="b",
            rows=[Row(number, ("films", *row)) for number, row in enumerate(rows)],
            headers={},
            sagemaker=ControlPlane(BoundedCalls(deadline)),
            inference=endpoints.Endpoints(deadline),
            state_machines=StateMachineCalls(deadline),
        )
        return operation.answer(batch)

    return run


def test_estimates_are_the_models_own(ask, predictor):
    pairs = [(user, item) for user in (*USERS, "nobody") for item in (*ITEMS, "unseen")]
    pairs = [(str(user), str(item)) for user, item in pairs]
    values = ask(invoke_model.OPERATION, *pairs)
    indices = {user: n for n, user in enumerate(USERS)}, {item: n for n, item in enumerate(ITEMS)}
    users, items = (
        np.array([index.get(id_, -1) for id_ in column])
        for index, column in zip(indices, zip(*pairs, strict=True), strict=True)
    )
    expected = predictor._artifact.model.estimate(users, items)
    assert values == pytest.approx(expected.tolist())
    assert len(set(values)) > 10


def test_details_say_what_the_model_knew(ask):
    both, no_user, no_item = ask(
        invoke_model_details.OPERATION, ("1", "10"), ("nobody", "10"), ("1", "unseen")
    )
    assert (both["known_user"], both["known_item"]) == (True, True)
    assert (no_user["known_user"], no_user["known_item"]) == (False, True)
    assert (no_item["known_user"], no_item["known_item"]) == (True, False)
    assert both["model_artifact"] == "s3://bucket/training/snowreel-job/output/model.tar.gz"
    assert both["training_job"] == "snowreel-job"
    names = {"estimate", "known_user", "known_item", "training_job", "model_artifact"}
    assert set(both) == names
    json.dumps(both)


def test_recommendations_have_rank_score_and_estimate(ask):
    one, few, unknown = ask(
        recommend.OPERATION, ("1", 1), ("1", argument_values.MAX_RECOMMENDATIONS), ("x", 2)
    )
    assert few[0] == one[0]
    assert [entry["rank"] for entry in few] == [1, 2, 3]
    assert "10" not in {entry["item_id"] for entry in few}
    names = {"item_id", "rank", "score", "estimated_rating", "reason", "training_job"}
    assert all(set(entry) == names for entry in few)
    assert all(entry["training_job"] == "snowreel-job" for entry in few)
    assert len(unknown) == 2


def test_both_sides_allow_as_many_recommendations():
    assert argument_values.MAX_RECOMMENDATIONS == COUNT_LIMIT == MOST_REASONS
    assert argument_values.MOST_ITEMS == ITEM_LIMIT


def test_ratings_of_the_moment_move_the_estimate(ask, predictor):
    none, liked, disliked, unknown = ask(
        estimate_for.OPERATION, ({}, "20"), ({"30": 5}, "30"), ({"30": 0.5}, "30"), ({}, "unseen")
    )
    assert none == pytest.approx(predictor.estimate(Estimate(["x"], ["20"]))["estimates"][0])
    assert disliked < liked
    assert unknown == pytest.approx(3.5)


def test_ratings_beyond_the_scale_are_refused_by_the_model(ask):
    with pytest.raises(RefusedError, match=r"The rating of .30. must be a number from 0\.5 to 5"):
        ask(estimate_for.OPERATION, ({"30": 7}, "20"))


def test_lists_for_unknown_users_leave_out_what_is_rated_or_excluded(ask):
    plain, filtered, few, refused = ask(
        recommend_for.OPERATION,
        ({"10": 4, "none": 3}, 2, None),
        ({}, 4, {"exclude_items": ["20", 30]}),
        ({"10": 4}, 10, None),
        ({}, 1, {"genres": ["Drama"]}),
    )
    assert "10" not in {entry["item_id"] for entry in plain["recommendations"]}
    assert plain["unknown_items"] == ["none"]
    assert not {"20", "30"} & {entry["item_id"] for entry in filtered["recommendations"]}
    assert [entry["rank"] for entry in few["recommendations"]] == [1, 2, 3]
    assert few["warning"].startswith("Only 3 of 10")
    assert refused["error"]["code"] == "RefusedByModel"
    assert "knows no genres" in refused["error"]["message"]
    json.dumps([plain, filtered, few])


def test_given_items_come_back_in_order_and_none_is_lost(ask):
    ranked, refused = ask(
        rank_items.OPERATION,
        ({"10": 4, "none": 3}, ["30", 10, "20", "unseen", "30"]),
        ({"10": 9}, ["30"]),
    )
    assert {entry["item_id"] for entry in ranked["items"]} == {"10", "20", "30"}
    assert {entry["item_id"]: entry["rated"] for entry in ranked["items"]}["10"]
    assert (ranked["unknown_items"], ranked["unknown_ratings"]) == (["unseen"], ["none"])
    fields_of_item = set(get_type_hints(RankedItem))
    assert all(set(entry) == fields_of_item for entry in ranked["items"])
    assert refused["error"]["code"] == "InvalidRatings"
    json.dumps(ranked)


def test_a_group_gets_one_list_with_the_estimate_of_each(ask):
    found, few, refused = ask(
        recommend_group.OPERATION,
        ([{"10": 4}, {"ratings": {"20": 1}, "filters": {"exclude_items": ["30"]}}], 1, None),
        ([{}, None], 10, {"rule": "without_misery", "allow_seen": True}),
        ([{}, {"10": 9}], 1, {}),
    )
    (entry,) = found["recommendations"]
    assert entry["item_id"] == 'a,"b\n'
    assert set(entry) == set(get_type_hints(GroupRecommendation))
    assert set(get_type_hints(GroupReason)) >= set(entry["reason"]) >= {"kind", "member"}
    one, two = entry["estimated_ratings"]
    assert entry["estimated_rating"] == pytest.approx((one + two) / 2)
    assert found["rule"] == "least_misery"
    assert few["warning"].startswith("Only ")
    assert refused["error"]["code"] == "RefusedByModel"
    assert refused["error"]["message"].startswith("Member 1: The rating of '10' must be a number")
    json.dumps([found, few])


def test_both_sides_know_the_same_groups():
    documented = GROUP_FILTERS.schema["properties"]
    assert documented["rule"]["enum"] == list(RULES)
    conditions = {field.name for field in fields(Filters)}
    assert set(documented) == conditions | {"rule", "allow_seen"}
    _, member = MEMBERS.schema["items"]["anyOf"]
    assert set(member["properties"]["filters"]["properties"]) == conditions
    assert argument_values.MOST_MEMBERS == MEMBER_LIMIT


def test_neighbours_and_finds_are_the_models_own_or_say_why_not(ask, told):
    near, few, unknown = ask(similar_items.OPERATION, ("10", 2), ("new", 9), ("nobody", 1))
    assert all(set(e) == set(get_type_hints(SimilarItem)) for e in near["similar_items"])
    assert {e["reason"]["kind"] for e in few["similar_items"]} == {"content"}
    assert (near["item_id"], few["item_id"]) == ("10", "new")
    assert few["warning"].startswith("Only ")
    assert unknown["error"]["code"] == "UnknownItem"
    found, nothing = ask(find_items.OPERATION, ("the robots", 1), ("🤖", 1))
    (entry,) = found["items"]
    assert set(entry) == set(get_type_hints(FoundItem))
    assert set(entry["reason"]) == set(get_type_hints(SharedContent))
    assert (entry["item_id"], entry["rated"]) == ("new", False)
    assert nothing["items"] == []
    json.dumps([near, few, found])


def test_a_model_without_words_says_what_to_train_with(ask):
    (refused,) = ask(find_items.OPERATION, ("robots", 1))
    assert refused["error"]["code"] == "RefusedByModel"
    assert "ITEM_FEATURES" in refused["error"]["message"]


def test_every_filter_of_the_document_is_one_that_the_model_reads():
    documented = FILTERS.schema["properties"]
    options = {ALLOW_SEEN, *stated_by(ListOptions)}
    assert set(documented) == {field.name for field in fields(Filters)} | options
    assert set(documented["viewer"]["properties"]) == {field.name for field in fields(Answers)}
    assert documented["viewer"]["properties"]["season"]["enum"] == list(SEASONS)


def test_every_reason_of_the_model_is_one_that_the_api_knows():
    kinds = set(get_args(get_type_hints(Reason)["kind"]))
    assert kinds == {"because_you_rated", "estimate", *TERMS}


def test_both_sides_size_requests_alike():
    """The largest filters that batches are sized for are the largest that a model takes."""
    filters = largest.ARGUMENTS[FILTERS]()
    assert Filters.parse(filters).exclude_items
    assert (MOST_IDS, MOST_WORDS) == (largest.EXCLUDED, largest.LABELS)
    assert TRAINED_ID == ID_LENGTH
    for name in ("exclude_items", "genres", "countries"):
        with pytest.raises(FilterError):
            Filters.parse({name: ["1", *filters[name]]})


@pytest.mark.parametrize("number", [10, Decimal("10.0"), Decimal("1.000000000000000E+1"), "10.00"])
def test_numbers_of_any_type_are_the_ids_of_items(ask, number):
    """A FLOAT of an ARRAY has an exponent, a NUMBER(10, 2) that is cast to text has zeros."""
    filters = {"exclude_items": [number]}
    (found,) = ask(recommend_for.OPERATION, ({}, 1000, filters))
    assert "10" not in {entry["item_id"] for entry in found["recommendations"]}
    estimates = ask(invoke_model.OPERATION, ("1", number), ("1", "10"))
    assert estimates[0] == estimates[1]
    rated, same = ask(recommend_for.OPERATION, ({str(number): 4}, 9, {}), ({"10": 4}, 9, {}))
    if number == "10.00":
        assert rated == same
