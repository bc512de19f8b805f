"""Biased matrix factorization, compiled: the model of scikit-surprise's SVD, faster."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from recommender.arrays import Singles
from recommender.data.ratings import Ratings
from recommender.kernels.sgd import Block, Weights, exact_sgd_step, sgd_step
from recommender.options import Options
from recommender.rating import factor_rows, regularization
from recommender.rating.divergence import check_finite
from recommender.rating.factors import FactorModel
from recommender.rating.schedule import Strips, lay_out


def fit(ratings: Ratings, options: Options, on_progress: Callable[[float], None]) -> FactorModel:
    """Learn in single precision on two cores, which gives the same model as on one.

    Ratings are taken as if they went over five stars, so that rates and regularization mean the
    same for ratings from 0 to 100.

    Raises:
        DivergenceError: The learning rate is too high for these ratings.
    """
    star = regularization.star(ratings)
    mean = float(ratings.values.mean())
    fitted = _learn(ratings, (mean, star), options, on_progress)
    biases = (star * fitted.user_biases, star * fitted.item_biases)
    factors = (star**0.5 * fitted.user_factors, star**0.5 * fitted.item_factors)
    return _model(Weights(*biases, *factors), mean, ratings, options)


def fit_exactly(
    ratings: Ratings, options: Options, on_progress: Callable[[float], None]
) -> FactorModel:
    """scikit-surprise's own numbers, factor by factor: its order, precision and random numbers.

    Raises:
        DivergenceError: The learning rate is too high for these ratings.
    """
    rng = np.random.RandomState(options.seed)
    sizes = (len(ratings.user_ids), len(ratings.item_ids))
    factors = [rng.normal(0, options.init_std_dev, (size, options.n_factors)) for size in sizes]
    weights = Weights(np.zeros(sizes[0]), np.zeros(sizes[1]), *factors)
    block = Block(ratings.users, ratings.items, ratings.values)
    mean, shrink = float(ratings.values.mean()), regularization.chosen(options, ratings)
    for epoch in range(options.n_epochs):
        rate = options.lr_all * options.lr_decay**epoch
        exact_sgd_step(block, weights, mean, rate, shrink)
        on_progress((epoch + 1) / options.n_epochs)
    return _model(weights, mean, ratings, options)


def _learn(
    ratings: Ratings,
    scale: tuple[float, float],
    options: Options,
    on_progress: Callable[[float], None],
) -> Weights:
    """Biases and factors in the unit of `scale`, with its middle as the mean."""
    width = factor_rows.width(options.n_factors)
    learn, shrink = sgd_step(width), np.float32(regularization.chosen(options, ratings))
    order_rng, *factor_rngs = np.random.default_rng(options.seed).spawn(3)
    sizes = (len(ratings.user_ids), len(ratings.item_ids))
    with ThreadPoolExecutor(1, "sgd") as second:
        drawn = second.submit(lambda: [*map(_draw, sizes, [options] * 2, factor_rngs)])
        schedule = lay_out(ratings, scale, width * np.dtype(np.float32).itemsize, order_rng)
        rows = (schedule.user_rows, schedule.item_rows)
        users, items = map(factor_rows.make, drawn.result(), rows, factor_rows.ONES)
        for epoch in range(options.n_epochs):
            rate = np.float32(options.lr_all * options.lr_decay**epoch)

            def step_strips(strips: Strips, rate: np.float32 = rate) -> None:
                for block in strips:
                    learn(block, users, items, rate, shrink)

            for mine, others in schedule.diagonals:
                other = second.submit(step_strips, others)
                step_strips(mine)
                other.result()
            on_progress((epoch + 1) / options.n_epochs)
    tables = [table[row] for table, row in zip((users, items), rows, strict=True)]
    biases = [table[:, bias] for table, bias in zip(tables, factor_rows.BIASES, strict=True)]
    factors = [table[:, : options.n_factors] for table in tables]
    return Weights(*biases, *factors)


def _draw(count: int, options: Options, rng: np.random.Generator) -> Singles:
    """Factors that learning starts from."""
    factors = rng.standard_normal((count, options.n_factors), np.float32)
    factors *= np.float32(options.init_std_dev)
    return factors


def _model(weights: Weights, mean: float, ratings: Ratings, options: Options) -> FactorModel:
    biases, factors = (weights[0], weights[1]), (weights[2], weights[3])
    model = FactorModel.of(mean, ratings.scale, biases=biases, factors=factors)
    check_finite(model, options)
    return model
