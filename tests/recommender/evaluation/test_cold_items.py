"""Items held out whole: planted tastes are found, nothing of the held-out part is seen."""

from dataclasses import replace

import numpy as np
import pytest
from recommender.content import content_fit
from recommender.content.columns import ListColumn
from recommender.data.features import Catalogue, Features, ItemFeatures, Labels, UserFeatures
from recommender.data.ratings import Ratings
from recommender.evaluation.cold_items import ColdItems

USERS, ITEMS = 80, 100
NAMES = {
    "cold_items_ndcg_at_10",
    "cold_items_hr_at_10",
    "content_cold_items_ndcg_at_10",
    "popular_cold_items_ndcg_at_10",
}


def made(kinds: np.ndarray) -> tuple[Ratings, Features]:
    """Users of four kinds rate half of the items of theirs; `kinds` is what the features say."""
    rng = np.random.default_rng(0)
    pairs = [(u, i) for u in range(USERS) for i in range(ITEMS)]
    users, items = np.array([p for p in pairs if p[0] % 4 == p[1] % 4 and rng.random() < 0.5]).T
    ratings = Ratings(
        np.array([f"{user:03}" for user in range(USERS)]),
        np.array([f"{item:03}" for item in range(ITEMS)]),
        users.astype(np.int32),
        items.astype(np.int32),
        np.full(len(users), 4.0),
        np.full(len(users), "NaT", "datetime64[s]"),
        (1.0, 5.0),
    )
    labels = [[f"kind{kind}"] for kind in kinds.tolist()]
    content = content_fit.fit([ListColumn("KIND", tuple(map(tuple, labels)))])
    assert content is not None
    features = ItemFeatures(
        Labels.of(labels), Labels.of([[] for _ in labels]), np.zeros(ITEMS, np.int32)
    )
    catalogue = Catalogue(np.empty(0, "U1"), features.split(ITEMS)[1], content)
    return ratings, Features(features, UserFeatures.none(USERS), catalogue)


def figures(ratings: Ratings, features: Features) -> dict[str, float]:
    split = ColdItems.of(ratings, features, 0)
    assert split is not None
    assert split.held.sum() == ITEMS // 5
    return split.metrics()


def test_features_that_tell_tastes_find_new_items():
    found = figures(*made(np.arange(ITEMS) % 4))
    assert found.keys() == NAMES
    assert found["cold_items_ndcg_at_10"] > 1.5 * found["popular_cold_items_ndcg_at_10"]
    assert found["cold_items_hr_at_10"] > 0.8


def test_features_that_tell_nothing_find_none():
    telling = figures(*made(np.arange(ITEMS) % 4))
    chance = figures(*made(np.random.default_rng(1).integers(4, size=ITEMS)))
    assert chance["cold_items_ndcg_at_10"] < 0.7 * telling["cold_items_ndcg_at_10"]


def test_ratings_of_held_out_items_are_not_looked_at():
    """Their values may be anything: who rated them is what lists are compared with."""
    ratings, features = made(np.arange(ITEMS) % 4)
    split = ColdItems.of(ratings, features, 0)
    assert split is not None
    values = np.where(split.held[ratings.items], 1.0, ratings.values)
    assert replace(split, ratings=replace(ratings, values=values)).metrics() == split.metrics()


@pytest.mark.parametrize("items", [0, 20])
def test_without_features_or_with_few_items_there_is_no_split(items):
    ratings, features = made(np.arange(ITEMS) % 4)
    if items:
        few = ratings.select(ratings.items < items).by_themselves()
        assert ColdItems.of(few, features, 0) is None
    else:
        assert ColdItems.of(ratings, replace(features, catalogue=None), 0) is None
