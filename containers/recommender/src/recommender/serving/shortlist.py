"""Lists of recommendations for users, known or not, with reasons and within filters."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from recommender.arrays import Bools, Floats, Indices, Singles
from recommender.artifact.artifact import Artifact
from recommender.data.features import NO_ANSWERS, Answers
from recommender.data.histories import UserHistories
from recommender.ranking.reasons import explain
from recommender.ranking.top_n import best
from recommender.rating.fold_in import fold_in

Recommendation = dict[str, Any]


@dataclass(frozen=True)
class RecommendationRequest:
    """One request for recommendations.

    Attributes:
        count: Most recommendations.
        allowed: Shape (items,), true for items that may be recommended; None allows all.
        answers: Of the user at sign-up.
    """

    count: int
    allowed: Bools | None = None
    answers: Answers = NO_ANSWERS


class Shortlister:
    """Lists of one model."""

    def __init__(self, artifact: Artifact) -> None:
        self._artifact = artifact
        self._item_ids = artifact.item_ids.tolist()
        self._usual = artifact.prior.probabilities(NO_ANSWERS)

    def list_for(self, user: UserHistories, request: RecommendationRequest) -> list[Recommendation]:
        """The user's best items that are not rated, best first, equal scores by item.

        Args:
            user: The only user.
            request: Count, limits and answers.
        """
        scores = self._scores(user, request)
        items = best(scores, request.count)[0]
        items = items[scores[0, items] > -np.inf]
        reasons = explain(
            self._artifact.ranker, self._artifact.prior, user, request.answers, items=items
        )
        columns = (
            items.tolist(),
            scores[0, items].astype(np.float32),
            self._estimates(user, items),
            reasons,
        )
        return [
            {
                "item_id": self._item_ids[item],
                "rank": rank,
                "score": score,
                "estimated_rating": estimate,
                "reason": self._named(reason),
            }
            for rank, (item, score, estimate, reason) in enumerate(zip(*columns, strict=True), 1)
        ]

    def _scores(self, user: UserHistories, request: RecommendationRequest) -> Floats:
        usual = request.answers == NO_ANSWERS
        prior = self._usual if usual else self._artifact.prior.probabilities(request.answers)
        scores = self._artifact.ranker.with_prior(user, prior).dense()
        scores[0, user.items] = -np.inf
        if request.allowed is not None:
            scores[0, ~request.allowed] = -np.inf
        return scores

    def _estimates(self, user: UserHistories, items: Indices) -> Singles:
        model = self._artifact.model
        users = fold_in(model, user)
        estimates = users.estimate(model, np.zeros(len(items), np.int64), items)
        return estimates.astype(np.float32)

    def _named(self, reason: dict[str, Any]) -> dict[str, Any]:
        """The reason with ids instead of indices."""
        if "items" not in reason:
            return reason
        named = {"kind": reason["kind"], "item_ids": [self._item_ids[i] for i in reason["items"]]}
        return named | {"share": reason["share"]}
