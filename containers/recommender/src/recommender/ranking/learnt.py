"""The models that one training makes."""

from dataclasses import dataclass

from recommender.ranking.base import Ranker
from recommender.ranking.prior import Prior
from recommender.rating.factors import FactorModel


@dataclass(frozen=True)
class Learnt:
    """Everything that is learnt from ratings.

    Attributes:
        estimator: Estimates ratings.
        ranker: Orders items.
        prior: Stands in where a viewer has few ratings or none.
    """

    estimator: FactorModel
    ranker: Ranker
    prior: Prior
