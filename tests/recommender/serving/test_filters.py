import numpy as np
import pytest
from recommender.data.features import ItemFeatures, Labels
from recommender.serving.filters import FilterError, Filters

IDS = {id_: index for index, id_ in enumerate(["a", "b", "c", "d"])}
FEATURES = ItemFeatures(
    Labels.of([["Drama"], ["Drama", "Horror"], ["Comedy"], []]),
    Labels.of([["France", "FR"], ["Italy", "IT"], ["France", "FR", "Italy", "IT"], []]),
    np.array([1980, 1990, 2000, 0], np.int32),
)


@pytest.mark.parametrize(
    ("document", "allowed"),
    [
        (None, "abcd"),
        ({}, "abcd"),
        ({"genres": None}, "abcd"),
        ({"exclude_items": ["b", "z"]}, "acd"),
        ({"genres": ["drama"]}, "ab"),
        ({"genres": ["Drama", "Comedy"]}, "abc"),
        ({"genres": ["Western"]}, ""),
        ({"exclude_genres": ["HORROR"]}, "acd"),
        ({"countries": ["FR"]}, "ac"),
        ({"countries": ["france"], "exclude_countries": ["Italy"]}, "a"),
        ({"years": [1985, 2000]}, "bc"),
        ({"years": [1990, 1990], "genres": ["Drama"], "exclude_items": []}, "b"),
        ({"viewer": {"favourite_genres": ["Drama"], "country": None}}, "abcd"),
    ],
)
def test_filters_decide_which_items_may_be_recommended(document, allowed):
    found = Filters.parse(document).allowed(FEATURES, IDS)
    assert "".join(np.array(list(IDS))[found]) == allowed


def test_ids_that_are_numbers_are_text():
    assert Filters.parse({"exclude_items": [7, "8"]}).exclude_items == ("7", "8")


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"genre": ["Drama"]}, "There is no filter 'genre'; the filters are exclude_items"),
        ({"genres": "Drama"}, "The filter genres must be a list"),
        ({"genres": [1]}, "The filter genres must be a list"),
        ({"exclude_items": [1.5]}, "The filter exclude_items must be a list"),
        ({"years": [1990]}, "The filter years must be"),
        ({"years": [2000, 1990]}, "The filter years must be"),
        ({"years": [True, 1990.5]}, "The filter years must be"),
        ({"viewer": []}, "The filter viewer must be an object of favourite_genres"),
        ({"viewer": {"age": 4}}, "The filter viewer must be an object of favourite_genres"),
        ({"viewer": {"birth_year": "1990"}}, "The answer birth_year must be a year"),
        ({"viewer": {"birth_year": 90}}, "The answer birth_year must be a year"),
        ({"viewer": {"season": "monsoon"}}, "The answer season must be one of winter"),
        ({"viewer": {"season": ["winter"]}}, "The answer season must be one of winter"),
        ({"viewer": {"country": 33}}, "The answer country must be text"),
    ],
)
def test_a_malformed_filter_is_one_sentence(document, sentence):
    with pytest.raises(FilterError, match=rf"^{sentence}.*\.$"):
        Filters.parse(document)


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ({"genres": ["Drama"]}, "genres"),
        ({"exclude_countries": ["FR"]}, "countries"),
        ({"years": [1990, 2000]}, "years"),
    ],
)
def test_features_that_the_model_does_not_have_are_named(document, what):
    with pytest.raises(FilterError, match=f"knows no {what} of its items"):
        Filters.parse(document).allowed(ItemFeatures.none(4), IDS)
