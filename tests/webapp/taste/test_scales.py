"""Ratings as numbers, and scales of whole files."""

import pytest
from webapp.taste.scales import Scale, number, scale_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4), ("4.5", 4.5), ("4,5", 4.5), (" 4,50 ", 4.5), ("4½", 4.5), ("½", 0.5),
        ("8/10", 8), ("8,5 / 10", 8.5), ("80%", 80), ("80 %", 80), ("★★★★½", 4.5), ("★★", 2),
        ("\u0664\u066b\u0665", 4.5), ("\uff14\uff0e\uff15", 4.5), ('="4,5"', 4.5),
        ("4 stars", 4), ("4 étoiles", 4), ("1 point", 1), ("", None), ("nan", None),
        ("inf", None), ("1e999", None), ("3. May", 3.5), ("03.mai", 3.5), ("4-mei", 4.5),
        ("1. Jan", None), ("four", None), ("★x", None), ("/10", None),
    ],
)  # fmt: skip
def test_ratings_are_read_as_they_are_written_everywhere(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("values", "stated", "scale"),
    [
        ([1, 5, 4.5], None, Scale(5, is_certain=True)),
        ([1, 5, 4], None, Scale(5, is_certain=False)),
        ([1, 7], None, Scale(10, is_certain=True)),
        ([15, 20], None, Scale(20, is_certain=False)),
        ([15, 95], None, Scale(100, is_certain=False)),
        ([3, 4] * 30 + [45], None, Scale(5, is_certain=False)),
        ([3, 4, 45], 5, Scale(5, is_certain=True)),
        ([1, 2], 10, Scale(10, is_certain=True)),
        ([], None, Scale(5, is_certain=False)),
    ],
)
def test_the_scale_is_the_stated_one_or_that_of_all_ratings(values, stated, scale):
    assert scale_of(values, stated) == scale


def test_stars_are_never_below_half_nor_above_five():
    scale = Scale(100, is_certain=True)
    assert [scale.stars(value) for value in (0, -3, 0.5, 5, 10, 100, 101)] == [
        None, None, 0.5, 0.5, 0.5, 5.0, None,
    ]  # fmt: skip
    assert [scale.is_raised(value) for value in (0, 5, 10)] == [False, True, False]
