"""Fit of new items: the factors of rated items, regressed on their content.

After MARec (Monteil et al., RecSys 2024), which aligns similarities of metadata, each field with a
weight of its own, to EASE in closed form. Its product of items with items does not fit tens of
thousands of films, so the table of ratings is reduced to its main directions first: an item's place
there is a ridge regression on its content, a user's taste is the sum of what was rated. One more
least squares scales the scores to those of the ranking model. Only training loads this.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import scipy.optimize
import scipy.sparse

from recommender.arrays import Floats, Indices, Reals, Singles
from recommender.content.content import Content
from recommender.content.content_fit import main_directions
from recommender.data.features import Catalogue
from recommender.data.histories import UserHistories
from recommender.data.ratings import Ratings
from recommender.ranking.base import Ranker
from recommender.ranking.ease import interaction_weights
from recommender.ranking.new_items import NewItems
from recommender.ranking.trained_models import TrainedModels

#: Directions of taste, and exponent of activity damping. These and the next were chosen on parts
#: of the items of ml-latest-small without the fifth that is held out (`benchmarks/new_items.py`).
TASTES, _USER_POWER = 64, 0.3
#: Ridge of the regression, and of the shrinkage of weak directions.
_RIDGE, _SHRINKAGE = 10.0, 50.0
#: Weight of there being a field at all, beside what it says.
_PRESENCE = 0.1
#: Exponent of the estimated popularity in an affinity.
_POPULARITY_POWER = 0.25
#: Rounds of conjugate gradients, and users that scores are scaled on.
_ROUNDS, _USERS = 15, 500
#: Directions of the meaning that count here: more would take time and change little.
_DIRECTIONS = 24
#: Least eigenvalue of the fields' matrix, of its mean.
_FIELD_RIDGE = 1e-6


@dataclass(frozen=True)
class ContentTable:
    """Content of all items as a table, field after field.

    Attributes:
        fields: Of each field, shape (items, terms of the field); the meaning is the last.
        weights: Shape (fields,), adding up to 1.
    """

    fields: list[scipy.sparse.csr_matrix]
    weights: Floats

    @classmethod
    def of(cls, content: Content) -> "ContentTable":
        """The table of a content, every field weighing alike."""
        shape = (len(content), len(content.vocabulary))
        weights = content.weights.astype(np.float32)
        whole = scipy.sparse.csr_matrix((weights, content.terms, content.indptr), shape)
        starts = content.vocabulary.starts.tolist()
        fields = [whole[:, start:end].tocsr() for start, end in pairwise(starts)]
        meanings = content.single_meanings[:, -_DIRECTIONS:]  # the main ones come last
        fields.append(scipy.sparse.csr_matrix(meanings))
        return cls(fields, np.full(len(fields), 1 / len(fields)))

    def rows(self, items: Indices | slice) -> scipy.sparse.csr_matrix:
        """Weighted rows of some items, with a column for each field that an item has at all."""
        parts = [
            np.sqrt(weight) * field[items]
            for weight, field in zip(self.weights, self.fields, strict=True)
        ]
        presence = np.column_stack(
            [np.ones(parts[0].shape[0]), *(np.diff(part.indptr) > 0 for part in parts)]
        )
        parts.append(scipy.sparse.csr_matrix(_PRESENCE * presence))
        return scipy.sparse.hstack(parts, "csr").astype(np.float32)

    def fitted_to(self, places: Singles) -> "ContentTable":
        """With weights by which neighbours in a field tell an item's place; half of them alike.

        Args:
            places: Shape (rated items, tastes), the first items' places.
        """
        answers = [_from_others(field[: len(places)], places).ravel() for field in self.fields]
        gram = np.array([[float(one @ other) for other in answers] for one in answers])
        gram[np.diag_indices_from(gram)] += _FIELD_RIDGE * np.trace(gram) / len(gram) + 1e-12
        target = np.array([float(one @ places.ravel()) for one in answers])
        lower = np.linalg.cholesky(gram)
        found, _ = scipy.optimize.nnls(lower.T, np.linalg.solve(lower, target))
        return replace(self, weights=(self.weights + found / (found.sum() or 1)) / 2)


def fit(ratings: Ratings, catalogue: Catalogue, models: TrainedModels) -> tuple[NewItems, Content]:
    """Estimate new items, and weigh the fields of the content.

    Args:
        ratings: Whose items come first in the catalogue.
        catalogue: All items.
        models: Fitted to the ratings.
    """
    rated = len(ratings.item_ids)
    directions, strengths = _tastes(ratings)
    table = ContentTable.of(catalogue.content).fitted_to(
        (directions * strengths).astype(np.float32)
    )
    estimator = models.estimator
    targets = Targets.of(directions, models)
    estimates = targets.estimates(table.rows(slice(None, rated)), table.rows(slice(rated, None)))
    damping = strengths**2 / (strengths**2 + _SHRINKAGE)
    crossed = damping * _popular(*targets.crossed(table))
    scale = _scale(ratings, models.ranker, directions, crossed)
    factors = estimator.item_factors.shape[1]
    affinities, rest = np.split(estimates, [len(strengths)], axis=1)
    new_items = NewItems(
        catalogue.new_ids,
        catalogue.new_items,
        biases=rest[:, 0],
        factors=rest[:, 1 : 1 + factors],
        popularity=rest[:, -1],
        affinities=scale * damping * _popular(affinities, rest[:, -1]),
        directions=np.vstack([directions, affinities]),
    )
    return new_items, replace(catalogue.content, field_weights=table.weights)


@dataclass(frozen=True)
class Targets:
    """Everything that is estimated of an item, side by side.

    Attributes:
        values: Shape (rated items, columns): places, bias, factors, popularity.
        means: Shape (columns,), of what is estimated as a difference from its mean.
        tastes: Number of places.
    """

    values: Singles
    means: Floats
    tastes: int

    @classmethod
    def of(cls, directions: Singles, models: TrainedModels) -> "Targets":
        """Those of the rated items."""
        estimator, popularity = models.estimator, models.prior.popularity
        rest = np.column_stack(
            [estimator.item_biases[:-1], estimator.item_factors[:-1], popularity]
        )
        values = np.column_stack([directions, rest]).astype(np.float32)
        means = np.append(np.zeros(directions.shape[1]), rest.mean(axis=0))
        return cls(values, means, directions.shape[1])

    def estimates(self, known: scipy.sparse.csr_matrix, wanted: scipy.sparse.csr_matrix) -> Floats:
        """Ridge regression of the values on content, for wanted items."""
        centred = (self.values - self.means).astype(np.float32)
        weights = known.T @ _solved(known, centred)
        return np.asarray(wanted @ weights + self.means)

    def crossed(self, table: ContentTable) -> tuple[Floats, Floats]:
        """Places and popularity of rated items, those of each half estimated from the other."""
        count, columns = len(self.values), np.r_[: self.tastes, -1]
        estimated = np.empty((count, len(columns)))
        for half in np.array_split(np.random.default_rng(0).permutation(count), 2):
            others = np.setdiff1d(np.arange(count), half)
            part = Targets(self.values[np.ix_(others, columns)], self.means[columns], self.tastes)
            estimated[half] = part.estimates(table.rows(others), table.rows(half))
        return estimated[:, :-1], estimated[:, -1]


def _tastes(ratings: Ratings) -> tuple[Singles, Floats]:
    """Main directions of the table of ratings, shape (items, tastes), and their strengths."""
    weights = interaction_weights(ratings.values, ratings.scale[1])
    totals = np.bincount(ratings.users, weights, minlength=len(ratings.user_ids))
    damping = (np.maximum(totals, 1) / np.maximum(totals, 1).mean()) ** -_USER_POWER
    table = scipy.sparse.csr_matrix(
        (
            (weights * damping[ratings.users]).astype(np.float32),
            ratings.items,
            ratings.rated_indptr,
        ),
        (len(ratings.user_ids), len(ratings.item_ids)),
    )
    directions = main_directions(table, TASTES)
    return directions, np.linalg.norm(table @ directions, axis=0).astype(np.float64)


def _from_others(field: scipy.sparse.csr_matrix, places: Singles) -> Singles:
    """Places of items as their neighbours in a field have them, themselves left out."""
    own = np.asarray(field.multiply(field).sum(axis=1))
    return np.asarray(field @ (field.T @ places) - own * places, np.float32)


def _popular(affinities: Floats, popularity: Reals) -> Floats:
    """Affinities, larger for items that are estimated to be popular."""
    ratings = np.maximum(popularity - np.log(0.5), 0.1)
    return np.asarray(affinities * (ratings**_POPULARITY_POWER)[:, np.newaxis])


def _solved(table: scipy.sparse.csr_matrix, values: Singles) -> Singles:
    """Solution of (table table' + ridge) x = values by conjugate gradients, column by column."""
    transposed = table.T.tocsr()
    solution, rest = np.zeros_like(values), values.copy()
    step, size = rest.copy(), np.square(rest).sum(axis=0)
    for _ in range(_ROUNDS):
        image = table @ (transposed @ step) + _RIDGE * step
        length = size / np.maximum((step * image).sum(axis=0), 1e-30)
        solution += length * step
        rest -= length * image
        size, before = np.square(rest).sum(axis=0), size
        step = rest + size / np.maximum(before, 1e-30) * step
    return solution


def _scale(ratings: Ratings, ranker: Ranker, directions: Singles, affinities: Floats) -> float:
    """Factor by which scores from content come closest to the ranking model's.

    Args:
        ratings: Of all users; some are looked at.
        ranker: Of the rated items.
        directions: Shape (items, tastes), of the rated items.
        affinities: Shape (items, tastes), estimated without an item's own ratings.
    """
    rng = np.random.default_rng(0)
    users = np.sort(rng.permutation(len(ratings.user_ids))[:_USERS])
    histories = UserHistories.of_ratings(ratings).rows(users)
    weights = interaction_weights(histories.values, ratings.scale[1])
    history = scipy.sparse.csr_matrix(
        (weights, histories.items, histories.indptr), (len(users), len(directions))
    )
    unseen = history.toarray() == 0
    found = ((history @ directions) @ affinities.T)[unseen]
    truth = ranker.score_matrix(histories).dense()[unseen]
    size = float(found @ found)
    return max(0.0, float(found @ truth) / size) if size else 0.0
