"""Reasons of recommendations: parts of the very score that ranked them."""

from typing import Any

import numpy as np

from recommender.arrays import Bools, Floats, Indices, Indices32
from recommender.data.features import Answers
from recommender.data.histories import UserHistories
from recommender.ranking.base import Ranker
from recommender.ranking.prior import TERMS, Prior

Reason = dict[str, Any]

#: Most rated items that a reason names.
_NAMED = 3


def explain(
    ranker: Ranker,
    prior: Prior,
    user: UserHistories,
    answers: Answers,
    *,
    items: Indices,
    liked: Bools,
) -> list[Reason]:
    """A reason for each of `items`, recommended to one user.

    `because_you_rated` names the liked items, by their indices, that add most to the score. Where
    the prior adds more than all of them, the reason is the term that lifts the item most above what
    the prior expects: `popularity`, `genres`, `country`, `birth_year` or `season`. What is ranked
    by its estimated rating alone, without an account of single ratings, is an `estimate`.

    Args:
        ranker: Ranked the items.
        prior: Of the same model.
        user: The only user.
        answers: What the user said at sign-up.
        items: Indices of items.
        liked: Shape (ratings,), true for the ratings that speak well of their items: a reason names
            no others.
    """
    history = user.items[liked]
    added = ranker.contributions(user, items)[liked]
    from_prior = ranker.prior_weights(user)[0] * prior.probabilities(answers)[items]
    from_ratings = np.maximum(added, 0).sum(axis=0)
    terms = _excess(prior, answers, items)
    reasons: list[Reason] = []
    for row in range(len(items)):
        if from_ratings[row] > from_prior[row]:
            reasons.append(_because(history, added[:, row]))
        elif from_prior[row] > 0:
            reasons.append({"kind": TERMS[int(terms[row].argmax())]})
        else:
            reasons.append({"kind": "estimate"})
    return reasons


def _because(history: Indices32, added: Floats) -> Reason:
    best = np.argsort(-added, kind="stable")[:_NAMED]
    best = best[added[best] > 0]
    share = added[best].sum() / np.maximum(added, 0).sum()
    return {
        "kind": "because_you_rated",
        "items": history[best].tolist(),
        "share": round(float(share), 4),
    }


def _excess(prior: Prior, answers: Answers, items: Indices) -> Floats:
    """Excess of each term over its expectation, for each item, shape (items, terms)."""
    terms = prior.terms(answers) * prior.weights
    probabilities = prior.probabilities(answers)
    return np.asarray(terms[items] - probabilities @ terms / probabilities.sum())
