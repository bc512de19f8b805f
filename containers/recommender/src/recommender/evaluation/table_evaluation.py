"""Evaluation of a trained model on a table of ratings: what it was trained on is left out."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from recommender.arrays import UNKNOWN, Bools
from recommender.artifact.artifact import Artifact
from recommender.data.ratings import Ratings
from recommender.errors import RecommenderError
from recommender.evaluation.model_evaluation import ModelEvaluation
from recommender.evaluation.placed_ratings import PlacedRatings
from recommender.evaluation.ranking_metrics import LENGTH
from recommender.ranking.top_n import TopLists, best

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

    @cached_property
    def _placed(self) -> PlacedRatings:
        return PlacedRatings(self.artifact, self.table)

    @cached_property
    def _new(self) -> Bools:
        """Shape (ratings,): false for a pair that the model was trained on."""
        return ~self._placed.trained_on

    @cached_property
    def _evaluation(self) -> ModelEvaluation:
        return ModelEvaluation(self._placed, self._new)

    def _counts(self) -> dict[str, float]:
        new = self._new
        users, items = np.unique(self.table.users[new]), np.unique(self.table.items[new])
        return {
            "ratings": float(new.sum()),
            "seen_ratings": float((~new).sum()),
            "users": float(len(users)),
            "known_users": float((self._placed.users[users] != UNKNOWN).sum()),
            "items": float(len(items)),
            "known_items": float((self._placed.items[items] != UNKNOWN).sum()),
        }

    def _accuracy(self) -> dict[str, float]:
        if not self._evaluation.has_errors:
            return {}
        return {
            "rmse": self._evaluation.rmse,
            "mae": float(np.mean(np.abs(self._evaluation.errors))),
        }

    # --- lists ------------------------------------------------------------------------------------

    def _ranking(self) -> dict[str, float]:
        evaluation = self._evaluation
        lists, popular = evaluation.lists(), evaluation.lists_by(evaluation.popularity)
        ndcg, recall = evaluation.evaluator.ndcg_and_recall(lists)
        popular_ndcg, popular_recall = evaluation.evaluator.ndcg_and_recall(popular)
        figures = {
            "evaluated_users": float(len(evaluation.users)),
            "ndcg_at_10": ndcg,
            "recall_at_10": recall,
            "coverage": _coverage(lists, len(self.artifact.item_ids)),
            "popularity": self._popularity(lists),
            "popular_ndcg_at_10": popular_ndcg,
            "popular_recall_at_10": popular_recall,
            "popular_popularity": self._popularity(popular),
        }
        if np.isnat(self.table.times).any():
            return figures
        recent_ndcg, recent_recall = evaluation.evaluator.ndcg_and_recall(self._recently_popular())
        return figures | {
            "recently_popular_ndcg_at_10": recent_ndcg,
            "recently_popular_recall_at_10": recent_recall,
        }

    def _recently_popular(self) -> TopLists:
        """Lists of what was rated most in the week before each user's first rating here.

        Where that week holds too little, the most popular items follow: the time split of the
        literature, on which this baseline is strong. Nothing later than the rating is looked at.
        """
        seen, popularity = self._evaluation.seen, self._evaluation.popularity
        order = np.argsort(self.table.times, kind="stable")
        times, items = self.table.times[order], self._placed.items[self.table.items[order]]
        firsts = self._first_times[self._evaluation.users]
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

    def _popularity(self, lists: TopLists) -> float:
        """Ratings in the training that a listed item has, on the average."""
        counts = np.bincount(self.artifact.users.items, minlength=len(self.artifact.item_ids))
        listed = lists.items[lists.scores > -np.inf]
        return float(counts[listed].mean()) if listed.size else 0.0


def _coverage(lists: TopLists, items: int) -> float:
    return len(np.unique(lists.items[lists.scores > -np.inf])) / items
