"""Judgement of a candidate beside the champion, on ratings that are newer than both.

New is a rating that is later than the beginning of the champion's training, and whose pair it was
not trained on: a training reads its table a while after it began. The candidate has seen the new
ratings; what stands for it is its back-test, a model of its options that is fitted on the others.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.arrays import Bools, Floats
from recommender.artifact.artifact import Artifact
from recommender.data.ratings import Ratings
from recommender.evaluation import confidence
from recommender.evaluation.confidence import Interval
from recommender.evaluation.model_evaluation import ModelEvaluation
from recommender.evaluation.placed_ratings import PlacedRatings
from recommender.ranking.top_n import TopLists

#: Before the champion's training began, ratings of so long make an item popular of late.
_WEEK = np.timedelta64(7, "D")
#: A model needs so many users, and so many items.
_FEWEST = 2


@dataclass(frozen=True)
class Judgement:
    """A table of ratings beside the champion.

    Attributes:
        champion: The model that serves.
        table: Ratings that the candidate was trained on, and any later ones.
        began_at: When the champion's training began, in UTC.
    """

    champion: Artifact
    table: Ratings
    began_at: np.datetime64

    @cached_property
    def _placed(self) -> PlacedRatings:
        return PlacedRatings(self.champion, self.table)

    @cached_property
    def new(self) -> Bools:
        """Shape (ratings,): true for a new rating; one without a time never is."""
        # a comparison with what is no time is false
        new: Bools = (self.table.times > self.began_at) & ~self._placed.trained_on
        return new

    @cached_property
    def old(self) -> Ratings:
        """The other ratings, as a table of their own: what the back-test is fitted on."""
        return self.table.select(~self.new).by_themselves()

    def counts(self) -> dict[str, float]:
        """Counts by their names in the job's metrics."""
        return {
            "new_ratings": float(self.new.sum()),
            "old_ratings": float((~self.new).sum()),
            "timed_ratings": float((~np.isnat(self.table.times)).sum()),
            "users": float(len(np.unique(self.table.users[self.new]))),
        }

    def is_possible(self, least: int) -> bool:
        """True if there are as many new ratings, and others to fit a back-test on."""
        if self.new.sum() < max(1, least):
            return False
        columns = (self.table.users, self.table.items)
        return all(len(np.unique(ids[~self.new])) >= _FEWEST for ids in columns)

    def figures(self, back_test: Artifact) -> dict[str, float]:
        """Figures of both models on the new ratings, by their names in the job's metrics.

        Args:
            back_test: The candidate's options, fitted on `old`.
        """
        champion = ModelEvaluation(self._placed, self.new)
        candidate = ModelEvaluation(PlacedRatings(back_test, self.table), self.new)
        return {
            "evaluated_users": float(len(champion.users)),
            **self._ranking(candidate, champion),
            **_estimates(candidate, champion),
        }

    def _ranking(self, candidate: ModelEvaluation, champion: ModelEvaluation) -> dict[str, float]:
        ours, theirs = (_ndcgs(each, each.lists()) for each in (candidate, champion))
        popular = candidate.lists_by(candidate.popularity)
        recent = candidate.lists_by(self._recent_popularity(candidate.popularity))
        return {
            "ndcg_at_10": float(ours.mean()),
            "champion_ndcg_at_10": float(theirs.mean()),
            "popular_ndcg_at_10": float(_ndcgs(candidate, popular).mean()),
            "recently_popular_ndcg_at_10": float(_ndcgs(candidate, recent).mean()),
            **_ends("ndcg", confidence.of_mean(ours - theirs)),
        }

    def _recent_popularity(self, popularity: Floats) -> Floats:
        """From 0 to 1, by the ratings of the week; what has as many is in the order of all time."""
        age = self.began_at - self.old.times
        week = self.old.items[(age >= np.timedelta64(0, "s")) & (age < _WEEK)]
        counts = np.bincount(week, minlength=len(popularity))
        scores = counts + popularity / (1 + popularity.max())
        return np.asarray(scores / scores.max())


def _estimates(candidate: ModelEvaluation, champion: ModelEvaluation) -> dict[str, float]:
    if not (candidate.has_errors and champion.has_errors):
        return {}
    users = champion.table.users[champion.counted]
    interval = confidence.of_rmse_difference(users, candidate.errors, champion.errors)
    return {
        "rmse": candidate.rmse,
        "champion_rmse": champion.rmse,
        **_ends("rmse", interval),
    }


def _ndcgs(evaluation: ModelEvaluation, lists: TopLists) -> Floats:
    ndcgs, _ = evaluation.evaluator.ndcgs_and_recalls(lists)
    return ndcgs


def _ends(name: str, interval: Interval | None) -> dict[str, float]:
    if interval is None:
        return {}
    return {f"{name}_difference_low": interval.low, f"{name}_difference_high": interval.high}
