"""Features as they are written in a table: lists, numbers and texts of any shape."""

import numpy as np
import pytest
from recommender.content import content_fit
from recommender.content.columns import ListColumn, NumberColumn, TextColumn
from recommender.snowflake_io.item_columns import ItemColumns, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, []),
        ("", []),
        ("Drama| Comedy |", ["Drama", "Comedy"]),
        ('["Drama", null, 7, " "]', ["Drama", "7"]),
        ("[broken|Drama", ["[broken", "Drama"]),
        ("[]", []),
        ('{"a": 1}', ['{"a": 1}']),
        ("رعب|ホラー", ["رعب", "ホラー"]),
    ],
)
def test_words_of_arrays_and_of_texts(text, found):
    assert words(text) == found


def test_columns_by_their_kinds_and_bad_values_are_not_known():
    written = ItemColumns(
        ("1", "2", "3"),
        {"TITLE": "text", "PEOPLE": "list", "LENGTH": "number"},
        {
            "TITLE": ["Heat", None, "x" * 1_000_000],
            "PEOPLE": ['["Ann"]', None, ""],
            "LENGTH": ["90", "nan", "many"],
        },
    )
    title, people, length = written.columns()
    assert isinstance(title, TextColumn)
    assert title.texts[:2] == ("Heat", "")
    assert isinstance(people, ListColumn)
    assert people.labels == (("Ann",), (), ())
    assert isinstance(length, NumberColumn)
    assert np.isnan(length.values).tolist() == [False, True, True]
    content = content_fit.fit(written.columns())
    assert content is not None
    assert content.vector(1).is_empty
    assert written.words("MISSING") == [[], [], []]
