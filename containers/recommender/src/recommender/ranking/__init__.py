"""Ranking models: each orders the items that a viewer has not rated, and can say why."""

from recommender.ranking.als import Als
from recommender.ranking.ease import Ease
from recommender.ranking.estimate_order import EstimateOrder
from recommender.ranking.popularity import Popularity
from recommender.ranking.ranker import Ranker

#: Every ranking model by its name in the manifest and in the hyperparameter `ranking`.
RANKERS: dict[str, type[Ranker]] = {
    ranker.name: ranker for ranker in (Ease, Als, Popularity, EstimateOrder)
}
