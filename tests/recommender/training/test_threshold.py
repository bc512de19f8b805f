"""The threshold below which a training that runs by itself makes no model."""

import pytest
from recommender.training.threshold import Threshold


def test_without_it_everything_is_trained():
    assert Threshold.parse({"input_table": "ratings"}) is None


@pytest.mark.parametrize(
    ("rows", "new", "is_met"),
    [
        pytest.param(1000, 0, False, id="nothing new"),
        pytest.param(1099, 99, False, id="too little"),
        pytest.param(1100, 100, True, id="enough"),
        pytest.param(400, 0, True, id="rows were lost, which the gate is to see"),
    ],
)
def test_rows_beyond_the_known_ones_are_counted(rows, new, is_met):
    threshold = Threshold.parse({"least_new_ratings": "100", "known_ratings": "1000"})
    assert threshold is not None
    assert (threshold.new(rows), threshold.is_met(rows)) == (new, is_met)


def test_of_a_table_of_which_nothing_is_known_every_row_is_new():
    assert Threshold.parse({"least_new_ratings": "3"}) == Threshold(3, 0)
