"""The models of one training."""

from dataclasses import dataclass

from recommender.content.content import Content
from recommender.ranking.base import Ranker
from recommender.ranking.new_items import NewItems
from recommender.ranking.prior import Prior
from recommender.rating.factors import FactorModel


@dataclass(frozen=True)
class TrainedModels:
    """Models that were fitted to the same ratings.

    Attributes:
        estimator: Estimates ratings.
        ranker: Orders items.
        prior: Stands in where a user has few ratings or none.
        new_items: Items that nobody has rated; None where nothing is known of any item.
        content: Of all items, its fields weighed; None where nothing is known of any.
    """

    estimator: FactorModel
    ranker: Ranker
    prior: Prior
    new_items: NewItems | None = None
    content: Content | None = None
