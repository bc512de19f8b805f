"""Given items: each once, in the order of the scores, rated ones marked, unknown ones listed."""

from dataclasses import replace

import numpy as np
import pytest
from recommender.artifact.artifact import Artifact
from recommender.serving.predictor import Predictor
from recommender.serving.wire import RankItems, RecommendFor
from small_models import model_of

ITEMS = [f"i{number}" for number in range(40)]


@pytest.fixture(scope="module")
def model(made_up) -> Artifact:
    return model_of(made_up)


def order_of(model, ratings, items):
    (found,) = Predictor(model).predict(RankItems([ratings], [items]))["orders"]
    return found


def test_the_order_is_that_of_a_list_for_the_same_ratings(model):
    ratings = {"i3": 5, "i7": 1}
    found = order_of(model, ratings, ITEMS[::-1])["items"]
    asked = RecommendFor([ratings], [40], [{}])
    (listed,) = Predictor(model).predict(asked)["lists"]
    unrated = [entry for entry in found if not entry["rated"]]
    names = ("item_id", "score", "estimated_rating", "reason")
    # the first five of a list are for films that are expected to be liked: an order has no such
    by_score = sorted(listed["recommendations"], key=lambda entry: -entry["score"])
    assert [{n: e[n] for n in names} for e in unrated] == [
        {n: e[n] for n in names} for e in by_score
    ]
    assert {entry["item_id"] for entry in found if entry["rated"]} == {"i3", "i7"}
    assert [entry["rank"] for entry in found] == list(range(1, 41))
    scores = [entry["score"] for entry in found]
    assert scores == sorted(scores, reverse=True)


def test_every_id_is_answered_once_or_listed_as_unknown(model):
    known = replace(model, other_ids={"three": int(np.flatnonzero(model.item_ids == "i3")[0])})
    given = ["i3", "nobody", "i3", "three", "i9", ""]
    found = order_of(known, {"i1": 5, "else": 4}, given)
    assert {entry["item_id"] for entry in found["items"]} == {"i3", "three", "i9"}
    assert found["unknown_items"] == ["nobody", ""]
    assert found["unknown_ratings"] == ["else"]
    ranks = {entry["item_id"]: entry["rank"] for entry in found["items"]}
    # one item under two ids: as they were given
    assert ranks["three"] == ranks["i3"] + 1


@pytest.mark.parametrize("items", [[], ["nobody"]])
def test_an_order_of_nothing_is_empty(model, items):
    found = order_of(model, {"i3": 5}, items)
    assert found == {"items": []} | ({"unknown_items": items} if items else {})


def test_ratings_beyond_the_scale_are_refused_in_their_row(model):
    asked = RankItems([{"i3": 9}, {}], [["i1"], ["i1"]])
    refused, good = Predictor(model).predict(asked)["orders"]
    assert refused == {"error": "The rating of 'i3' must be a number from 1 to 5."}
    assert [entry["item_id"] for entry in good["items"]] == ["i1"]


def test_beyond_a_thousand_items_reasons_end(made_up, ratings_of):
    items = [f"i{number}" for number in range(1100)]
    model = model_of(ratings_of(["u1", "u2"] * 550, items, [1.0, 5.0] * 550))
    found = order_of(model, {"i3": 5}, items)["items"]
    assert len(found) == 1100
    assert all("reason" in entry for entry in found[:1000])
    assert not any("reason" in entry for entry in found[1000:])
