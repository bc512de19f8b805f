"""Lists of recommendations for users, known or not, with reasons and within filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from recommender.arrays import Bools, Floats, Indices, Singles
from recommender.artifact.artifact import Artifact
from recommender.data.features import NO_ANSWERS, Answers
from recommender.data.histories import UserHistories
from recommender.options import USUAL, ListOptions
from recommender.ranking.dials import Dials, item_vectors
from recommender.ranking.reasons import Reason, explain
from recommender.ranking.short_lists import ShortLists
from recommender.ranking.top_n import TopLists
from recommender.rating.fold_in import UserFactors
from recommender.serving.new_item_reason import NewItemReasons

Recommendation = dict[str, Any]

#: Items of a list that have a reason, the first ones: a reason takes as many numbers as there are
#: ratings, and more bytes than all else that is said of an item.
MOST_REASONS = 1000


@dataclass(frozen=True)
class RecommendationRequest:
    """One request for recommendations.

    Attributes:
        count: Most recommendations.
        allowed: Shape (items,), true for items that may be recommended; None allows all.
        answers: Of the user at sign-up.
        options: Of the list.
        allow_seen: True if rated items may be recommended, too.
    """

    count: int
    allowed: Bools | None = None
    answers: Answers = NO_ANSWERS
    options: ListOptions = USUAL
    allow_seen: bool = False


class Shortlister:
    """Lists of one model."""

    def __init__(self, artifact: Artifact) -> None:
        self._artifact = artifact
        self._item_ids = artifact.catalogue_ids
        self._new_items = NewItemReasons(artifact)
        self._usual = artifact.prior.probabilities(NO_ANSWERS)

    def list_for(self, user: UserHistories, request: RecommendationRequest) -> list[Recommendation]:
        """The user's best items that are not rated, best first, equal scores by item.

        In a short list, items that wait for the others follow behind them.

        Args:
            user: The only user.
            request: Count, limits and answers.
        """
        scores = self.scores(user, request.answers)
        if not request.allow_seen:
            scores[0, user.items] = -np.inf
        if request.allowed is not None:
            scores[0, ~request.allowed] = -np.inf
        dials = self._dials(request.options)
        lists = ShortLists(self._artifact.model, user, request.count, dials)
        items = lists.settle(TopLists.of(scores, lists.candidates)).items[0]
        items = items[scores[0, items] > -np.inf]
        return self.described(user, items, scores[0], request.answers, folded=lists.folded)

    def _dials(self, options: ListOptions) -> Dials | None:
        if options.are_usual:
            return None
        return Dials(options, self._artifact.prior.popularity, self._vectors)

    @cached_property
    def _vectors(self) -> Singles:
        return item_vectors(self._artifact.model)

    def scores(self, user: UserHistories, answers: Answers) -> Floats:
        """Scores of all items for the only user, rated ones too, shape (1, items)."""
        usual = answers == NO_ANSWERS
        prior = self._usual if usual else self._artifact.prior.probabilities(answers)
        return self._artifact.ranker.with_prior(user, prior).dense()

    def described(
        self,
        user: UserHistories,
        items: Indices,
        scores: Floats,
        answers: Answers,
        *,
        folded: UserFactors,
    ) -> list[Recommendation]:
        """Rank, score, estimate and reason of items that are in order.

        Args:
            user: The only user.
            items: Shape (n,), indices; the first MOST_REASONS have a reason.
            scores: Shape (items,), of all items.
            answers: Of the user at sign-up.
            folded: The user's factors.
        """
        columns = items.tolist(), scores[items].astype(np.float32), self._estimates(folded, items)
        found = [
            {
                "item_id": self._item_ids[item],
                "rank": rank,
                "score": score,
                "estimated_rating": estimate,
            }
            for rank, (item, score, estimate) in enumerate(zip(*columns, strict=True), 1)
        ]
        reasons = self.reasons(user, items[:MOST_REASONS], answers)
        for entry, reason in zip(found, reasons, strict=False):
            entry["reason"] = reason
        return found

    def reasons(
        self, user: UserHistories, items: Indices, answers: Answers
    ) -> list[dict[str, Any]]:
        """A reason for each of the items, with ids; see `explain`."""
        ranker, prior = self._artifact.ranker, self._artifact.prior
        liked = self._artifact.model.levels.liked(user)
        found = explain(ranker, prior, user, answers, items=items, liked=liked)
        named = self._with_fields(user, items, found, liked=liked)
        return [self._named(reason) for reason in named]

    def _estimates(self, users: UserFactors, items: Indices) -> Sequence[np.float32 | None]:
        model = self._artifact.model
        if self._artifact.manifest.is_implicit:
            return [None] * len(items)
        estimates = users.estimate(model, np.zeros(len(items), np.int64), items)
        return list(estimates.astype(np.float32))

    def _with_fields(
        self, user: UserHistories, items: Indices, reasons: list[Reason], *, liked: Bools
    ) -> list[Reason]:
        """The reasons, those of items without ratings with the field that weighs most."""
        new = np.flatnonzero(items >= self._artifact.rated_items)
        if not len(new):
            return reasons
        added = self._artifact.ranker.contributions(user, items[new])[liked]
        for column, row in enumerate(new.tolist()):
            reasons[row] = self._new_items.named(
                int(items[row]), reasons[row], user.items[liked], added[:, column]
            )
        return reasons

    def _named(self, reason: dict[str, Any]) -> dict[str, Any]:
        """The reason with ids instead of indices."""
        if "items" not in reason:
            return reason
        named = {"kind": reason["kind"], "item_ids": [self._item_ids[i] for i in reason["items"]]}
        return named | {name: reason[name] for name in ("share", "field") if name in reason}
