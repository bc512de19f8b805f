"""Evaluation of a model on some ratings of a table: errors of its estimates, lists of its users.

Users and items that the model does not know count, too, because whoever asks wants to know how well
it serves these people. Lists are evaluated against all of a user's ratings that count, every one of
which is relevant, as in `protocol`; an item that the model does not know is one that its list can
only miss.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.arrays import UNKNOWN, Bools, Floats, Integers
from recommender.artifact.artifact import Artifact
from recommender.data.features import NO_ANSWERS
from recommender.data.histories import UserHistories
from recommender.data.ratings import Ratings
from recommender.evaluation.placed_ratings import PlacedRatings
from recommender.evaluation.ranking_metrics import LENGTH, ListEvaluator
from recommender.ranking.popularity import Popularity
from recommender.ranking.short_lists import ShortLists
from recommender.ranking.top_lists import rank
from recommender.ranking.top_n import Rated, TopLists
from recommender.rating.small_systems import one_by_one

#: Most users whose lists are evaluated: more would change little.
MOST_USERS = 2000


@dataclass(frozen=True)
class ModelEvaluation:
    """A model and the ratings that it is evaluated on.

    Attributes:
        placed: The table beside the model.
        counted: Shape (ratings,), true for the ratings that count; one at least does.
    """

    placed: PlacedRatings
    counted: Bools

    @property
    def artifact(self) -> Artifact:
        """The model."""
        return self.placed.artifact

    @property
    def table(self) -> Ratings:
        """All ratings of the table."""
        return self.placed.table

    # --- estimates --------------------------------------------------------------------------------

    @cached_property
    def errors(self) -> Floats:
        """Estimate minus truth of each rating that counts, in their order."""
        users = self.placed.users[self.table.users[self.counted]]
        items = self.placed.items[self.table.items[self.counted]]
        return self.artifact.model.estimate(users, items) - self.table.values[self.counted]

    @property
    def has_errors(self) -> bool:
        """True if the table has ratings and the model estimates some."""
        return not (self.table.is_implicit or self.artifact.manifest.is_implicit)

    @property
    def rmse(self) -> float:
        """Root mean square error."""
        return float(np.sqrt(np.mean(self.errors**2)))

    # --- lists ------------------------------------------------------------------------------------

    @cached_property
    def users(self) -> Integers:
        """Users of the table whose lists are evaluated, in order: alike for every model."""
        users = np.unique(self.table.users[self.counted])
        chosen = np.random.default_rng(0).permutation(len(users))[:MOST_USERS]
        return np.sort(users[chosen])

    @cached_property
    def histories(self) -> UserHistories:
        """History that the model has of each of them."""
        everyone, users = self.artifact.users, self.placed.users[self.users]
        taken = [everyone.take(int(user)) for user in users]
        return UserHistories.of_each(users, taken)

    @property
    def seen(self) -> Rated:
        """Items that are in no list of theirs."""
        return Rated(self.histories.indptr, self.histories.items)

    @cached_property
    def popularity(self) -> Floats:
        """Shape (items,): the prior, which grows with the number of ratings in the training."""
        return self.artifact.prior.probabilities(NO_ANSWERS)

    def lists(self) -> TopLists:
        """The model's lists of ten."""
        with one_by_one():
            scores = self.artifact.ranker.with_prior(self.histories, self.popularity)
        return ShortLists(self.artifact.model, self.histories, LENGTH).rank(scores, self.seen)

    def lists_by(self, popularity: Floats) -> TopLists:
        """Lists of what is most popular, alike for all but for what each has rated.

        Args:
            popularity: Shape (items,), from 0 to 1.
        """
        scores = Popularity(len(popularity)).with_prior(self.histories, popularity)
        return rank(scores, self.seen, LENGTH)

    @cached_property
    def evaluator(self) -> ListEvaluator:
        """Of each row, the relevant items: what the model does not know is none of its indices."""
        rows = {user: row for row, user in enumerate(self.users.tolist())}
        relevant: dict[int, list[str]] = {row: [] for row in rows.values()}
        users, items = self.table.users[self.counted], self.table.items[self.counted]
        for user, item in zip(users.tolist(), items.tolist(), strict=True):
            if user in rows:
                place = int(self.placed.items[item])
                relevant[rows[user]].append(f"unknown {item}" if place == UNKNOWN else str(place))
        return ListEvaluator(relevant)
