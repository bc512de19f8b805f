"""Items found by words: titles, sentences, other forms, wrong letters, and what is no word."""

from dataclasses import replace

import numpy as np
import pytest
from recommender.artifact.artifact import Artifact
from recommender.content import content_fit
from recommender.content.columns import ListColumn, TextColumn
from recommender.data.features import Catalogue, Features, ItemFeatures
from recommender.serving.predictor import Predictor
from recommender.serving.query_words import is_an_edit_away, stem
from recommender.serving.wire import FindItems
from small_models import model_of

#: Title, overview and cast by id; the last two have no ratings.
FILMS = {
    "i1": (
        "Alone on Mars",
        "A stranded astronaut grows potatoes on a red planet.",
        ["Andy Garcia"],
    ),
    "i2": ("The Robot's Garden", "A lonely robot collects rubbish on an empty planet.", []),
    "i3": ("It", "Children of a small town are haunted by a clown.", ["Bill Skarsgård"]),
    "i4": ("七人の侍", "Villagers hire seven samurai against bandits.", ["Toshiro Mifune"]),
    "i5": ("قصة حب", "A love story in Cairo.", []),
    "n1": ("Heist at the Casino", "Eleven thieves rob three casinos in one night.", []),
    "n2": ("", "", []),
}
NEW = ["n1", "n2"]


@pytest.fixture(scope="module")
def model(ratings_of) -> Artifact:
    rated = [id_ for id_ in FILMS if id_ not in NEW]
    ratings = ratings_of(["u1", "u2"] * 5, sorted(rated * 2), [1.0, 5.0] * 5)
    titles, overviews, casts = zip(*FILMS.values(), strict=True)
    content = content_fit.fit(
        [
            TextColumn("TITLE", titles),
            TextColumn("OVERVIEW", overviews),
            ListColumn("CAST_MEMBERS", tuple(map(tuple, casts))),
        ]
    )
    assert content is not None
    catalogue = Catalogue(np.array(NEW), ItemFeatures.none(len(NEW)), content)
    return model_of(ratings, replace(Features.none(2, len(rated)), catalogue=catalogue))


@pytest.fixture(scope="module")
def predictor(model) -> Predictor:
    return Predictor(model)


def find(predictor, text, count=3):
    (found,) = predictor.predict(FindItems([text], [count]))["finds"]
    return found


@pytest.mark.parametrize(
    ("text", "first", "field"),
    [
        ("alone on mars", "i1", "TITLE"),
        ("ALONE, ON MARS!", "i1", "TITLE"),
        ("a lonely robot on an empty planet", "i2", "OVERVIEW"),
        ("robots collecting rubbish", "i2", "OVERVIEW"),
        ("roobt gadren", "i2", "TITLE"),
        ("andy garcia", "i1", "CAST_MEMBERS"),
        ("bill skarsgard", "i3", "CAST_MEMBERS"),
        ("clowns haunting a town", "i3", "OVERVIEW"),
        ("七人の侍", "i4", "TITLE"),
        ("قصة", "i5", "TITLE"),
        ("thieves robbing a casino", "n1", "OVERVIEW"),
        ("it", "i3", "TITLE"),
    ],
)
def test_words_find_the_item_and_say_where(predictor, text, first, field):
    best = find(predictor, text)["items"][0]
    assert best["item_id"] == first
    assert best["rank"] == 1
    assert best["rated"] == (first not in NEW)
    assert best["reason"]["kind"] == "content"
    if best["reason"]["field"] != "MEANING":
        assert best["reason"]["field"] == field
        assert best["reason"]["terms"]


@pytest.mark.parametrize("text", ["", " ", "!?", "🤖🪐", "\u202e", "qwertyuiop", "\0"])
def test_a_text_without_a_known_word_finds_nothing_and_says_so(predictor, text):
    found = find(predictor, text)
    assert found["items"] == []
    assert found["warning"].startswith("No item has any of these words")


@pytest.mark.parametrize("text", ["the of and on a", "a"])
def test_stop_words_alone_are_looked_for_like_others(predictor, text):
    found = find(predictor, text, 10)
    assert "error" not in found
    assert all(entry["similarity"] > 0 for entry in found["items"])


def test_a_megabyte_of_words_is_answered(predictor):
    assert find(predictor, "robot " * 170_000, 1)["items"][0]["item_id"] == "i2"


def test_fewer_finds_than_asked_for_are_a_warning(predictor):
    found = find(predictor, "astronaut", 5)
    assert 1 <= len(found["items"]) < 5
    assert found["warning"].startswith(f"Only {len(found['items'])} of 5: no other item has")


def test_a_model_without_content_says_what_to_train_with(model):
    bare = Predictor(replace(model, content=None))
    (found,) = bare.predict(FindItems(["robot"], [1]))["finds"]
    assert found == {
        "error": (
            "The model knows no words of its items: train it where the view ITEM_FEATURES has"
            " texts of them, TITLE and OVERVIEW for example."
        )
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [("stories", "story"), ("living", "lives"), ("discovered", "discovers"), ("robots", "robot")],
)
def test_forms_of_a_word_share_a_stem(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("robot", "robt", True),
        ("robt", "robot", True),
        ("roobt", "robot", True),
        ("rabot", "robot", True),
        ("robot", "robotx", True),
        ("robot", "robot", True),
        ("rbtoo", "robot", False),
        ("robot", "rabat", False),
        ("robot", "robotic", False),
    ],
)
def test_an_edit_is_one_letter_or_two_that_change_places(one, other, near):
    assert is_an_edit_away(one, other) == near
