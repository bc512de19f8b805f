"""Tables without ratings: events of a pair are added up and weigh by their logarithm."""

import math

import numpy as np
import pyarrow as pa
import pytest
from recommender.data import events
from recommender.data.ratings import Ratings, RatingsError
from recommender.data.ratings_table import from_events


def ratings_of(users, items, weights, days=None) -> Ratings:
    days = days or [None] * len(users)
    return from_events(
        pa.chunked_array([pa.array(users, pa.string())]),
        pa.chunked_array([pa.array(items, pa.string())]),
        pa.chunked_array([pa.array(weights, pa.float64())]),
        pa.chunked_array([pa.array(days, pa.float64())]),
    )


def test_events_of_a_pair_are_added_up():
    rows = (["a", "b", "a", "a"], ["x", "x", "y", "x"], [1, 4, 2, 2.5])
    found = ratings_of(*rows, days=[30.0, 5.0, None, 20.0])
    assert found.is_implicit
    assert list(zip(found.users, found.items, strict=True)) == [(0, 0), (0, 1), (1, 0)]
    most = np.quantile([3.5, 2, 4], 0.99)
    assert found.values.tolist() == [math.log1p(3.5), math.log1p(2), math.log1p(most)]
    assert found.duplicates == 1
    # of a pair the time of its newest event
    assert found.times[0] == np.datetime64(30, "s")


def test_events_of_an_item_under_its_other_ids_are_events_of_the_item():
    rows = (["a", "a", "b"], ["x", "z", "y"], [1.0, 2.0, 3.0])
    users, items, weights = (pa.chunked_array([pa.array(each)]) for each in rows)
    found = from_events(users, items, weights, other_ids={"z": "x"})
    assert found.item_ids.tolist() == ["x", "y"]
    assert found.values.tolist() == pytest.approx([math.log1p(3)] * 2)


def test_rows_without_a_weight_weigh_alike():
    found = ratings_of(["a", "a", "b"], ["x", "y", "y"], [1, 1, 1])
    assert found.scale == (math.log1p(1),) * 2


def test_an_event_of_weight_zero_did_not_happen():
    found = ratings_of(["a", "a", "b", "b"], ["x", "y", "x", "z"], [1, 0, 2, 1])
    assert found.item_ids.tolist() == ["x", "z"]


def test_one_counter_does_not_set_the_scale():
    weights = [1.0] * 999 + [1e9]
    found = events.strengths(np.array(weights))
    assert found.max() == found.min() == math.log1p(1)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ([1, -2, 1], r"1 row of the input table with a weight below zero: .* leave returns"),
        ([-1, -2, 1], r"2 rows of the input table with a weight below zero"),
        ([0, 0, 0], r"Every event of the input table has the weight zero"),
        ([1, None, 1], r"1 row of the input table without a weight \(NULL\)"),
        ([1, math.inf, 1], r"1 row of the input table with a weight that is no finite number"),
        ([1, math.nan, 1], r"1 row of the input table with a weight that is no finite number"),
        ([0, 1, 1], r"one user only"),
    ],
)
def test_weights_that_are_none_are_refused(weights, sentence):
    with pytest.raises(RatingsError, match=sentence):
        ratings_of(["a", "b", "b"], ["x", "x", "y"], weights)


@pytest.mark.parametrize("weight", [1e-9, 0.5, 1, 3, 1e300])
def test_a_weight_of_the_moment_stays_on_the_scale_of_the_model(weight):
    assert 0 < events.strength(weight, 2.0) <= 2.0
