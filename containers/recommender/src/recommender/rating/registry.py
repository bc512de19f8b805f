"""Registry of rating models by name."""

from collections.abc import Callable
from typing import Protocol

from recommender.data.ratings import Ratings
from recommender.options import Options
from recommender.rating import bayesian, biased_mf, svd
from recommender.rating.factors import FactorModel


class Algorithm(Protocol):
    """Fit of a rating model."""

    def __call__(
        self, ratings: Ratings, options: Options, on_progress: Callable[[float], None], /
    ) -> FactorModel:
        """Fit to all of `ratings`; call `on_progress` with the done share, 0 to 1."""


#: Names are those of the manifest and of the hyperparameter `algorithm`.
ALGORITHMS: dict[str, Algorithm] = {
    "biased_mf": biased_mf.fit,
    "svd": svd.fit,
    "bayesian": bayesian.fit,
}

#: Defaults of those that want other ones than the options state.
DEFAULTS: dict[str, dict[str, int | float]] = {
    "svd": svd.DEFAULTS,
    "bayesian": bayesian.DEFAULTS,
}
