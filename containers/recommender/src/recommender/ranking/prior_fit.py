"""Fit of the prior's weights: sign-up answers against the items that a user goes on to rate.

Nobody in the data signed up, so the answers are taken from half of a user's ratings - the genres
that are most over-represented there - and have to predict the other half. The counts come from
other users. Nothing of a user is on both sides.
"""

from dataclasses import replace

import numpy as np

from recommender.arrays import Floats, Indices32, Singles
from recommender.data.features import Answers, Features, ItemFeatures, seasons_of, usual_season
from recommender.data.ratings import Ratings
from recommender.ranking import prior
from recommender.ranking.prior import TERMS, Prior

#: Favourite genres that a user names.
FAVOURITES = 3
#: Most users that the weights are fitted on, most Newton steps, and a step that is the last: the
#: one after it would be about its square.
_USERS, _STEPS, _LAST_STEP = 200, 10, 1e-3
#: Users whose terms are multiplied together: more would only take memory.
_TOGETHER = 16
_RIDGE = 1e-2
#: A user with fewer ratings says too little on either side.
_FEWEST_RATINGS = 4


def fit(ratings: Ratings, features: Features, seed: int) -> Prior:
    """Count on all ratings, with weights that were fitted across two halves of the users."""
    rng = np.random.default_rng(seed)
    seasons = seasons_of(ratings.times)
    half = rng.permutation(len(ratings.user_ids)) % 2
    cases: list[tuple[Singles, Singles]] = []
    for side in (0, 1):
        others = half[ratings.users] != side
        counted = prior.count(ratings.select(others), features)
        shares = genre_shares(features.items, np.exp(counted.popularity))
        mine = rng.permutation(np.flatnonzero(half == side))[: _USERS // 2]
        for user in mine.tolist():
            rows = np.arange(ratings.rated_indptr[user], ratings.rated_indptr[user + 1])
            if len(rows) >= _FEWEST_RATINGS:
                known, target = np.array_split(rng.permutation(rows), 2)
                answers = Answers(
                    favourites(ratings.items[known], features.items, shares),
                    features.users.countries[user],
                    int(features.users.birth_years[user]),
                    usual_season(seasons[known]),
                )
                terms = counted.terms(answers).astype(np.float32)
                cases.append((terms, terms[ratings.items[target]].mean(axis=0)))
    whole = prior.count(ratings, features)
    return replace(whole, weights=_newton(cases)) if cases else whole


def genre_shares(features: ItemFeatures, popularity: Floats) -> Floats:
    """Share of all ratings that each genre has, shape (genres,).

    Args:
        features: Genres of all items.
        popularity: Shape (items,), number of ratings of each.
    """
    return np.asarray(popularity @ features.genres.carried / popularity.sum())


def favourites(items: Indices32, features: ItemFeatures, shares: Floats) -> tuple[str, ...]:
    """The genres that are most over-represented among some items, as a user would name them.

    Args:
        items: Places of the items that the user rated.
        features: Genres of all items.
        shares: What `genre_shares` gives for everybody.
    """
    if not len(items) or not len(features.genres.names):
        return ()
    share = features.genres.carried[items].mean(axis=0)
    excess = (share - shares) / np.sqrt(shares + 1e-3)
    best = np.argsort(-excess, kind="stable")[:FAVOURITES]
    return tuple(features.genres.names[best[share[best] > 0]].tolist())


def _newton(cases: list[tuple[Singles, Singles]]) -> Floats:
    """Weights that make the targets likeliest, every user counting alike.

    Args:
        cases: For each user, the terms of all items, shape (items, terms), and their means over
            the items that are to be predicted, shape (terms,).
    """
    alone = np.eye(len(TERMS))[0]
    weights = alone
    for _ in range(_STEPS):
        slope, curve = _RIDGE * (weights - alone), _RIDGE * np.eye(len(TERMS))
        for start in range(0, len(cases), _TOGETHER):
            terms, targets = map(np.stack, zip(*cases[start : start + _TOGETHER], strict=True))
            expected, scatter = _moments(terms, weights.astype(np.float32))
            slope += (expected - targets).sum(axis=0) / len(cases)
            curve += (scatter - expected.T @ expected) / len(cases)
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if np.abs(step).max() < _LAST_STEP:
            break
    return np.asarray(weights)


def _moments(terms: Singles, weights: Singles) -> tuple[Singles, Singles]:
    """Moments of the terms when items are drawn by their probabilities.

    Returns:
        Means, shape (users, terms), and the sum over users of the mean products of two terms,
        shape (terms, terms).
    """
    scores = terms @ weights
    probabilities = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    expected = (probabilities[:, np.newaxis] @ terms)[:, 0]
    scaled = (np.sqrt(probabilities)[:, :, np.newaxis] * terms).reshape(-1, terms.shape[2])
    return expected, scaled.T @ scaled
