"""Evaluation of a trained model on a table of ratings that it was not trained on.

What the model was trained on is left out, pair by pair; everything else counts, users and items
that it does not know included, because whoever asks wants to know how well it serves these people.
Lists are evaluated against all such ratings of a user, every one of which is relevant, as in
`protocol`; an item that the model does not know is one that its list can only miss.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from recommender.arrays import UNKNOWN, Bools, Floats, Indices, Integers
from recommender.artifact.artifact import Artifact
from recommender.data.features import NO_ANSWERS
from recommender.data.histories import UserHistories
from recommender.data.ids import IdIndex
from recommender.data.ratings import Ratings
from recommender.errors import RecommenderError
from recommender.evaluation.ranking_metrics import LENGTH, ListEvaluator
from recommender.ranking.popularity import Popularity
from recommender.ranking.top_lists import TopLists, rank
from recommender.ranking.top_n import Rated, best
from recommender.rating.small_systems import one_by_one

#: Most users whose lists are evaluated: more would change little.
_EVALUATED = 2000
#: Days in which ratings make an item popular of late.
_RECENT = np.timedelta64(7, "D")


class EvaluationError(RecommenderError):
    """The table holds nothing that a model can be evaluated on."""


@dataclass(frozen=True)
class TableEvaluation:
    """A model beside a table of ratings.

    Attributes:
        artifact: The model.
        table: The ratings; users and items have indices of their own there.
    """

    artifact: Artifact
    table: Ratings

    def metrics(self) -> dict[str, float]:
        """Figures by their names in the job's metrics.

        Raises:
            EvaluationError: The model was trained on every one of the ratings.
        """
        if not self._new.any():
            raise EvaluationError(
                "The model was trained on every rating of the table: evaluate it on newer ones."
            )
        return {**self._counts(), **self._accuracy(), **self._ranking()}

    # --- what the model knows ---------------------------------------------------------------------

    @cached_property
    def _users(self) -> Indices:
        """The model's index of each user of the table."""
        return IdIndex(self.artifact.user_ids.tolist()).places(self.table.user_ids.tolist())

    @cached_property
    def _items(self) -> Indices:
        """The model's index of each item of the table."""
        return IdIndex(self.artifact.item_ids.tolist()).places(self.table.item_ids.tolist())

    @cached_property
    def _new(self) -> Bools:
        """Shape (ratings,): false for a pair that the model was trained on."""
        count = len(self.artifact.item_ids)
        users, items = self._users[self.table.users], self._items[self.table.items]
        histories = self.artifact.users
        trained = np.repeat(np.arange(len(histories)), histories.counts) * count + histories.items
        is_known = (users != UNKNOWN) & (items != UNKNOWN)
        seen: Bools = is_known & np.isin(users * count + items, trained)
        return ~seen

    def _counts(self) -> dict[str, float]:
        new = self._new
        users, items = np.unique(self.table.users[new]), np.unique(self.table.items[new])
        return {
            "ratings": float(new.sum()),
            "seen_ratings": float((~new).sum()),
            "users": float(len(users)),
            "known_users": float((self._users[users] != UNKNOWN).sum()),
            "items": float(len(items)),
            "known_items": float((self._items[items] != UNKNOWN).sum()),
        }

    # --- estimates --------------------------------------------------------------------------------

    def _accuracy(self) -> dict[str, float]:
        users = self._users[self.table.users[self._new]]
        items = self._items[self.table.items[self._new]]
        error = self.artifact.model.estimate(users, items) - self.table.values[self._new]
        return {
            "rmse": float(np.sqrt(np.mean(error**2))),
            "mae": float(np.mean(np.abs(error))),
        }

    # --- lists ------------------------------------------------------------------------------------

    @cached_property
    def _evaluated(self) -> Integers:
        """Users of the table whose lists are evaluated, in order."""
        users = np.unique(self.table.users[self._new])
        chosen = np.random.default_rng(0).permutation(len(users))[:_EVALUATED]
        return np.sort(users[chosen])

    @cached_property
    def _histories(self) -> UserHistories:
        """History that the model has of each of them."""
        everyone = self.artifact.users
        taken = [everyone.take(int(user)) for user in self._users[self._evaluated]]
        counts = [len(each.items) for each in taken]
        return UserHistories(
            self._users[self._evaluated],
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            np.concatenate([each.items for each in taken]),
            np.concatenate([each.values for each in taken]),
        )

    def _ranking(self) -> dict[str, float]:
        artifact, histories = self.artifact, self._histories
        popularity = artifact.prior.probabilities(NO_ANSWERS)
        with one_by_one():
            scores = artifact.ranker.with_prior(histories, popularity)
        seen = Rated(histories.indptr, histories.items)
        lists = rank(scores, seen, LENGTH)
        popular = rank(Popularity(len(popularity)).with_prior(histories, popularity), seen, LENGTH)
        ndcg, recall = self._evaluator.ndcg_and_recall(lists)
        popular_ndcg, popular_recall = self._evaluator.ndcg_and_recall(popular)
        figures = {
            "evaluated_users": float(len(self._evaluated)),
            "ndcg_at_10": ndcg,
            "recall_at_10": recall,
            "coverage": _coverage(lists, len(artifact.item_ids)),
            "popularity": self._popularity(lists),
            "popular_ndcg_at_10": popular_ndcg,
            "popular_recall_at_10": popular_recall,
            "popular_popularity": self._popularity(popular),
        }
        if np.isnat(self.table.times).any():
            return figures
        recent_ndcg, recent_recall = self._evaluator.ndcg_and_recall(
            self._recently_popular(seen, popularity)
        )
        return figures | {
            "recently_popular_ndcg_at_10": recent_ndcg,
            "recently_popular_recall_at_10": recent_recall,
        }

    def _recently_popular(self, seen: Rated, popularity: Floats) -> TopLists:
        """Lists of what was rated most in the week before each user's first rating here.

        Where that week holds too little, the most popular items follow: the time split of the
        literature, on which this baseline is strong. Nothing later than the rating is looked at.
        """
        order = np.argsort(self.table.times, kind="stable")
        times, items = self.table.times[order], self._items[self.table.items[order]]
        firsts = self._first_times[self._evaluated]
        starts, ends = np.searchsorted(times, [firsts - _RECENT, firsts])
        lists = TopLists(
            np.empty((len(firsts), min(LENGTH, len(popularity))), np.int32),
            np.empty((len(firsts), min(LENGTH, len(popularity)))),
        )
        # one row at a time: all of them by all items would take gigabytes
        for row, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            recent = items[start:end]
            counts = np.bincount(recent[recent != UNKNOWN], minlength=len(popularity))
            scores = counts + popularity / (1 + popularity.max())
            scores[seen.indices[seen.indptr[row] : seen.indptr[row + 1]]] = -np.inf
            lists.items[row] = best(scores[None], LENGTH)[0]
            lists.scores[row] = scores[lists.items[row]]
        return lists

    @cached_property
    def _first_times(self) -> npt.NDArray[np.datetime64]:
        """Shape (users,): the first time at which each user of the table rates something new."""
        firsts = np.full(len(self.table.user_ids), self.table.times.max())
        np.minimum.at(firsts, self.table.users[self._new], self.table.times[self._new])
        return firsts

    @cached_property
    def _evaluator(self) -> ListEvaluator:
        """Of each row, the relevant items: what the model does not know is none of its indices."""
        rows = {user: row for row, user in enumerate(self._evaluated.tolist())}
        relevant: defaultdict[int, list[str]] = defaultdict(list)
        new = zip(
            self.table.users[self._new].tolist(), self.table.items[self._new].tolist(), strict=True
        )
        for user, item in new:
            if user in rows:
                place = int(self._items[item])
                relevant[rows[user]].append(f"unknown {item}" if place == UNKNOWN else str(place))
        return ListEvaluator(relevant)

    def _popularity(self, lists: TopLists) -> float:
        """Ratings in the training that a listed item has, on the average."""
        counts = np.bincount(self.artifact.users.items, minlength=len(self.artifact.item_ids))
        listed = lists.items[lists.scores > -np.inf]
        return float(counts[listed].mean()) if listed.size else 0.0


def _coverage(lists: TopLists, items: int) -> float:
    return len(np.unique(lists.items[lists.scores > -np.inf])) / items
