"""Lists for several people at once, with each one's estimated rating of every item."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from recommender.arrays import Floats, Indices, Singles
from recommender.artifact.artifact import Artifact
from recommender.data.histories import UserHistories
from recommender.ranking.group_rules import RULES, GroupScores, even, moods
from recommender.ranking.top_n import best
from recommender.rating.fold_in import UserFactors, fold_in
from recommender.serving.group_request import GroupRequest
from recommender.serving.shortlist import Shortlister

Entry = dict[str, Any]


class GroupLists:
    """Lists of one model.

    Args:
        artifact: The model.
        shortlister: Explains.
    """

    def __init__(self, artifact: Artifact, shortlister: Shortlister) -> None:
        self._artifact = artifact
        self._shortlister = shortlister
        self._item_ids = artifact.catalogue_ids

    def answer(self, request: GroupRequest, count: int) -> dict[str, Any]:
        """The list, the rule that made it, and why it is short, if it is."""
        found = self.list_for(request, count)
        answer = {"recommendations": found, "rule": request.rule}
        if len(found) == count:
            return answer
        left_out = "that nobody has rated and everybody's filters allow"
        if len(found) < np.count_nonzero(request.allowed):
            left_out = "that everybody would rate above the own mean"
        return answer | {
            "warning": f"Only {len(found)} of {count}: no other item is left {left_out}."
        }

    def list_for(self, request: GroupRequest, count: int) -> list[Entry]:
        """The items that are best for all members together, equal scores by item.

        Each has `estimated_ratings`, one for each member, and the reason of the member whom it
        suits best.
        """
        users = fold_in(self._artifact.model, request.members)
        scores = even(self._scores(request), request.allowed)
        felt = _distances(scores) if self._is_implicit else self._moods(users)
        totals = RULES[request.rule](GroupScores(scores, felt))
        totals = np.where(request.allowed, totals, -np.inf)
        items = best(totals[np.newaxis], count)[0]
        items = items[totals[items] > -np.inf]
        fondest = scores[:, items].argmax(axis=0)
        reasons = self._reasons(request, items, fondest)
        entries = list(self._entries(items, totals, self._estimates(users, items), reasons))
        return list(map(_without_estimates, entries)) if self._is_implicit else entries

    @property
    def _is_implicit(self) -> bool:
        return self._artifact.manifest.is_implicit

    def _entries(
        self, items: Indices, totals: Floats, estimates: Singles, reasons: list[Entry]
    ) -> Iterator[Entry]:
        means = estimates.mean(axis=1)
        columns = items.tolist(), totals[items].astype(np.float32), means, estimates, reasons
        for rank, (item, score, mean, each, reason) in enumerate(zip(*columns, strict=True), 1):
            yield {
                "item_id": self._item_ids[item],
                "rank": rank,
                "score": score,
                "estimated_rating": mean,
                "estimated_ratings": each,
                "reason": reason,
            }

    def _scores(self, request: GroupRequest) -> Floats:
        """Shape (members, items)."""
        each = [self._artifact.prior.probabilities(answers) for answers in request.answers]
        return self._artifact.ranker.with_prior(request.members, np.stack(each)).dense()

    def _moods(self, users: UserFactors) -> Floats:
        model = self._artifact.model
        return moods(users.estimate_all(model), model.scale)

    def _estimates(self, users: UserFactors, items: Indices) -> Singles:
        """Shape (items, members)."""
        members = len(users.biases)
        pairs = np.tile(np.arange(members), len(items)), np.repeat(items, members)
        found = users.estimate(self._artifact.model, *pairs)
        return found.reshape(len(items), members).astype(np.float32)

    def _reasons(self, request: GroupRequest, items: Indices, members: Indices) -> list[Entry]:
        """A reason for each item, that of the member who is given for it."""
        reasons: list[Entry] = [{}] * len(items)
        for member in np.unique(members).tolist():
            mine = np.flatnonzero(members == member)
            user = UserHistories.unknown_user(*request.members.history(member))
            found = self._shortlister.reasons(user, items[mine], request.answers[member])
            for place, reason in zip(mine.tolist(), found, strict=True):
                reasons[place] = reason | {"member": member}
        return reasons


def _distances(scores: Floats) -> Floats:
    """Moods where nothing is estimated: distances of scores to the member's median, -1 to 1."""
    return np.asarray(np.clip(scores - np.median(scores, axis=1, keepdims=True), -1, 1))


def _without_estimates(entry: Entry) -> Entry:
    none = [None] * len(entry["estimated_ratings"])
    return entry | {"estimated_rating": None, "estimated_ratings": none}
