"""Short lists: no item in one of which the model itself expects less than the user's own level.

A score says what a user is likely to see, and not how much it will be liked. In a long list that is
the user's to find out; the few items of a short one should be liked. A list is short if it has at
most five items, and so are the first five of any list for a user with few ratings, whose score is
made of little. Items that must wait follow behind the others: a list is as long as without.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.arrays import UNKNOWN, Bools, Floats, Indices, Integers
from recommender.data.histories import UserHistories
from recommender.ranking.dials import Dials
from recommender.ranking.scores import ScoreMatrix
from recommender.ranking.top_n import Rated, TopLists
from recommender.rating.factors import FactorModel
from recommender.rating.fold_in import UserFactors, fold_in

#: Length of a short list, and below how many ratings of a user they are few; with more of either,
#: NDCG of high ratings was lower (`benchmarks/tuning.py`).
SHORT, FEW_RATINGS = 5, 10
#: Candidates beyond the length of a list: most users have as many good ones among these.
SPARE = 30


@dataclass(frozen=True)
class ShortLists:
    """Lists of some users.

    Attributes:
        estimator: Estimates the ratings.
        histories: Of the users.
        n: Length of the lists.
        dials: Options of the lists; None where all are 0.
    """

    estimator: FactorModel
    histories: UserHistories
    n: int
    dials: Dials | None = None

    def rank(self, scores: ScoreMatrix, rated: Rated) -> TopLists:
        """The best unrated items of every user, those that must wait behind the others.

        Args:
            scores: Of all items, a row for each user.
            rated: Items that are in no list.
        """
        # numba loads in training only: an endpoint that scales from zero has no time for it
        from recommender.ranking.top_lists import rank  # noqa: PLC0415

        return self.settle(rank(scores, rated, self.candidates))

    @property
    def candidates(self) -> int:
        """Number of candidates that a list is chosen from."""
        if self.dials:
            return self.dials.candidates(self.n)
        return self.n + SPARE if self._places.any() else self.n

    def settle(self, candidates: TopLists) -> TopLists:
        """Lists from candidates, which are in the order of their scores."""
        if not self.dials and not self._places.any():
            return candidates
        rows = np.flatnonzero(self._places)
        good = np.zeros(candidates.items.shape, np.bool_)
        good[rows] = self._are_good(rows, candidates)
        if self.dials:
            order = self.dials.order(candidates, self.histories, good, self._places, n=self.n)
        else:
            first = good & (np.cumsum(good, axis=1) <= self._places[:, np.newaxis])
            order = np.argsort(~first, axis=1, kind="stable")[:, : self.n]
        return candidates.at(order)

    def _are_good(self, rows: Integers, candidates: TopLists) -> Bools:
        items = candidates.items[rows]
        estimates = self._estimates(np.repeat(rows, items.shape[1]), items.ravel())
        levels = self.estimator.levels.of_users(self.histories)[rows, np.newaxis]
        good: Bools = estimates.reshape(items.shape) >= levels
        return good & (candidates.scores[rows] > -np.inf)

    def _estimates(self, rows: Indices, items: Indices) -> Floats:
        users = self.histories.users[rows]
        if (users != UNKNOWN).all():
            return self.estimator.estimate(users, items)
        return self.folded.estimate(self.estimator, rows, items)

    @cached_property
    def folded(self) -> UserFactors:
        """Factors of the users, folded in for those whom the model has not seen."""
        return fold_in(self.estimator, self.histories)

    @cached_property
    def _places(self) -> Integers:
        """First places of each user's list that are for good items; none without ratings."""
        counts = self.histories.counts
        is_short = (counts < FEW_RATINGS) | (self.n <= SHORT)
        has_ratings = (counts > 0) & (not self.estimator.levels.is_implicit)
        return np.where(is_short & has_ratings, min(self.n, SHORT), 0)
