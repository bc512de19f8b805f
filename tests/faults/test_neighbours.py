"""From the API to the models and back: any batch keeps its rows, and no row sways another."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.thorough

cells = st.one_of(
    st.integers(-3, 34).map("u{}".format),
    st.integers(-3, 24).map("i{}".format),
    st.none(),
    st.booleans(),
    st.integers(-(10**38), 10**38),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8"), max_size=12),
)
rows = st.tuples(
    st.integers(-(2**63), 2**63), st.sampled_from(["films", "series", None]), cells, cells
)


@st.composite
def batches(draw: st.DrawFn) -> list[list[Any]]:
    """0 to 5,000 rows, many of them alike: a large batch repeats and shuffles a small one."""
    few = draw(st.lists(rows, max_size=30))
    times = draw(st.sampled_from([1, 1, 1, 5, 160]))
    many = [list(row) for row in few] * times
    draw(st.randoms(use_true_random=False)).shuffle(many)
    return many


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batch=batches(), seed=st.integers(0, 2**32))
def test_answers_keep_their_rows_and_ignore_their_neighbours(
    integrator: Any, models: list[str], batch: list[list[Any]], seed: int
) -> None:
    reply = integrator.finish("/invoke-details", batch)
    assert reply.status == 200
    assert [number for number, _ in reply.body["data"]] == [row[0] for row in batch]
    for row, value in zip(batch, reply.values, strict=True):
        assert (value is None) == (None in row)
    # among others, in another order and another company, every row's answer is the same
    order = list(range(len(batch)))
    random.Random(seed).shuffle(order)
    middle = seed % (len(order) + 1)
    for part in (order[:middle], order[middle:]):
        again = integrator.finish("/invoke-details", [batch[place] for place in part])
        assert again.values == [reply.values[place] for place in part]
    estimates = integrator.finish("/invoke", batch).values
    assert estimates == [value and value["estimate"] for value in reply.values]
