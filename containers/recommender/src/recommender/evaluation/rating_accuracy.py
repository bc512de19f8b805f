"""Cross-validation: how far estimates of ratings that were held back are from the truth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from recommender.arrays import UNKNOWN, Floats
from recommender.data.ratings import Ratings, RatingsError
from recommender.options import Options
from recommender.rating.factors import FactorModel
from recommender.rating.registry import Algorithm


@dataclass(frozen=True)
class Accuracy:
    """Errors on the data's own scale, means over the folds."""

    rmse: float
    mae: float


def cross_validate(
    fit: Algorithm,
    ratings: Ratings,
    options: Options,
    on_progress: Callable[[float, str], None],
) -> Accuracy:
    """Hold each of `options.folds` random parts back in turn, learn from the rest, compare.

    Raises:
        RatingsError: There are fewer ratings than folds.
    """
    folds = options.folds
    if len(ratings) < folds:
        raise RatingsError(
            f"The input table has {len(ratings)} ratings, fewer than the {folds} folds of the"
            " cross-validation: load more ratings."
        )
    fold_of = np.random.default_rng(options.seed).permutation(len(ratings)) % folds
    errors = []
    for fold in range(folds):
        message = f"cross-validation: fold {fold + 1} of {folds}"
        train = ratings.select(fold_of != fold)

        def on_epoch(share: float, done: int = fold, message: str = message) -> None:
            on_progress((done + share) / folds, message)

        errors.append(
            _errors(fit(train, options, on_epoch), train, ratings.select(fold_of == fold))
        )
    return Accuracy(
        rmse=float(np.mean([np.sqrt(np.mean(error**2)) for error in errors])),
        mae=float(np.mean([np.mean(np.abs(error)) for error in errors])),
    )


def _errors(model: FactorModel, train: Ratings, test: Ratings) -> Floats:
    """Estimate minus truth; who has no rating in `train` is unknown to the model."""
    knows_user = np.bincount(train.users, minlength=len(train.user_ids)) > 0
    knows_item = np.bincount(train.items, minlength=len(train.item_ids)) > 0
    users = np.where(knows_user[test.users], test.users, UNKNOWN)
    items = np.where(knows_item[test.items], test.items, UNKNOWN)
    return model.estimate(users, items) - test.values
