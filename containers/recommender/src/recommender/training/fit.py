"""Fit of all models of a training, and the evaluation that comes before it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from recommender.data.features import Features
from recommender.data.ratings import Ratings, RatingsError
from recommender.evaluation import protocol
from recommender.evaluation.cold_items import ColdItems
from recommender.evaluation.rating_accuracy import cross_validate
from recommender.options import Options
from recommender.progress import Report, ignore
from recommender.ranking import choice, new_items_fit, prior_fit
from recommender.ranking.base import TrainingContext
from recommender.ranking.estimate_order import EstimateOrder
from recommender.ranking.trained_models import TrainedModels
from recommender.rating import no_estimates
from recommender.rating.factors import FactorModel
from recommender.rating.registry import ALGORITHMS

Stage = Callable[[float, float], Report]


@dataclass(frozen=True)
class TrainingResult:
    """Models of all ratings, and figures of models of a part of them.

    Attributes:
        models: Fitted to all ratings.
        metrics: Every figure by its name.
        warnings: Sentences about each thing that was done otherwise than asked.
    """

    models: TrainedModels
    metrics: dict[str, float]
    warnings: list[str] = field(default_factory=list)


def fit_models(
    ratings: Ratings,
    features: Features,
    options: Options,
    *,
    report: Report = ignore,
    warn: Callable[[str], None] = ignore,
) -> TrainedModels:
    """Fit rating model, ranking model and prior.

    Args:
        ratings: All that training may use.
        features: Of items and users.
        options: Of the training job.
        report: Takes the share that is done, and a message.
        warn: Takes a sentence for each thing that is done otherwise than asked.

    Raises:
        RecommenderError: The ratings cannot be trained on.
    """
    estimator = _fit_estimator(
        ratings, options, lambda share: report(0.7 * share, "learning from all ratings")
    )
    report(0.7, "learning to rank")
    ranker = choice.fit(TrainingContext(ratings, estimator, options), warn)
    return TrainedModels(estimator, ranker, prior_fit.fit(ratings, features, options.seed))


def _fit_estimator(
    ratings: Ratings, options: Options, on_progress: Callable[[float], None]
) -> FactorModel:
    if not ratings.is_implicit:
        return ALGORITHMS[options.algorithm](ratings, options, on_progress)
    if options.ranking == EstimateOrder.name:
        raise RatingsError(
            "The ranking estimate needs ratings, and the input table has none: leave the option"
            " ranking out, or train on a table with a column RATING."
        )
    return no_estimates.fit(ratings)


def with_new_items(models: TrainedModels, ratings: Ratings, features: Features) -> TrainedModels:
    """The models with items that nobody has rated, where anything is known of items.

    Args:
        models: Fitted to the ratings.
        ratings: All that training may use.
        features: Of items and users.
    """
    if features.catalogue is None:
        return models
    new_items, content = new_items_fit.fit(ratings, features.catalogue, models)
    return replace(models, new_items=new_items, content=content)


def fit_and_evaluate(
    ratings: Ratings, features: Features, options: Options, stage: Stage
) -> TrainingResult:
    """Evaluate on ratings that are held back, then fit to everything.

    Args:
        ratings: All ratings.
        features: Of items and users.
        options: Of the training job.
        stage: Makes the report of a part of the work, from its start to its end.

    Raises:
        RecommenderError: The ratings cannot be trained on.
    """
    metrics = _accuracy(ratings, options, stage(0.0, 0.45))
    evaluating = stage(0.45, 0.75)
    for result in protocol.evaluate(ratings, features, options, fit_models):
        metrics |= result.metrics()
        evaluating(len(metrics) / _MOST_FIGURES, f"evaluating lists: {result.split}")
    cold_items = ColdItems.of(ratings, features, options.seed)
    metrics |= cold_items.metrics() if cold_items else {}
    warnings: list[str] = []
    models = fit_models(ratings, features, options, report=stage(0.75, 1.0), warn=warnings.append)
    return TrainingResult(with_new_items(models, ratings, features), metrics, warnings)


def _accuracy(ratings: Ratings, options: Options, report: Report) -> dict[str, float]:
    if ratings.is_implicit:
        return {}
    accuracy = cross_validate(ALGORITHMS[options.algorithm], ratings, options, report)
    return {"rmse": accuracy.rmse, "mae": accuracy.mae}


#: Figures of all splits, and of the estimates.
_MOST_FIGURES = 2 + 5 * (2 + len(protocol.N_REVEALED))
