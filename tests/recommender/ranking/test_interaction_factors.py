"""Factors of who has rated what, against the loss that they are said to minimize."""

import numpy as np
from recommender.arrays import UNKNOWN
from recommender.data.histories import UserHistories
from recommender.ranking.interaction_factors import InteractionFactors

UNSEEN, RIDGE = 0.2, 0.05


def fitted(made_up, **changed) -> InteractionFactors:
    settings = {"factors": 5, "unseen_weight": UNSEEN, "regularization": RIDGE, "seed": 0}
    return InteractionFactors.fit(made_up, **settings | changed)


def test_a_users_factors_minimize_the_loss_over_seen_and_unseen_items(made_up):
    model = fitted(made_up)
    rated = np.array([3, 8, 21], np.int32)
    found = model.fold_in(UserHistories.unknown_user(rated, np.ones(3)))[0]
    items, seen = model.items, np.isin(np.arange(len(model.items)), rated)

    def gradient(user: np.ndarray) -> np.ndarray:
        scores = items @ user
        ridge = RIDGE * (len(rated) + UNSEEN * len(items))
        return items[seen].T @ (scores[seen] - 1) + UNSEEN * items.T @ scores + ridge * user

    assert np.abs(gradient(found)).max() < 1e-10
    assert np.abs(gradient(found + 0.01)).max() > 1e-3


def test_it_tells_a_users_items_from_the_others(made_up):
    model = fitted(made_up)
    scores = model.fold_in(UserHistories.of_ratings(made_up)) @ model.items.T
    seen = np.zeros(scores.shape, bool)
    seen[made_up.users, made_up.items] = True
    assert scores[seen].mean() > scores[~seen].mean() + 0.05


def test_regularization_follows_the_number_of_ratings(made_up):
    weak, strong = (fitted(made_up, regularization=reg) for reg in (0.01, 1.0))
    assert np.abs(strong.items).max() < 0.5 * np.abs(weak.items).max()


def test_a_user_without_ratings_has_no_factors(made_up):
    nobody = UserHistories(
        np.array([UNKNOWN]), np.array([0, 0]), np.zeros(0, np.int32), np.zeros(0)
    )
    assert not fitted(made_up).fold_in(nobody).any()


def test_the_same_seed_gives_the_same_factors_and_another_seed_others(made_up):
    first, again, other = (fitted(made_up, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first.items, again.items)
    assert not np.array_equal(first.items, other.items)


def test_a_user_alone_has_the_factors_of_a_user_among_many(made_up):
    """The endpoint has no kernels."""
    model, everybody = fitted(made_up), UserHistories.of_ratings(made_up)
    together = model.fold_in(everybody)
    assert len(everybody) > 50
    for user in range(5):
        assert np.allclose(model.fold_in(everybody.take(user))[0], together[user], atol=1e-12)
