"""Low and high ratings, on scales of any kind and for users of any habit."""

import numpy as np
import pytest
from recommender.data.histories import UserHistories
from recommender.data.rating_levels import RatingLevels, are_high, places


def history(*values: float) -> UserHistories:
    return UserHistories.unknown_user(np.arange(len(values), dtype=np.int32), np.array(values))


@pytest.mark.parametrize(
    ("scale", "mean", "values", "disliked", "liked"),
    [
        ((1, 5), 3.5, [5, 5, 5, 5, 5, 5, 1, 1, 1], [6, 7, 8], [0, 1, 2, 3, 4, 5]),
        ((1, 5), 3.5, [1], [0], []),
        ((1, 5), 3.5, [5, 4, 4], [], [0, 1, 2]),
        ((1, 5), 3.5, [5, 5, 5, 5, 5, 3], [], [0, 1, 2, 3, 4]),
        ((1, 5), 3.5, [2, 2, 2, 3, 3], [], [3, 4]),
        ((1, 5), 3.5, [1] * 40, [], list(range(40))),
        ((1, 5), 3.5, [4] * 40, [], list(range(40))),
        ((1, 10), 7.0, [10, 9, 2, 5, 6], [2], [0, 1, 4]),
        ((-1, 1), 0.4, [1, 1, -1, 0], [2], [0, 1]),
        ((0, 1), 0.7, [1, 0], [1], [0]),
        ((1, 1), 1.0, [1, 1, 1], [], [0, 1, 2]),
        ((1, 5), 3.5, [], [], []),
    ],
    ids=[
        "six at five, three at one",
        "one rating, the lowest",
        "all in the upper half",
        "a three among fives is neither",
        "a two of a strict user is neither",
        "always the lowest",
        "always the same",
        "up to ten",
        "from minus one to one",
        "thumbs",
        "only ones",
        "nothing",
    ],
)
def test_levels(scale, mean, values, disliked, liked):
    levels, user = RatingLevels(scale, mean), history(*values)
    assert np.flatnonzero(levels.disliked(user)).tolist() == disliked
    assert np.flatnonzero(levels.liked(user)).tolist() == liked


def test_a_users_level_is_the_own_mean_and_everybodys_while_ratings_are_few():
    levels = RatingLevels((1, 5), 3.0)
    assert levels.of_users(history()).tolist() == [3.0]
    assert levels.of_users(history(5)).tolist() == [pytest.approx(20 / 6)]
    assert levels.of_users(history(*[5] * 995))[0] == pytest.approx(4.99)


def test_each_user_has_a_level():
    two = UserHistories(
        np.array([0, 1]),
        np.array([0, 4, 8]),
        np.tile(np.arange(4, dtype=np.int32), 2),
        np.array([5.0, 5, 5, 1, 1, 1, 1, 1]),
    )
    found = RatingLevels((1, 5), 2.5).disliked(two)
    assert found.tolist() == [False, False, False, True, *[False] * 4]


@pytest.mark.parametrize(
    ("scale", "least"), [((1, 5), 4), ((0.5, 5), 4), ((1, 10), 8), ((-1, 1), 0.5), ((0, 1), 0.75)]
)
def test_high_is_the_upper_quarter_of_the_scale(scale, least):
    grid = np.arange(scale[0], scale[1] + 0.25, 0.5)
    assert np.array_equal(are_high(grid, scale), grid >= least)
    assert places(np.array(scale, float), scale).tolist() == [0, 1]
