"""Neighbours: by shared viewers and by content, without an advantage of what everybody has seen."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from recommender.artifact.artifact import Artifact
from recommender.content import content_fit
from recommender.content.columns import ListColumn, NumberColumn, TextColumn
from recommender.data.features import Catalogue, Features, ItemFeatures
from recommender.data.ratings import Ratings
from recommender.ranking.popularity import Popularity
from recommender.serving.predictor import Predictor
from recommender.serving.wire import SimilarItems
from small_models import model_of

#: Two kinds of films, a hit that three in four have rated, and one that a single user has.
WESTERNS, SPACE = [f"w{n}" for n in range(6)], [f"s{n}" for n in range(6)]
GENRES = {"w": ("Western",), "s": ("Space",)}
NEW = ["new-space", "new-western", "unlike-any"]


@pytest.fixture(scope="module")
def ratings(ratings_of) -> Ratings:
    random = np.random.default_rng(0)
    rows = [
        (f"u{user}", film, float(random.integers(3, 6)))
        for user in range(80)
        for film in [*(WESTERNS if user % 2 else SPACE)[: 2 + user % 5], *["hit"] * (user % 4 > 0)]
    ]
    rows.append(("u0", "rare", 4.0))
    return ratings_of(*map(list, zip(*rows, strict=True)))


@pytest.fixture(scope="module")
def plain(ratings) -> Artifact:
    """A model of a table without features."""
    return model_of(ratings)


@pytest.fixture(scope="module")
def model(ratings) -> Artifact:
    ids = [*ratings.item_ids.tolist(), *NEW]
    genres = [GENRES.get(id_.removeprefix("new-")[0], ()) if id_ != "w4" else () for id_ in ids]
    western = [id_.removeprefix("new-")[0] == "w" for id_ in ids]
    people = [("John Ford",) if western[n] and id_ != "w5" else () for n, id_ in enumerate(ids)]
    content = content_fit.fit(
        [
            ListColumn("GENRES", tuple(genres)),
            ListColumn("DIRECTORS", tuple(people)),
            TextColumn("TITLE", tuple(ids)),
            NumberColumn("YEAR", np.full(len(ids), np.nan)),
        ]
    )
    features = Features.none(len(ratings.user_ids), len(ratings.item_ids))
    assert content is not None
    catalogue = Catalogue(np.array(NEW), ItemFeatures.none(len(NEW)), content)
    return model_of(ratings, replace(features, catalogue=catalogue))


def neighbours(model, item, count=5):
    (found,) = Predictor(model).predict(SimilarItems([item], [count]))["neighbours"]
    return found


def ids(found) -> list[str]:
    return [entry["item_id"] for entry in found["similar_items"]]


@pytest.mark.parametrize("ranking", ["ease", "popularity"])
@pytest.mark.parametrize(("item", "kind"), [("w0", WESTERNS), ("s1", SPACE)])
def test_what_the_same_viewers_have_rated_is_alike_and_the_hit_is_not(plain, ranking, item, kind):
    if ranking == "popularity":
        plain = replace(plain, ranker=Popularity(len(plain.item_ids)))
    found = neighbours(plain, item)
    assert ids(found)[0] in set(kind) - {item}
    ranks = [entry["rank"] for entry in found["similar_items"]]
    assert ranks == [1, 2, 3, 4, 5][: len(ranks)]
    assert (len(ranks) < 5) == ("warning" in found)
    assert len(ranks) >= 4
    likenesses = [entry["similarity"] for entry in found["similar_items"]]
    assert likenesses == sorted(likenesses, reverse=True)


def test_a_reason_counts_who_has_rated_both(plain):
    users, items = plain.users.indptr, plain.users.items
    of = {id_: place for place, id_ in enumerate(plain.item_ids.tolist())}
    for entry in neighbours(plain, "w0")["similar_items"]:
        both = sum(
            {of["w0"], of[entry["item_id"]]} <= set(items[a:b].tolist()) for a, b in pairwise(users)
        )
        assert entry["reason"] == {"kind": "shared_viewers", "viewers": both}


def test_what_nobody_has_rated_has_neighbours_and_is_one(model):
    found = neighbours(model, "new-western", 8)
    assert set(WESTERNS) <= set(ids(found))
    reasons = {entry["item_id"]: entry["reason"] for entry in found["similar_items"]}
    assert reasons["w4"] == {"kind": "content", "field": "DIRECTORS", "terms": ["john ford"]}
    assert reasons["w5"] == {"kind": "content", "field": "GENRES", "terms": ["western"]}
    assert "new-western" in ids(neighbours(model, "w0", 10))
    assert found["item_id"] == "new-western"


def test_an_item_unlike_any_has_no_neighbours_and_says_so(model):
    bare = replace(model, content=None)
    assert neighbours(bare, "new-space") == {
        "similar_items": [],
        "item_id": "new-space",
        "warning": "Only 0 of 5: no other item is like it.",
    }


def test_an_item_is_the_same_by_each_of_its_ids(model):
    place = int(np.flatnonzero(model.item_ids == "w0")[0])
    known = replace(model, other_ids={"twin": place})
    assert neighbours(known, "twin") == neighbours(known, "w0")
    assert "w0" not in ids(neighbours(known, "twin", 1000))


def test_an_unknown_item_is_an_error_in_its_row(model):
    asked = SimilarItems(["nobody", "w0"], [3, 3])
    refused, good = Predictor(model).predict(asked)["neighbours"]
    assert refused == {"error": "The model knows no item 'nobody'."}
    assert len(good["similar_items"]) == 3
