"""Fit of new items: the factors of rated items, regressed on their content.

After MARec (Monteil et al., RecSys 2024), which aligns similarities of metadata, each field with a
weight of its own, to EASE in closed form. Its product of items with items does not fit tens of
thousands of films, so the table of ratings is reduced to its main directions first: an item's place
there is a ridge regression on its content, a user's taste is the sum of what was rated. One more
least squares scales the scores to those of the ranking model. Only training loads this.
"""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse

from recommender.arrays import Floats, Indices, Singles
from recommender.content.content import Content
from recommender.content.content_fit import directions_of
from recommender.data.features import Catalogue
from recommender.data.histories import UserHistories
from recommender.data.ratings import Ratings
from recommender.ranking import interaction_weights
from recommender.ranking.content_table import ContentTable
from recommender.ranking.ease_solution import damping
from recommender.ranking.new_items import NewItems
from recommender.ranking.trained_models import TrainedModels

#: Directions of taste, exponent of activity damping, and shrinkage of weak directions. These and
#: the next were chosen on parts of the items of ml-latest-small without the fifth that is held out
#: (`benchmarks/cold_items.py`).
TASTES, _USER_POWER, _SHRINKAGE = 64, 0.3, 50.0
#: Exponent of the estimated popularity in an affinity.
_POPULARITY_POWER = 0.25
#: Users that scores are scaled on.
_USERS = 250


def fit(ratings: Ratings, catalogue: Catalogue, models: TrainedModels) -> tuple[NewItems, Content]:
    """Estimate new items, and weigh the fields of the content.

    Args:
        ratings: Whose items come first in the catalogue.
        catalogue: All items.
        models: Fitted to the ratings.
    """
    tastes = Tastes.of(ratings)
    table = ContentTable.of(catalogue.content).fitted_to(tastes.places)
    targets = Targets.of(tastes, models)
    rated, whole = len(ratings.item_ids), np.arange(len(catalogue.content))
    estimates = targets.estimates(table, whole[:rated], whole[rated:])
    crossed = tastes.affinities(*targets.crossed(table))
    scale = _scale(ratings, models, tastes.directions, crossed)
    places, rest = np.split(estimates, [tastes.count], axis=1)
    new_items = NewItems(
        catalogue.new_ids,
        catalogue.new_items,
        biases=rest[:, 0],
        factors=rest[:, 1:-1],
        popularity=rest[:, -1],
        affinities=scale * tastes.affinities(places, rest[:, -1]),
        directions=np.vstack([tastes.directions, places]),
    )
    return new_items, replace(catalogue.content, field_weights=table.weights)


def cold_affinities(ratings: Ratings, table: ContentTable) -> tuple["Tastes", Floats]:
    """Tastes in some ratings, and the affinities of further items, on a scale of their own.

    Args:
        ratings: Whose items come first in the table.
        table: Content of these and of the further items.
    """
    tastes = Tastes.of(ratings)
    fitted = table.fitted_to(tastes.places)
    rated, whole = len(ratings.item_ids), np.arange(table.fields[0].shape[0])
    popularity = np.log(np.bincount(ratings.items, minlength=rated) + 0.5)
    targets = Targets.side_by_side(tastes, popularity[:, np.newaxis])
    estimates = targets.estimates(fitted, whole[:rated], whole[rated:])
    return tastes, tastes.affinities(estimates[:, :-1], estimates[:, -1])


