"""Dials of lists: how varied they are, and how familiar their items."""

from dataclasses import dataclass

import numpy as np

from recommender.arrays import Bools, Floats, Indices32, Integers, Singles
from recommender.data.histories import UserHistories
from recommender.kernels import FEW_ROWS
from recommender.options import ListOptions
from recommender.ranking.top_n import TopLists
from recommender.rating.factors import FactorModel

#: How hard familiarity pulls, so that a third of the way costs little: chosen on the training part
#: of MovieLens 100K (`benchmarks/dials.py` shows both).
_PULL = 6.0


@dataclass(frozen=True)
class Dials:
    """Options of lists, with what they look at.

    Attributes:
        options: Of the lists.
        popularity: Shape (items,), logarithms of the numbers of ratings.
        vectors: Shape (items, factors), as `item_vectors` makes them.
    """

    options: ListOptions
    popularity: Floats
    vectors: Singles

    @staticmethod
    def candidates(n: int) -> int:
        """Number of candidates for a list of `n`: likeness and popularity choose among them."""
        return min(10 * n, n + 500)

    def order(
        self,
        candidates: TopLists,
        histories: UserHistories,
        good: Bools,
        first: Integers,
        *,
        n: int,
    ) -> Integers:
        """Columns of the candidates in their new order, shape (users, n).

        Args:
            candidates: In the order of their scores.
            histories: Of the same users.
            good: Shape (users, candidates), true for what may have one of the first places.
            first: Shape (users,), number of those places.
            n: Length of the lists.
        """
        worth = _relevance(candidates.scores)
        if self.options.familiarity:
            worth -= _PULL * self.options.familiarity * self._excess(candidates, histories)
        likeness = (candidates.items, self.vectors)
        if len(worth) <= FEW_ROWS:
            return choose_few(worth, good, first, likeness, diversity=self.options.diversity, n=n)
        from recommender.kernels.reordering import choose  # noqa: PLC0415 - see FEW_ROWS

        order = np.empty((len(worth), min(n, worth.shape[1])), np.int64)
        choose(worth, good, first, likeness, self.options.diversity, order)
        return order

    def _excess(self, candidates: TopLists, histories: UserHistories) -> Floats:
        """Popularity of each candidate above the mean of what its user rates; 0 if below it.

        In logarithms, as a share of the width from the least to the most popular item.
        """
        popularity = self.popularity
        totals = np.bincount(histories.row_of_rating, popularity[histories.items], len(histories))
        # nothing is too popular for a user without ratings
        usual = np.where(histories.counts > 0, totals / np.maximum(histories.counts, 1), np.inf)
        excess = np.maximum(popularity[candidates.items] - usual[:, np.newaxis], 0)
        return np.asarray(excess / max(np.ptp(popularity), 1e-9))


def choose_few(
    worth: Floats,
    good: Bools,
    first: Integers,
    likeness: tuple[Indices32, Singles],
    *,
    diversity: float,
    n: int,
) -> Integers:
    """Lists of few users, as `reordering.choose` fills them for many; its arguments, and `n`."""
    items, vectors = likeness
    order = np.empty((len(worth), min(n, worth.shape[1])), np.int64)
    for row, mine in enumerate(items):
        nearest, left = np.zeros(len(mine)), worth[row].copy()
        for place in range(order.shape[1]):
            is_none = left == -np.inf
            value = (1 - diversity) * np.where(is_none, 0.0, left) - diversity * nearest
            value[is_none] = -np.inf
            preferred = np.where(good[row] & (place < first[row]), value, np.nan)
            some = value if np.isnan(preferred).all() else preferred
            best = int(np.nanargmax(some))
            order[row, place] = best
            left[best] = np.nan
            alike = vectors[mine].astype(np.float64) @ vectors[mine[best]]
            nearest = np.maximum(nearest, alike)
    return order


def item_vectors(model: FactorModel) -> Singles:
    """Vectors shorter than 1, whose products say how much two items are alike, shape (items, any).

    Of what few have rated little is known to be alike: its factors are short, and its vector, too.
    """
    factors = model.item_factors[:-1]
    lengths = np.linalg.norm(factors, axis=1, keepdims=True)
    return np.ascontiguousarray(factors / (lengths + np.median(lengths) + 1e-9), np.float32)


def _relevance(scores: Floats) -> Floats:
    """Scores from 0, of a user's last candidate, to 1, of the first; minus infinity for none."""
    is_there = scores > -np.inf
    least = np.where(is_there, scores, np.inf).min(axis=1, keepdims=True)
    width = scores.max(axis=1, keepdims=True) - least
    usable = np.isfinite(width) & (width > 0)
    relevance = (scores - np.where(usable, least, 0)) / np.where(usable, width, 1)
    return np.where(is_there, relevance, -np.inf)
