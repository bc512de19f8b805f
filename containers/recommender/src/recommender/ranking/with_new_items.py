"""Ranking model and prior of a whole catalogue: of rated items, and of those nobody has rated."""

from dataclasses import replace
from typing import ClassVar, Self

import numpy as np

from recommender.arrays import Arrays, Floats, Indices
from recommender.data.features import ItemFeatures
from recommender.data.histories import UserHistories
from recommender.ranking.base import ModelState, Ranker, TrainingContext
from recommender.ranking.new_items import NewItems
from recommender.ranking.prior import Prior
from recommender.ranking.scores import JoinedScores, ScoreMatrix
from recommender.rating.factors import FactorModel


class WithNewItems(Ranker):
    """A ranking model whose items are followed by new ones.

    Attributes:
        ranker: Orders the rated items.
        new_items: The others, numbered behind them.
    """

    summary: ClassVar[str] = ""
    purpose: ClassVar[str] = ""

    def __init__(self, ranker: Ranker, new_items: NewItems, model: FactorModel) -> None:
        self.ranker = ranker
        self.new_items = new_items
        self.name = ranker.name  # type: ignore[misc]
        self._rated = len(model.item_biases) - 1 - len(new_items)
        self._levels = model.levels

    @classmethod
    def fit(cls, context: TrainingContext) -> Self:
        """Never called: the parts are fitted one by one."""
        raise NotImplementedError

    @classmethod
    def restore(cls, state: ModelState) -> Self:
        """Never called: the parts are restored one by one."""
        raise NotImplementedError

    def arrays(self) -> Arrays:
        """Arrays of the ranking model itself."""
        return self.ranker.arrays()

    def score_matrix(self, histories: UserHistories) -> ScoreMatrix:
        """Scores of the rated items, then of the new ones."""
        return JoinedScores(
            self.ranker.score_matrix(self._of_rated(histories)),
            self.new_items.score_matrix(histories, self._levels),
        )

    def contributions(self, histories: UserHistories, items: Indices) -> Floats:
        """Part of each rating in each score; one of a new item adds to those of new items."""
        added = np.zeros((len(histories.items), len(items)))
        rated, known = histories.items < self._rated, items < self._rated
        added[np.ix_(rated, known)] = self.ranker.contributions(
            self._of_rated(histories), items[known]
        )
        places = items[~known] - self._rated
        added[:, ~known] = self.new_items.contributions(histories, places, self._levels)
        return added

    def likeness(self, item: int) -> Floats | None:
        """That of the ranking model, shape (rated items,)."""
        return self.ranker.likeness(item)

    def prior_weights(self, histories: UserHistories) -> Floats:
        """Those of the ranking model."""
        return self.ranker.prior_weights(histories)

    def _of_rated(self, histories: UserHistories) -> UserHistories:
        return histories.below(self._rated)


def extended_model(model: FactorModel, new_items: NewItems) -> FactorModel:
    """The rating model with the estimated biases and factors of new items."""
    return FactorModel.of(
        model.global_mean,
        model.scale,
        biases=(
            model.user_biases[:-1],
            np.concatenate([model.item_biases[:-1], new_items.biases], dtype=np.float64),
        ),
        factors=(
            model.user_factors[:-1],
            np.concatenate([model.item_factors[:-1], new_items.factors], dtype=np.float64),
        ),
    )


def extended_ranker(ranker: Ranker, new_items: NewItems, model: FactorModel) -> Ranker:
    """The ranking model of the whole catalogue.

    Args:
        ranker: Of the rated items.
        new_items: The others.
        model: The rating model of all of them.
    """
    if not len(new_items):
        return ranker
    if ranker.follows_estimator:
        return type(ranker).restore(ModelState({}, model))
    return WithNewItems(ranker, new_items, model)


def extended_prior(prior: Prior, new_items: NewItems, items: ItemFeatures) -> Prior:
    """The prior of the whole catalogue; nothing is known of who rates new items, and when.

    Args:
        prior: Of the rated items.
        new_items: The others.
        items: Features of all of them.
    """

    def padded(lifts: np.ndarray) -> np.ndarray:
        return np.pad(lifts, ((0, 0), (0, len(new_items))))

    return replace(
        prior,
        popularity=np.concatenate([prior.popularity, new_items.popularity], dtype=np.float64),
        cohort_log_lifts=padded(prior.cohort_log_lifts),
        season_log_lifts=padded(prior.season_log_lifts),
        items=items,
    )