@dataclass(frozen=True)
class Tastes:
    """Main directions of the table of ratings.

    Attributes:
        directions: Shape (items, tastes).
        strengths: Shape (tastes,), singular values.
    """

    directions: Singles
    strengths: Floats

    @classmethod
    def of(cls, ratings: Ratings) -> "Tastes":
        """Those of ratings, busy users counting less for each."""
        weights = interaction_weights.of_strengths(ratings.values, ratings.scale[1])
        totals = np.bincount(ratings.users, weights, minlength=len(ratings.user_ids))
        weights *= damping(totals, _USER_POWER)[ratings.users]
        table = scipy.sparse.csr_matrix(
            (weights.astype(np.float32), ratings.items, ratings.rated_indptr),
            (len(ratings.user_ids), len(ratings.item_ids)),
        )
        directions = directions_of(table, TASTES)
        return cls(directions, np.linalg.norm(table @ directions, axis=0).astype(np.float64))

    @property
    def count(self) -> int:
        """Number of directions."""
        return len(self.strengths)

    @property
    def places(self) -> Singles:
        """Shape (items, tastes): directions as long as they are strong."""
        return (self.directions * self.strengths).astype(np.float32)

    def affinities(self, places: Floats, popularity: Floats) -> Floats:
        """Affinities of items, weak directions shrunk; larger for items that are popular.

        Args:
            places: Shape (items, tastes), in the directions.
            popularity: Shape (items,), as the prior has it.
        """
        damping = self.strengths**2 / (self.strengths**2 + _SHRINKAGE)
        ratings = np.maximum(popularity - np.log(0.5), 0.1)
        return np.asarray(damping * places * (ratings**_POPULARITY_POWER)[:, np.newaxis])


@dataclass(frozen=True)
class Targets:
    """Everything that is estimated of an item, side by side.

    Attributes:
        values: Shape (rated items, columns): places in the directions, others, popularity.
        means: Shape (columns,), of what is estimated as a difference from its mean.
        tastes: Number of directions.
    """

    values: Singles
    means: Floats
    tastes: int

    @classmethod
    def of(cls, tastes: Tastes, models: TrainedModels) -> "Targets":
        """Those of the rated items: bias and factors, too."""
        model, popularity = models.estimator, models.prior.popularity
        others = [model.item_biases[:-1], model.item_factors[:-1], popularity]
        return cls.side_by_side(tastes, np.column_stack(others))

    @classmethod
    def side_by_side(cls, tastes: Tastes, others: Floats) -> "Targets":
        """Places in the directions, and others behind them, shape (rated items, any)."""
        values = np.column_stack([tastes.directions, others]).astype(np.float32)
        means = np.append(np.zeros(tastes.count), others.mean(axis=0))
        return cls(values, means, tastes.count)

    def estimates(self, table: ContentTable, known: Indices, wanted: Indices) -> Floats:
        """The values of wanted items by content; known are the items that the values are of."""
        centred = (self.values - self.means).astype(np.float32)
        return np.asarray(table.estimates(centred, known, wanted) + self.means)

    def crossed(self, table: ContentTable) -> tuple[Floats, Floats]:
        """Places and popularity of rated items, those of each half estimated from the other."""
        count, columns = len(self.values), np.r_[: self.tastes, -1]
        estimated = np.empty((count, len(columns)))
        for half in np.array_split(np.random.default_rng(0).permutation(count), 2):
            others = np.setdiff1d(np.arange(count), half)
            part = Targets(self.values[np.ix_(others, columns)], self.means[columns], self.tastes)
            estimated[half] = part.estimates(table, others, half)
        return estimated[:, :-1], estimated[:, -1]


def _scale(
    ratings: Ratings, models: TrainedModels, directions: Singles, affinities: Floats
) -> float:
    """Factor by which scores from content come closest to the ranking model's.

    Args:
        ratings: Of all users; some are looked at.
        models: Of the rated items.
        directions: Shape (items, tastes), of the rated items.
        affinities: Shape (items, tastes), estimated without an item's own ratings.
    """
    rng = np.random.default_rng(0)
    users = np.sort(rng.permutation(len(ratings.user_ids))[:_USERS])
    histories = UserHistories.of_ratings(ratings).rows(users)
    weights = interaction_weights.in_scores(histories, models.estimator.levels)
    history = scipy.sparse.csr_matrix(
        (weights, histories.items, histories.indptr), (len(users), len(directions))
    )
    unseen = np.ones(history.shape, np.bool_)
    unseen[histories.row_of_rating, histories.items] = False
    found = ((history @ directions) @ affinities.T)[unseen]
    truth = models.ranker.score_matrix(histories).dense()[unseen]
    size = float(found @ found)
    return max(0.0, float(found @ truth) / size) if size else 0.0
