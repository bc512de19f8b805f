"""Detection of a fit that diverged."""

from recommender.errors import RecommenderError
from recommender.options import Options
from recommender.rating.factors import FactorModel


class DivergenceError(RecommenderError):
    """The fit diverged to infinity."""


def check_finite(model: FactorModel, options: Options) -> None:
    """Refuse a model with a number that is not finite.

    Raises:
        DivergenceError: It has one.
    """
    if not model.is_finite():
        raise DivergenceError(
            f"Learning diverged with lr_all={options.lr_all}: choose a lower learning rate."
        )
