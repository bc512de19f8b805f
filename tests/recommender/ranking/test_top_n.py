import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from recommender.ranking.top_n import best


@given(
    arrays.arrays(
        np.float64,
        st.tuples(st.integers(1, 5), st.integers(1, 12)),
        elements=st.sampled_from([-np.inf, 0.0, 1.0, 2.0]),
    ),
    st.integers(1, 14),
)
def test_equal_scores_are_ordered_by_item(scores, n):
    expected = [sorted(range(len(row)), key=lambda i: (-row[i], i))[:n] for row in scores]
    assert best(scores, n).tolist() == expected
