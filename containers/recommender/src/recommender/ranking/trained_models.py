"""The models of one training."""

from dataclasses import dataclass

from recommender.ranking.base import Ranker
from recommender.ranking.prior import Prior
from recommender.rating.factors import FactorModel


@dataclass(frozen=True)
class TrainedModels:
    """Models that were fitted to the same ratings.

    Attributes:
        estimator: Estimates ratings.
        ranker: Orders items.
        prior: Stands in where a user has few ratings or none.
    """

    estimator: FactorModel
    ranker: Ranker
    prior: Prior
