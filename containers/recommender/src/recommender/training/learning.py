"""Everything that a training job learns, and how good it is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from recommender.data.features import Features
from recommender.data.ratings import Ratings
from recommender.evaluation import assessment
from recommender.evaluation.assessment import Judgement
from recommender.evaluation.evaluation import cross_validate
from recommender.options import Options
from recommender.progress import Report
from recommender.ranking import choice, prior_fit
from recommender.ranking.base import TrainingContext
from recommender.ranking.learnt import Learnt
from recommender.rating.registry import ALGORITHMS

Stage = Callable[[float, float], Report]


@dataclass(frozen=True)
class Learning:
    """The models, learnt from all ratings, and figures from parts that were held back.

    Attributes:
        learnt: The models.
        metrics: Every figure by its name.
        warnings: What was done otherwise than asked, in sentences.
    """

    learnt: Learnt
    metrics: dict[str, float]
    warnings: list[str] = field(default_factory=list)


def learn(ratings: Ratings, features: Features, options: Options, stage: Stage) -> Learning:
    """Judge by what is held back, then learn from everything.

    Args:
        ratings: All ratings.
        features: What is known beside them.
        options: The training job's.
        stage: Makes the report of a part of the work, from its start to its end.

    Raises:
        RecommenderError: The ratings cannot be learnt from.
    """
    accuracy = cross_validate(ALGORITHMS[options.algorithm], ratings, options, stage(0.0, 0.45))
    metrics = {"rmse": accuracy.rmse, "mae": accuracy.mae}
    judging = stage(0.45, 0.75)
    for judgement in assessment.assess(ratings, features, options):
        metrics |= figures(judgement)
        judging(len(metrics) / _MOST_FIGURES, f"judging lists: {judgement.split}")
    fitting = stage(0.75, 1.0)
    estimator = ALGORITHMS[options.algorithm](
        ratings, options, lambda share: fitting(0.7 * share, "learning from all ratings")
    )
    warnings: list[str] = []
    fitting(0.7, "learning to rank")
    ranker = choice.fit(TrainingContext(ratings, estimator, options), warnings.append)
    prior = prior_fit.fit(ratings, features, options.seed)
    return Learning(Learnt(estimator, ranker, prior), metrics, warnings)


def figures(judgement: Judgement) -> dict[str, float]:
    """Figures of one way of holding back, by their names as metrics."""
    name = "" if judgement.split == "random" else f"{judgement.split}_"
    chosen = judgement.chosen
    return {
        f"{name}ndcg_at_10": chosen.ndcg,
        f"{name}recall_at_10": chosen.recall,
        f"{name}coverage": chosen.coverage,
        f"popular_{name}ndcg_at_10": judgement.popular.ndcg,
        f"estimated_{name}ndcg_at_10": judgement.estimated.ndcg,
    }


#: Of all ways of holding back, and of the estimates.
_MOST_FIGURES = 2 + 5 * (2 + len(assessment.COLD))
