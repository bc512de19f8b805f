"""A scale that changed from one training to the next."""

from dataclasses import replace

import numpy as np
import pytest
from recommender.evaluation.rating_shift import recorded_margin, shift
from small_models import model_of, ratings

VALUES = [1.0, 2.0, 3.0, 4.0, 5.0, 5.0]


def of_values(values, **about):
    rows = [(f"u{n % 4}", f"i{n % 3}", value, None) for n, value in enumerate(values)]
    made = model_of(ratings(rows), **about)
    users = replace(made.users, values=np.array(values, np.float64))
    return replace(made, users=users)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(VALUES, 0.0, id="the same"),
        pytest.param([value + 1 for value in VALUES], 0.25, id="a star higher"),
        pytest.param([10 * value for value in VALUES], 7.5, id="ten times"),
        pytest.param([2 * value - 10 / 3 for value in VALUES], 1.490712 / 4, id="twice as wide"),
        # the mean moves by 0.08, the spread from 1.491 to 3.161
        pytest.param([*VALUES * 200, 100.0], 1.6707 / 4, id="one in 1,200 of another scale"),
    ],
)
def test_the_mean_or_the_spread_tells(values, expected):
    found = shift(of_values(values), of_values(VALUES))
    assert found["mean_rating"] == pytest.approx(np.mean(values))
    assert found["champion_mean_rating"] == pytest.approx(20 / 6)
    assert found["scale_shift"] == pytest.approx(expected, abs=2e-3)


def test_a_scale_of_one_value_has_a_width():
    assert shift(of_values([2.0] * 6), of_values([1.0] * 6))["scale_shift"] == 1.0


def test_recorded_intervals_add_up():
    with_margin = [of_values(VALUES, metrics={"ndcg_at_10_margin": each}) for each in (0.03, 0.04)]
    assert recorded_margin(*with_margin) == {"recorded_ndcg_margin": pytest.approx(0.05)}
    assert recorded_margin(with_margin[0], of_values(VALUES)) == {}
