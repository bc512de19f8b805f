"""Content of items as a table that can be regressed on; only training loads this."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import scipy.optimize
import scipy.sparse

from recommender.arrays import Floats, Indices, Singles
from recommender.content.content import Content

#: Ridge of the regression. This and the next were chosen on parts of the items of ml-latest-small
#: without the fifth that is held out (`benchmarks/cold_items.py`).
_RIDGE = 2.0
#: Weight of there being a field at all, beside what it says.
_PRESENCE = 0.1
#: Rounds of conjugate gradients.
_ROUNDS = 15
#: Directions of the meaning that count here: more would take time and change little.
_DIRECTIONS = 24
#: Least eigenvalue of the fields' matrix, of its mean.
_FIELD_RIDGE = 1e-6


@dataclass(frozen=True)
class ContentTable:
    """Content of all items as a table, field after field.

    Attributes:
        fields: Of each field, shape (items, terms of the field); the meaning is the last.
        weights: Shape (fields,), adding up to 1.
    """

    fields: list[scipy.sparse.csr_matrix]
    weights: Floats

    @classmethod
    def of(cls, content: Content) -> "ContentTable":
        """The table of a content, every field weighing alike."""
        shape = (len(content), len(content.vocabulary))
        weights = content.weights.astype(np.float32)
        whole = scipy.sparse.csr_matrix((weights, content.terms, content.indptr), shape)
        starts = content.vocabulary.starts.tolist()
        fields = [whole[:, start:end].tocsr() for start, end in pairwise(starts)]
        meanings = content.single_meanings[:, -_DIRECTIONS:]  # the main ones come last
        fields.append(scipy.sparse.csr_matrix(meanings))
        return cls(fields, np.full(len(fields), 1 / len(fields)))

    def rows(self, items: Indices) -> scipy.sparse.csr_matrix:
        """Weighted rows of some items, with a column for each field that an item has at all."""
        parts = [
            np.sqrt(weight) * field[items]
            for weight, field in zip(self.weights, self.fields, strict=True)
        ]
        presence = np.column_stack(
            [np.ones(parts[0].shape[0]), *(np.diff(part.indptr) > 0 for part in parts)]
        )
        parts.append(scipy.sparse.csr_matrix(_PRESENCE * presence))
        return scipy.sparse.hstack(parts, "csr").astype(np.float32)

    def at(self, items: Indices) -> "ContentTable":
        """The table of some items, in their order."""
        return replace(self, fields=[field[items] for field in self.fields])

    def estimates(self, values: Singles, known: Indices, wanted: Indices) -> Floats:
        """Ridge regression on content: values of known items tell those of wanted ones.

        Args:
            values: Shape (known items, columns).
            known: Items of the values.
            wanted: Items whose values are estimated.

        Returns:
            Shape (wanted items, columns).
        """
        rows = self.rows(known)
        return np.asarray(self.rows(wanted) @ (rows.T @ _solved(rows, values)))

    def fitted_to(self, places: Singles) -> "ContentTable":
        """With weights by which neighbours in a field tell an item's place; half of them alike.

        Args:
            places: Shape (rated items, tastes), the first items' places.
        """
        answers = [_from_others(field[: len(places)], places).ravel() for field in self.fields]
        gram = np.array([[float(one @ other) for other in answers] for one in answers])
        gram[np.diag_indices_from(gram)] += _FIELD_RIDGE * np.trace(gram) / len(gram) + 1e-12
        target = np.array([float(one @ places.ravel()) for one in answers])
        lower = np.linalg.cholesky(gram)
        found, _ = scipy.optimize.nnls(lower.T, np.linalg.solve(lower, target))
        return replace(self, weights=(self.weights + found / (found.sum() or 1)) / 2)


def _from_others(field: scipy.sparse.csr_matrix, places: Singles) -> Singles:
    """Places of items as their neighbours in a field have them, themselves left out."""
    own = np.asarray(field.multiply(field).sum(axis=1))
    return np.asarray(field @ (field.T @ places) - own * places, np.float32)


def _solved(table: scipy.sparse.csr_matrix, values: Singles) -> Singles:
    """Solution of (table table' + ridge) x = values by conjugate gradients, column by column."""
    transposed = table.T.tocsr()
    solution, rest = np.zeros_like(values), values.copy()
    step, size = rest.copy(), np.square(rest).sum(axis=0)
    for _ in range(_ROUNDS):
        image = table @ (transposed @ step) + _RIDGE * step
        length = size / np.maximum((step * image).sum(axis=0), 1e-30)
        solution += length * step
        rest -= length * image
        size, before = np.square(rest).sum(axis=0), size
        step = rest + size / np.maximum(before, 1e-30) * step
    return solution
