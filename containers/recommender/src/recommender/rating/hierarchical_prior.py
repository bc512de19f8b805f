"""Hierarchical prior of factor vectors, with a similarity kernel of users or items.

Vectors scatter normally around a mean that similar ones share: users who rated the same items, or
items that the same users rated. Mean, scatter and the strength of the similarity are drawn along
with the vectors.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse
from scipy.sparse.linalg import eigsh

from recommender.arrays import Floats

#: Kernels up to this size are decomposed whole, larger ones by their main directions.
_WHOLE, _DIRECTIONS = 2000, 300
#: Weight of the Normal-Wishart prior, in vectors, and its guess at the scatter.
_PRIOR_VECTORS, _PRIOR_SCATTER = 2.0, 1.0


@dataclass(frozen=True)
class SimilarityKernel:
    """Similarity kernel of users, or of items, as eigenvalues and eigenvectors.

    Attributes:
        strengths: Shape (directions,), positive.
        directions: Shape (vectors, directions).
    """

    strengths: Floats
    directions: Floats


def similarity_kernel(table: scipy.sparse.csr_matrix) -> SimilarityKernel:
    """Linear kernel of the rows of a table of who rated what, each scaled to length 1."""
    counts = np.maximum(np.asarray(table.sum(axis=1)).ravel(), 1)
    rows = scipy.sparse.diags(counts**-0.5) @ table
    kernel = rows @ rows.T
    if rows.shape[0] <= _WHOLE:
        strengths, directions = np.linalg.eigh(kernel.toarray())
    else:
        start = np.ones(rows.shape[0])
        strengths, directions = eigsh(kernel, _DIRECTIONS, v0=start)
    kept = strengths > 1e-9 * strengths[-1]
    return SimilarityKernel(strengths[kept], directions[:, kept])


class HierarchicalPrior:
    """Current draw of the prior's parameters.

    Attributes:
        means: Shape (vectors, size), where each vector is expected.
        precision: Shape (size, size), inverse scatter around it.
    """

    def __init__(self, kernel: SimilarityKernel, size: int) -> None:
        self._kernel = kernel
        self._stiffness = 1.0
        self._shared = np.zeros((len(kernel.directions), size))
        self.means = self._shared
        self.precision = 10 * np.eye(size)

    def update(self, vectors: Floats, rng: np.random.Generator) -> None:
        """Draw mean, precision and the part that similar vectors share, given the vectors."""
        center, self.precision = _normal_wishart(vectors - self._shared, rng)
        scatter = np.linalg.cholesky(np.linalg.inv(self.precision))
        kernel = self._kernel
        trust = (kernel.strengths / (kernel.strengths + self._stiffness))[:, np.newaxis]
        noise = rng.standard_normal((len(trust), len(center))) @ scatter.T
        shared = trust * (kernel.directions.T @ (vectors - center)) + np.sqrt(trust) * noise
        self._shared = kernel.directions @ shared
        self.means = center + self._shared
        energy = np.einsum("dk,kl,dl->d", shared, self.precision, shared) / kernel.strengths
        self._stiffness = rng.gamma((shared.size + 1) / 2, 2 / (energy.sum() + 1))


def _normal_wishart(vectors: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw the mean and the precision of normally distributed vectors."""
    count, size = vectors.shape
    average = vectors.mean(axis=0)
    centered = vectors - average
    shrink = _PRIOR_VECTORS * count / (_PRIOR_VECTORS + count)
    scatter = (
        _PRIOR_SCATTER * np.eye(size) + centered.T @ centered + shrink * np.outer(average, average)
    )
    precision = _wishart(size + count, np.linalg.inv(scatter), rng)
    spread = np.linalg.cholesky(np.linalg.inv((_PRIOR_VECTORS + count) * precision))
    center = count * average / (_PRIOR_VECTORS + count)
    return center + spread @ rng.standard_normal(size), precision


def _wishart(freedom: int, scale: Floats, rng: np.random.Generator) -> Floats:
    """Bartlett's decomposition."""
    size = len(scale)
    root = np.tril(rng.standard_normal((size, size)), -1)
    root[np.diag_indices(size)] = np.sqrt(rng.chisquare(freedom - np.arange(size)))
    root = np.linalg.cholesky(scale) @ root
    return root @ root.T
