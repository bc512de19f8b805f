"""Evaluation on items held out whole: films that nobody had rated, were they to be new.

A fifth of the items is taken from the training part with every rating. Lists hold these alone, and
are compared with what users went on to rate of them. Beside them stand content similarity alone,
every field alike, and the most popular of the genre: new items by how often the training's items of
their genres are rated.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse

from recommender.arrays import Bools, Floats
from recommender.content.content import Content
from recommender.content.content_fit import of_length_one
from recommender.data.features import Features, Labels
from recommender.data.ratings import Ratings
from recommender.evaluation.ranking_metrics import LENGTH, ListEvaluator
from recommender.ranking import interaction_weights
from recommender.ranking.content_table import ContentTable
from recommender.ranking.new_items_fit import cold_affinities
from recommender.ranking.top_n import TopLists

#: Share of the items that is held out, and most users that are evaluated.
_SHARE, _EVALUATED = 0.2, 2000
#: Fewer items on either side say nothing.
_FEWEST = 10


@dataclass(frozen=True)
class ColdItems:
    """Ratings, and items that are held out of them.

    Attributes:
        ratings: All of them.
        genres: Of their items.
        content: Of their items, which come first in it.
        held: Shape (items,), true for an item that is held out.
    """

    ratings: Ratings
    genres: Labels
    content: Content
    held: Bools

    @classmethod
    def of(cls, ratings: Ratings, features: Features, seed: int) -> "ColdItems | None":
        """A random fifth of the items; None where it would be too few, or nothing is known."""
        items = len(ratings.item_ids)
        held = np.zeros(items, np.bool_)
        held[np.random.default_rng(seed).permutation(items)[: int(_SHARE * items)]] = True
        if features.catalogue is None or held.sum() < _FEWEST:
            return None
        return cls(ratings, features.items.genres, features.catalogue.content, held)

    def metrics(self) -> dict[str, float]:
        """Figures by their names in a training's metrics; none where no list can be evaluated."""
        train = self.ratings.select(~self.held[self.ratings.items]).by_themselves()
        known = np.flatnonzero(np.isin(self.ratings.item_ids, train.item_ids))
        wanted = np.flatnonzero(self.held)
        lists = _ColdLists(self, train, wanted)
        if not lists.relevant:
            return {}
        table = ContentTable.of(self.content).at(np.append(known, wanted))
        ndcg, hits = lists.figures(lists.by_taste(table))
        return {
            "cold_items_ndcg_at_10": ndcg,
            "cold_items_hr_at_10": hits,
            "content_cold_items_ndcg_at_10": lists.figures(lists.by_content(table))[0],
            "popular_cold_items_ndcg_at_10": lists.figures(self._popular(train, known, wanted))[0],
        }

    def _popular(self, train: Ratings, known: np.ndarray, wanted: np.ndarray) -> Floats:
        """Mean number of ratings of the genres of each wanted item, alike for all users."""
        carried = self.genres.carried.astype(np.float64)
        counts = np.bincount(train.items, minlength=len(known))
        means = counts @ carried[known] / np.maximum(carried[known].sum(axis=0), 1)
        genres = np.maximum(carried[wanted].sum(axis=1), 1)
        return np.asarray(carried[wanted] @ means / genres)[np.newaxis]


class _ColdLists:
    """Users of a split, and what they rated of the items that are held out."""

    def __init__(self, split: ColdItems, train: Ratings, wanted: np.ndarray) -> None:
        self._train = train
        ratings, held = split.ratings, split.held[split.ratings.items]
        rows = np.full(len(ratings.user_ids), -1)
        users = np.flatnonzero(np.isin(ratings.user_ids, train.user_ids))
        rows[users] = np.arange(len(users))
        chosen = np.random.default_rng(0).permutation(len(users))[:_EVALUATED]
        places = np.searchsorted(wanted, ratings.items[held])
        #: Places of the held-out items that each row rated, by row of the training part.
        self.relevant: dict[int, list[str]] = {}
        for row, place in zip(rows[ratings.users[held]].tolist(), places.tolist(), strict=True):
            if row >= 0:
                self.relevant.setdefault(row, []).append(str(place))
        self.relevant = {row: self.relevant[row] for row in chosen.tolist() if row in self.relevant}
        self._evaluator = ListEvaluator(dict(enumerate(self.relevant.values())))

    @cached_property
    def _histories(self) -> scipy.sparse.csr_matrix:
        train = self._train
        weights = interaction_weights.of_strengths(train.values, train.scale[1])
        shape = (len(train.user_ids), len(train.item_ids))
        table = scipy.sparse.csr_matrix((weights, train.items, train.rated_indptr), shape)
        return table[list(self.relevant)]

    def by_taste(self, table: ContentTable) -> Floats:
        """Scores as new items get them."""
        tastes, affinities = cold_affinities(self._train, table)
        return np.asarray((self._histories @ tastes.directions) @ affinities.T)

    def by_content(self, table: ContentTable) -> Floats:
        """Sums of the cosines with what was rated."""
        rows = of_length_one(scipy.sparse.hstack(table.fields, "csr"))
        rated = len(self._train.item_ids)
        return np.asarray((self._histories @ rows[:rated] @ rows[rated:].T).toarray())

    def figures(self, scores: Floats) -> tuple[float, float]:
        """NDCG and hit rate at 10: hits among the ten, of as many as there can be."""
        scores = np.broadcast_to(scores, (len(self.relevant), scores.shape[1]))
        ndcgs, recalls = self._evaluator.ndcgs_and_recalls(TopLists.of(scores, LENGTH))
        counts = np.array([len(items) for items in self.relevant.values()])
        hits = recalls * counts / np.minimum(counts, LENGTH)
        return float(ndcgs.mean()), float(hits.mean())
