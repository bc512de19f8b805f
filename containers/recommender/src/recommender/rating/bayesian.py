"""Bayesian factorization: the mean of many models, each a draw from what the ratings allow.

A single best model overfits; averaging over the posterior does not, and has no learning rate to
tune. Every number has a prior, and the priors' parameters are drawn too (Gibbs sampling). Sources:
Salakhutdinov and Mnih, "Bayesian probabilistic matrix factorization using MCMC", ICML 2008; Simm et
al., "Macau", MLSP 2017, for priors that know more; Rendle, Zhang and Koren, "On the difficulty of
evaluating baselines", 2019, for what it is worth.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse
from threadpoolctl import threadpool_limits

from recommender.arrays import Floats
from recommender.data.ratings import Ratings
from recommender.kernels import gibbs
from recommender.options import Options
from recommender.rating.divergence import check_finite
from recommender.rating.factors import FactorModel
from recommender.rating.hierarchical_prior import (
    HierarchicalPrior,
    SimilarityKernel,
    similarity_kernel,
)
from recommender.rating.posterior import Average

DEFAULTS: dict[str, int | float] = {"n_factors": 20, "n_epochs": 200}
#: Share of the draws that are thrown away: they still remember the start.
_BURN_IN = 0.2
#: Rows that a thread draws at a time.
_ROWS = 256


def fit(ratings: Ratings, options: Options, on_progress: Callable[[float], None]) -> FactorModel:
    """Average `options.n_epochs` draws of factors; the same seed gives the same model.

    Raises:
        DivergenceError: A draw was not finite.
    """
    # the matrices are small: the library's threads would wait for each other, ours do not
    with threadpool_limits(1, "blas"):
        model = _average(ratings, options, on_progress)
    check_finite(model, options)
    return model


def _average(
    ratings: Ratings, options: Options, on_progress: Callable[[float], None]
) -> FactorModel:
    mean = float(ratings.values.mean())
    rng = np.random.default_rng(options.seed)
    table = scipy.sparse.csr_matrix(
        (np.ones(len(ratings)), ratings.items, ratings.rated_indptr),
        (len(ratings.user_ids), len(ratings.item_ids)),
    )
    residuals = scipy.sparse.csr_matrix(
        ((ratings.values - mean).astype(np.float32), table.indices, table.indptr), table.shape
    )
    users = _Side(residuals, similarity_kernel(table), options.n_factors, rng)
    items = _Side(residuals.T.tocsr(), similarity_kernel(table.T.tocsr()), options.n_factors, rng)
    average, noise = Average(), 1.0
    for epoch in range(options.n_epochs):
        users.draw(items, noise, rng)
        items.draw(users, noise, rng)
        noise = _draw_noise(residuals, users.vectors, items.vectors, rng)
        if epoch >= int(_BURN_IN * options.n_epochs):
            average.add(users.vectors, items.vectors)
        on_progress((epoch + 1) / options.n_epochs)
    return average.model(mean, ratings.scale)


class _Side:
    """The users, or the items: their ratings, and the current draw of their vectors.

    Attributes:
        vectors: Shape (rows, 1 + factors), the bias first.
    """

    def __init__(
        self,
        ratings: scipy.sparse.csr_matrix,
        kernel: SimilarityKernel,
        factors: int,
        rng: np.random.Generator,
    ) -> None:
        self._ratings = ratings
        self._indptr = ratings.indptr.astype(np.int64)
        self._prior = HierarchicalPrior(kernel, 1 + factors)
        self.vectors = rng.normal(0, 0.1, (ratings.shape[0], 1 + factors))
        self.vectors[:, 0] = 0

    def draw(self, others: "_Side", noise: float, rng: np.random.Generator) -> None:
        """Draw vectors that explain what the others' biases leave; then beliefs about them."""
        ratings = self._ratings
        residuals = ratings.data - others.vectors[ratings.indices, 0].astype(np.float32)
        features = others.vectors.astype(np.float32)
        features[:, 0] = 1
        means = self._prior.means.astype(np.float32)
        precision = self._prior.precision.astype(np.float32)
        drawn = rng.standard_normal(means.shape, np.float32)

        def work(start: int) -> None:
            rows = slice(start, start + _ROWS)
            gibbs.draw(
                self._indptr[start : start + _ROWS + 1],
                ratings.indices,
                residuals,
                features,
                (means[rows], precision, np.float32(1 / noise)),
                drawn[rows],
            )

        with ThreadPoolExecutor(2, "gibbs") as threads:
            list(threads.map(work, range(0, len(drawn), _ROWS)))
        self.vectors = drawn.astype(np.float64)
        self._prior.update(self.vectors, rng)


def _draw_noise(
    ratings: scipy.sparse.csr_matrix, users: Floats, items: Floats, rng: np.random.Generator
) -> float:
    """Draw the variance of a rating around its estimate."""
    squares = 0.0
    for start in range(0, len(users), _ROWS):
        block = ratings[start : start + _ROWS].tocoo()
        user, item = users[start : start + _ROWS][block.row], items[block.col]
        estimates = user[:, 0] + item[:, 0] + np.einsum("nf,nf->n", user[:, 1:], item[:, 1:])
        squares += float(np.square(block.data - estimates).sum())
    return 1 / float(rng.gamma(1 + ratings.nnz / 2, 2 / (1 + squares)))
