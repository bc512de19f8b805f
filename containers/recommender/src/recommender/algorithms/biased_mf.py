"""Biased matrix factorization, compiled: the model of scikit-surprise's SVD, faster."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from recommender.algorithms.divergence import check_finite
from recommender.factors import FactorModel
from recommender.kernels.descent import Block, Weights, descend, descend_exactly
from recommender.options import Options
from recommender.ratings import Ratings
from recommender.schedule import lay_out


def fit(ratings: Ratings, options: Options, on_progress: Callable[[float], None]) -> FactorModel:
    """Learn in single precision on two cores; the same seed gives the same model on any machine.

    Raises:
        DivergenceError: The learning rate is too high for these ratings.
    """
    rng = np.random.default_rng(options.seed)
    diagonals = lay_out(ratings, rng)
    sizes = (len(ratings.user_ids), len(ratings.item_ids))
    weights = _start(sizes, options, rng)
    mean = np.float32(ratings.values.mean())
    shrink = np.float32(options.reg_all)
    with ThreadPoolExecutor(2, "descent") as threads:
        for epoch in range(options.n_epochs):
            rate = np.float32(options.lr_all * options.lr_decay**epoch)

            def learn(block: Block, rate: np.float32 = rate) -> None:
                descend(block, weights, mean, rate, shrink)

            for diagonal in diagonals:
                # list() waits for both blocks and raises what they raised
                list(threads.map(learn, diagonal))
            on_progress((epoch + 1) / options.n_epochs)
    return _model(weights, float(mean), ratings, options)


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
    mean = float(ratings.values.mean())
    for epoch in range(options.n_epochs):
        rate = options.lr_all * options.lr_decay**epoch
        descend_exactly(block, weights, mean, rate, options.reg_all)
        on_progress((epoch + 1) / options.n_epochs)
    return _model(weights, mean, ratings, options)


def _start(sizes: tuple[int, int], options: Options, rng: np.random.Generator) -> Weights:
    biases = [np.zeros(size, np.float32) for size in sizes]
    factors = [
        rng.standard_normal((size, options.n_factors), np.float32)
        * np.float32(options.init_std_dev)
        for size in sizes
    ]
    return Weights(*biases, *factors)


def _model(weights: Weights, mean: float, ratings: Ratings, options: Options) -> FactorModel:
    arrays = [array.astype(np.float64) for array in weights]
    model = FactorModel.of(
        mean, ratings.scale, biases=(arrays[0], arrays[1]), factors=(arrays[2], arrays[3])
    )
    check_finite(model, options)
    return model
