import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from recommender.data.other_ids import places_of, with_one_id_each
from recommender.data.ratings import Ratings, RatingsError
from recommender.data.ratings_table import from_columns


def made_of(rows: list[tuple[str, str, float, float]], other_ids: dict[str, str]) -> Ratings:
    users, items, values, times = zip(*rows, strict=True)
    types = (pa.string(), pa.string(), pa.float64(), pa.float64())
    columns = (
        pa.chunked_array([pa.array(column, kind)])
        for column, kind in zip((users, items, values, times), types, strict=True)
    )
    return from_columns(*columns, other_ids=other_ids)


def found(ratings: Ratings) -> list[tuple[str, str, float]]:
    ids = zip(ratings.user_ids[ratings.users], ratings.item_ids[ratings.items], strict=True)
    pairs = zip(ids, ratings.values.tolist(), strict=True)
    return [(str(user), str(item), value) for (user, item), value in pairs]


def test_an_item_under_two_ids_is_one_and_its_newest_rating_counts() -> None:
    rows = [("1", "246", 3.0, 10.0), ("1", "268", 4.0, 20.0), ("2", "268", 5.0, 10.0)]
    rows += [("2", "1", 2.0, 10.0), ("3", "246", 1.0, 10.0), ("3", "268", 2.0, 10.0)]
    ratings = made_of(rows, {"268": "246", "9": "8"})
    assert found(ratings) == [("1", "246", 4.0), ("2", "1", 2.0), ("2", "246", 5.0),
                              ("3", "246", 2.0)]  # fmt: skip
    assert (ratings.joined, ratings.duplicates) == (3, 2)


def test_an_id_may_be_written_differently_or_stand_for_one_that_nobody_rated() -> None:
    rows = [("1", "268.00", 3.0, 1.0), ("2", "268", 4.0, 2.0), ("2", "5", 1.0, 3.0)]
    ratings = made_of(rows, {"268": "246"})
    assert ratings.item_ids.tolist() == ["246", "5"]
    assert ratings.joined == 2


def test_two_ids_of_one_item_alone_are_no_two_items() -> None:
    with pytest.raises(RatingsError, match="ratings of one item only"):
        made_of([("1", "246", 3.0, 1.0), ("2", "268", 4.0, 2.0)], {"268": "246"})


ids = st.sampled_from([str(number) for number in range(12)])


@given(st.lists(ids, min_size=1), st.dictionaries(ids, ids))
def test_every_rating_is_kept_under_the_id_of_its_item(
    rated: list[str], other_ids: dict[str, str]
) -> None:
    names, items = np.unique(np.array(rated), return_inverse=True)
    one_each, places, joined = with_one_id_each(names, items.astype(np.int32), other_ids)
    expected = [other_ids.get(id_, id_) for id_ in rated]
    assert one_each[places].tolist() == expected
    assert one_each.tolist() == sorted(set(expected))
    assert joined == sum(id_ in other_ids for id_ in rated)


def test_places_are_those_of_items_that_were_rated() -> None:
    assert places_of({"268": "246", "9": "8"}, np.array(["1", "246"])) == {"268": 1}
