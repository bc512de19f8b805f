import numpy as np
import pytest
from recommender.data.features import ItemFeatures, Labels
from recommender.data.ids import IdIndex
from recommender.serving.filters import FilterError, Filters
from recommender.serving.label_names import UnknownLabelError

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
        ({"exclude_genres": ["Western", "horror"]}, "acd"),
        ({"countries": ["fr\u00e1nce"]}, "ac"),
        ({"exclude_countries": ["Kingdom of Italy"]}, "ad"),
        ({"countries": ["Uganda"]}, ""),
        ({"exclude_countries": ["UG"]}, "abcd"),
        ({"countries": ["FR"]}, "ac"),
        ({"countries": ["france"], "exclude_countries": ["Italy"]}, "a"),
        ({"years": [1985, 2000]}, "bc"),
        ({"years": [1990, None]}, "bc"),
        ({"years": [None, 1990]}, "ab"),
        ({"years": [None, None]}, "abc"),
        ({"years": [1985.0, 2000]}, "bc"),
        ({"years": [1990, 1990], "genres": ["Drama"], "exclude_items": []}, "b"),
        ({"viewer": {"favourite_genres": ["Drama"], "country": None}}, "abcd"),
    ],
)
def test_filters_decide_which_items_may_be_recommended(document, allowed):
    found = Filters.parse(document).allowed(FEATURES, IDS)
    assert "".join(np.array(list(IDS))[found]) == allowed


def test_ids_that_are_numbers_are_text():
    assert Filters.parse({"exclude_items": [7, "8", 9.0]}).exclude_items == ("7", "8", "9")


def test_an_id_is_excluded_in_either_writing():
    found = Filters.parse({"exclude_items": ["1.00", 2.0]}).allowed(
        ItemFeatures.none(3), IdIndex(["1", "2", "3"])
    )
    assert found.tolist() == [False, False, True]


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


SPELLED = ItemFeatures(
    Labels.of([["Sci-Fi"], ["Children"], ["Drama"]]),
    Labels.of([["United States", "US"], ["Ivory Coast", "CI"], ["Atlantis"]]),
    np.array([1980, 1990, 2000], np.int32),
)


@pytest.mark.parametrize(
    ("document", "allowed"),
    [
        ({"exclude_genres": ["Science Fiction"]}, "bc"),
        ({"exclude_genres": ["science-fiction", "Children's"]}, "c"),
        ({"genres": ["sci fi"]}, "a"),
        ({"exclude_countries": ["USA"]}, "bc"),
        ({"countries": ["United States of America", "C\u00f4te d\u2019Ivoire"]}, "ab"),
        ({"countries": ["atlantis"]}, "c"),
    ],
)
def test_other_names_mean_what_the_items_carry(document, allowed):
    found = Filters.parse(document).allowed(SPELLED, IDS)
    assert "".join(np.array(["a", "b", "c"])[found]) == allowed


def test_data_that_have_the_other_name_are_met_by_the_canonical_one():
    features = ItemFeatures(
        Labels.of([["Science Fiction"], ["Drama"]]), Labels.of([[], []]), np.zeros(2, np.int32)
    )
    assert Filters.parse({"exclude_genres": ["Sci-Fi"]}).allowed(features, IDS).tolist() == [
        False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"exclude_genres": ["Horor"]}, "There is no genre 'Horor'; the nearest are Horror."),
        ({"genres": ["Fiction"]}, "There is no genre 'Fiction'; the nearest are Sci-Fi, "),
        ({"countries": ["Germny"]}, "There is no country 'Germny'; the nearest are Germany"),
        (
            {"countries": ["Congo"]},
            "There is no country 'Congo'; the nearest are Democratic Republic of the Congo",
        ),
        ({"countries": ["ZZ"]}, "There is no country 'ZZ'; no known name is near it."),
        ({"genres": [""]}, "There is no genre ''; no known name is near it."),
    ],
)
def test_an_unknown_word_is_an_error_that_names_the_nearest(document, sentence):
    with pytest.raises(UnknownLabelError, match=rf"^{sentence}"):
        Filters.parse(document).allowed(SPELLED, IDS)


def test_favourite_genres_are_known_by_other_names():
    def favourites(*words):
        document = {"viewer": {"favourite_genres": list(words)}}
        return Filters.parse(document).answers(SPELLED).favourite_genres

    assert favourites("Science Fiction", "drama") == ("Sci-Fi", "drama")
    with pytest.raises(UnknownLabelError, match="the nearest are Drama"):
        favourites("Drma")
    assert Filters.parse({"viewer": {"favourite_genres": ["x"]}}).answers(ItemFeatures.none(2))
