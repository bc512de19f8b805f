import math

import numpy as np
import pyarrow as pa
import pytest
from recommender.data.ratings import RatingsError
from recommender.data.ratings_table import from_columns


def test_ratings_are_numbered_and_sorted(ratings_of):
    ratings = ratings_of(["b", "a", "b", "10"], ["y", "x", "x", "y"], [1, 2, 3, 4])
    assert ratings.user_ids.tolist() == ["10", "a", "b"]
    assert ratings.item_ids.tolist() == ["x", "y"]
    assert ratings.users.tolist() == [0, 1, 2, 2]
    assert ratings.items.tolist() == [1, 0, 0, 1]
    assert ratings.values.tolist() == [4, 2, 3, 1]
    assert ratings.scale == (1, 4)
    assert ratings.rated_indptr.tolist() == [0, 1, 2, 4]


def test_the_order_of_rows_does_not_matter(made_up, ratings_of):
    shuffled = np.random.default_rng(1).permutation(len(made_up))
    again = ratings_of(
        made_up.user_ids[made_up.users][shuffled].tolist(),
        made_up.item_ids[made_up.items][shuffled].tolist(),
        made_up.values[shuffled],
    )
    for name in ("user_ids", "item_ids", "users", "items", "values"):
        assert np.array_equal(getattr(again, name), getattr(made_up, name))


def test_a_part_by_itself_is_as_a_table_of_it_alone(made_up, ratings_of):
    part = (made_up.users % 3 > 0) & (made_up.items < 30) & (made_up.values > 1)
    chosen = made_up.select(part)
    alone = ratings_of(
        made_up.user_ids[chosen.users].tolist(),
        made_up.item_ids[chosen.items].tolist(),
        chosen.values,
    )
    found = chosen.by_themselves()
    for name in ("user_ids", "item_ids", "users", "items", "values", "rated_indptr"):
        assert np.array_equal(getattr(found, name), getattr(alone, name))
        assert getattr(found, name).dtype.kind == getattr(alone, name).dtype.kind
    assert (found.scale, found.users.dtype) == (alone.scale, alone.users.dtype)


def test_the_highest_rating_of_a_repeated_pair_counts(ratings_of):
    ratings = ratings_of(["a", "a", "a", "b"], ["x", "x", "x", "y"], [2, 5, 3, 1])
    assert ratings.values.tolist() == [5, 1]
    assert ratings.duplicates == 2


@pytest.mark.parametrize(
    ("times", "kept"),
    [
        ([10.0, 30.0, 20.0], 2),
        ([30.0, 10.0, 30.0], 5),
        ([None, None, None], 5),
        ([None, 5.0, None], 2),
        ([math.nan, 5.0, 1e300], 2),
        ([-20.0, -10.0, None], 2),
    ],
)
def test_the_newest_rating_of_a_repeated_pair_counts_where_there_are_times(times, kept):
    """Of one time, or of none, the highest does; what has a time counts before what has none."""
    ratings = from_columns(
        pa.chunked_array([["a", "a", "a", "b"]]),
        pa.chunked_array([["x", "x", "x", "y"]]),
        pa.chunked_array([[3.0, 2.0, 5.0, 1.0]]),
        pa.chunked_array([pa.array([*times, 40.0], pa.float64())]),
    )
    assert ratings.values.tolist() == [kept, 1]
    assert ratings.duplicates == 2
    assert len(ratings.times) == 2


def test_the_scale_is_that_of_the_kept_ratings(ratings_of):
    assert ratings_of(["a", "a", "b"], ["x", "x", "y"], [0.5, 5, 3]).scale == (3, 5)


def test_a_selection_keeps_numbers_and_scale(made_up):
    part = made_up.select(made_up.values > 4)
    assert set(part.values) == {5}
    assert part.scale == made_up.scale == (1, 5)
    assert part.user_ids is made_up.user_ids


@pytest.mark.parametrize(
    ("users", "items", "values", "sentence"),
    [
        ([], [], [], "is empty"),
        ([None, "b"], ["x", "y"], [1, 2], "1 row of the input table without a user id"),
        (["a", "b", "c"], [None, "y", None], [1, 2, 3], "2 rows .* without a item id"),
        (["a", "b"], ["x", "y"], [1, None], "1 row .* without a rating"),
        (["a", "b"], ["x", "y"], [1, math.nan], "1 row .* no finite number"),
        (["a", "b"], ["x", "y"], [math.inf, -math.inf], "2 rows .* no finite number"),
        (["a", "a"], ["x", "y"], [1, 2], "of one user only"),
        (["a", "b"], ["x", "x"], [1, 2], "of one item only"),
        (["a" * 257, "b"], ["x", "y"], [1, 2], "user id is longer than 256"),
        (["a", "b"], ["x\0", "y"], [1, 2], "item id contains the character NUL"),
    ],
)
def test_unfit_ratings_are_refused_in_one_sentence(ratings_of, users, items, values, sentence):
    with pytest.raises(RatingsError, match=sentence) as raised:
        ratings_of(users, items, values)
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)
