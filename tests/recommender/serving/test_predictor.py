"""A row's answer is its own: the same alone, among few and among many."""

import made_manifest
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recommender.data.ratings import Ratings
from recommender.rating.factors import FactorModel
from recommender.serving.predictor import FEW_ROWS, Predictor
from recommender.serving.wire import Estimate

USERS, ITEMS, FACTORS = 70, 50, 37


@pytest.fixture(scope="module")
def predictor(artifact_of) -> Predictor:
    random = np.random.default_rng(3)
    model = FactorModel.of(
        3.4,
        (0.5, 5.0),
        biases=(random.normal(0, 0.4, USERS), random.normal(0, 0.4, ITEMS)),
        factors=(random.normal(0, 0.4, (USERS, FACTORS)), random.normal(0, 0.4, (ITEMS, FACTORS))),
    )
    manifest = made_manifest.manifest(
        counts={"users": USERS, "items": ITEMS, "factors": FACTORS, "ratings": 0},
    )
    users, items = (np.array([f"{what}{n}" for n in range(count)]) for what, count in COUNTS)
    none = np.zeros(0, np.int32)
    times = np.zeros(0, "datetime64[s]")
    ratings = Ratings(users, items, none, none, np.zeros(0), times, (0.5, 5.0))
    return Predictor(artifact_of(manifest, ratings, model))


COUNTS = (("u", USERS), ("i", ITEMS))


def columns(answer: dict) -> list[tuple]:
    names = ("estimates", "known_users", "known_items")
    return list(zip(*(np.asarray(answer[name]).tolist() for name in names), strict=True))


ids = st.tuples(
    st.integers(0, USERS + 5).map(lambda n: f"u{n}"), st.integers(0, ITEMS + 5).map("i{}".format)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(ids, min_size=FEW_ROWS + 1, max_size=700))
def test_answers_do_not_depend_on_their_neighbours(predictor, pairs):
    together = columns(predictor.predict(Estimate(*map(list, zip(*pairs, strict=True)))))
    alone = [columns(predictor.predict(Estimate([user], [item])))[0] for user, item in pairs]
    assert together == alone  # to the last bit
