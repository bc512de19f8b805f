"""Biased matrix factorization by stochastic gradient descent: scikit-surprise's SVD.

Surprise's own data structures cost 300 bytes per rating. Its learning loop asks the trainset for
sizes, the mean and an iteration over the ratings, and no more: arrays answer that in 16 bytes.
"""

from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np
from surprise.prediction_algorithms.matrix_factorization import SVD

from recommender.data.ratings import Ratings
from recommender.options import OptionError, Options
from recommender.rating import regularization
from recommender.rating.divergence import check_finite
from recommender.rating.factors import FactorModel

#: scikit-surprise's own.
DEFAULTS: dict[str, int | float] = {
    "n_epochs": 20,
    "lr_all": 0.005,
    "lr_decay": 1.0,
    "reg_all": 0.02,
    "init_std_dev": 0.1,
}
#: Ratings turned into Python numbers at a time; between two pieces a signal can stop the job.
_PIECE = 16384


class ArrayTrainset:
    """Part of `surprise.Trainset` that `SVD.fit` uses, on top of arrays."""

    def __init__(self, ratings: Ratings, on_epoch: Callable[[int], None]) -> None:
        self.n_users = len(ratings.user_ids)
        self.n_items = len(ratings.item_ids)
        self.global_mean = float(np.mean(ratings.values))
        self._ratings = ratings
        self._on_epoch = on_epoch
        self._epochs = 0

    def all_ratings(self) -> Iterator[tuple[int, int, float]]:
        """One epoch's ratings, by user."""
        return chain.from_iterable(self._pieces())

    def _pieces(self) -> Iterator[Iterator[tuple[int, int, float]]]:
        users, items, values = self._ratings.users, self._ratings.items, self._ratings.values
        for start in range(0, len(values), _PIECE):
            rows = slice(start, start + _PIECE)
            yield zip(
                users[rows].tolist(), items[rows].tolist(), values[rows].tolist(), strict=True
            )
        self._epochs += 1
        self._on_epoch(self._epochs)


def fit(ratings: Ratings, options: Options, on_progress: Callable[[float], None]) -> FactorModel:
    """Learn biases and factors from all of `ratings`.

    Raises:
        OptionError: A learning-rate decay is asked for: scikit-surprise has none.
        DivergenceError: The learning rate is too high for these ratings.
    """
    if options.lr_decay != 1:
        raise OptionError("The option lr_decay must be 1 with the algorithm svd: it has no decay.")
    svd = SVD(
        n_factors=options.n_factors,
        n_epochs=options.n_epochs,
        lr_all=options.lr_all,
        reg_all=regularization.chosen(options, ratings),
        init_std_dev=options.init_std_dev,
        random_state=options.seed,
    )
    trainset = ArrayTrainset(ratings, lambda epoch: on_progress(epoch / options.n_epochs))
    svd.fit(trainset)
    model = FactorModel.of(
        trainset.global_mean, ratings.scale, biases=(svd.bu, svd.bi), factors=(svd.pu, svd.qi)
    )
    check_finite(model, options)
    return model
