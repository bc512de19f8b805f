"""Registry of ranking models by name."""

from recommender.ranking.als import Als
from recommender.ranking.base import Ranker
from recommender.ranking.ease import Ease
from recommender.ranking.ensemble import Ensemble
from recommender.ranking.estimate_order import EstimateOrder
from recommender.ranking.popularity import Popularity

#: Names are those of the manifest and of the hyperparameter `ranking`.
RANKERS: dict[str, type[Ranker]] = {
    ranker.name: ranker for ranker in (Ease, Als, Ensemble, Popularity, EstimateOrder)
}
