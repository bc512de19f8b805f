import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from recommender import top_n
from recommender.factors import UNKNOWN, FactorModel
from recommender.top_n import Rated, best, recommend

USERS, ITEMS = 50, 30


@pytest.fixture(scope="module")
def model() -> FactorModel:
    random = np.random.default_rng(5)
    return FactorModel.of(
        3.0,
        (1.0, 5.0),
        biases=(random.normal(size=USERS), random.normal(size=ITEMS)),
        factors=(random.normal(size=(USERS, 4)), random.normal(size=(ITEMS, 4))),
    )


@pytest.fixture(scope="module")
def rated() -> Rated:
    random = np.random.default_rng(6)
    rows = [np.flatnonzero(random.random(ITEMS) < 0.3) for _ in range(USERS)]
    # one user has rated all, one all but two, one nothing
    rows[3], rows[4], rows[5] = np.arange(ITEMS), np.arange(2, ITEMS), np.arange(0)
    indptr = np.cumsum([0, *map(len, rows)])
    return Rated(indptr.astype(np.int64), np.concatenate(rows).astype(np.int32))


def one_by_one(model, rated, user: int, n: int) -> list[int]:
    """The plain way: score each unseen item, sort."""
    seen = set() if user == UNKNOWN else set(rated.indices[slice(*rated.indptr[user : user + 2])])
    scores = {
        item: model.global_mean
        + model.user_biases[user]
        + model.item_biases[item]
        + model.user_factors[user] @ model.item_factors[item]
        for item in range(ITEMS)
        if item not in seen
    }
    return sorted(scores, key=lambda item: (-round(scores[item], 9), item))[:n]


@pytest.mark.parametrize("cells", [1, 7 * ITEMS, 2**21])
def test_lists_are_exact_in_blocks_of_any_size(model, rated, monkeypatch, cells):
    monkeypatch.setattr(top_n, "_BLOCK_CELLS", cells)
    users = np.append(np.arange(USERS), UNKNOWN)
    lists = [[] for _ in users]
    for block in recommend(model, rated, users, 10):
        for row, item, rank in zip(block.rows, block.items, block.ranks, strict=True):
            lists[row].append(int(item))
            assert rank == len(lists[row])
    assert lists == [one_by_one(model, rated, user, 10) for user in users.tolist()]
    assert [len(lists[user]) for user in (3, 4, 5)] == [0, 2, 10]


def test_ranks_follow_unclipped_scores(model, rated):
    (block,) = recommend(model, rated, np.arange(USERS), 10)
    same_user = np.diff(block.rows) == 0
    assert (np.diff(block.scores)[same_user] <= 0).all()
    # scores above the scale are told apart, though their estimates are all 5
    assert np.count_nonzero(block.scores > 5) > np.count_nonzero(block.scores == 5) + 10
    assert model.clip(block.scores).max() == 5


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
