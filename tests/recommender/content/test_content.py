"""Content of a few films: likeness, words, fields, and what an artifact keeps of it."""

import numpy as np
import pytest
from recommender.content import content_fit
from recommender.content.columns import ListColumn, NumberColumn, TextColumn
from recommender.content.content import MEANING, Content
from recommender.serving.content_search import ContentSearch

TITLES = ("Robot Planet", "Empty Planet", "Love in Paris", "Paris by Night", "", "七人の侍")
OVERVIEWS = (
    "A lonely robot cleans an empty planet",
    "Astronauts land on an empty planet of robots",
    "Two people fall in love in a cafe",
    "A detective in love walks through the night",
    "",
    "村は侍を雇う",
)
PEOPLE = (("Ann Lee",), ("Ann Lee", "Bo"), ("Cy Dee",), ("Cy Dee",), (), ("Kurosawa",))
YEARS = np.array([2008, 2009, 1950, 1955, np.nan, 1954.0])


@pytest.fixture(scope="module")
def content() -> Content:
    made = content_fit.fit(
        [
            TextColumn("TITLE", TITLES),
            TextColumn("OVERVIEW", OVERVIEWS),
            ListColumn("PEOPLE", PEOPLE),
            ListColumn("NOTHING", ((),) * 6),
            NumberColumn("YEAR", YEARS),
        ]
    )
    assert made is not None
    return made


@pytest.fixture(scope="module")
def search(content) -> ContentSearch:
    return ContentSearch(content)


def test_a_column_that_says_nothing_is_no_field(content):
    assert content.field_names == ["TITLE", "OVERVIEW", "PEOPLE", "YEAR", MEANING]
    assert content.field_weights.sum() == pytest.approx(1)
    assert content.text_weights.sum() == pytest.approx(1)
    assert content.text_weights[content.fields.tolist().index("YEAR")] == 0


def test_an_item_is_most_like_itself_and_then_like_its_kind(search):
    cosines = search.cosines(search.of_item(0))
    assert cosines[0] == pytest.approx(1, abs=1e-3)
    assert np.argsort(-cosines)[:2].tolist() == [0, 1]
    assert cosines[4] == 0


def test_cosines_are_the_sums_of_their_fields(search):
    for vector in (search.of_item(1), search.of_text("planet of love, Ann Lee")):
        parts = search.terms(vector, np.arange(6))
        np.testing.assert_allclose(parts.sum(axis=1), search.cosines(vector), atol=1e-3)


@pytest.mark.parametrize(
    ("text", "item", "field"),
    [
        ("lonely robot", 0, "OVERVIEW"),
        ("ann lee bo", 1, "PEOPLE"),
        ("paris by night", 3, "TITLE"),
        ("侍", None, None),
        ("七人", 5, "TITLE"),
        ("LOVE in paris!", 2, "TITLE"),
    ],
)
def test_words_find_the_film_that_has_them(search, text, item, field):
    vector = search.of_text(text)
    if item is None:
        assert vector.is_empty
        return
    weights = search.text_weights
    cosines = search.cosines(vector, weights)
    assert cosines.argmax() == item
    assert search.strongest_fields(vector, np.array([item]), weights) == [field]


@pytest.mark.parametrize("text", ["", "🤖🌍", "qwertz", "... !?"])
def test_a_text_without_known_words_is_empty(search, text):
    vector = search.of_text(text)
    assert vector.is_empty
    assert not search.cosines(vector).any()


def test_an_item_without_features_is_empty(search):
    assert search.of_item(4).is_empty


def test_what_is_restored_answers_alike(content, search):
    restored = ContentSearch(Content.restore(content.arrays()))
    for vector in (search.of_item(2), search.of_text("empty planet")):
        assert restored.cosines(vector).tolist() == search.cosines(vector).tolist()


def test_a_word_that_most_texts_have_says_nothing():
    texts = tuple(f"the film{number}" for number in range(120))
    made = content_fit.fit([TextColumn("TITLE", texts)])
    assert made is not None
    assert made.text_vector("the").is_empty
    assert not made.text_vector("film7").is_empty


def test_columns_without_a_value_are_no_content():
    assert content_fit.fit([]) is None
    assert (
        content_fit.fit([TextColumn("T", ("", "🤖")), NumberColumn("N", np.full(2, np.nan))])
        is None
    )
