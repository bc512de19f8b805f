"""Content of items from the columns of their features; only training loads this."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse

from recommender.arrays import Floats, Indices, Reals, Singles
from recommender.content.columns import Column, ListColumn, NumberColumn, TextColumn
from recommender.content.content import LIST, NUMBER, TEXT, Content
from recommender.content.directions import main_directions
from recommender.content.vocabulary import Vocabulary
from recommender.content.words import label_key, words_of

#: Most terms of a field: the most frequent ones.
MOST_TERMS = 100_000
#: A word that more of the texts have says nothing; of so few texts none is left out.
_COMMON, _FEW_TEXTS = 0.3, 100
#: Steps between which a number lies.
_STEPS = 16
#: Directions of the meaning, items that a term of it needs, and most of its terms.
DIRECTIONS, _LEAST_ITEMS, _MEANING_TERMS = 96, 2, 30_000
#: Directions that are found beyond those wanted, and rounds of finding them.
_SURPLUS, _ROUNDS = 16, 4


@dataclass(frozen=True)
class _Field:
    """A column as terms.

    Attributes:
        name: Of the column.
        kind: TEXT, LIST or NUMBER.
        terms: Sorted.
        idf: Shape (terms,).
        table: Shape (items, terms), rows of length 1 or 0.
    """

    name: str
    kind: str
    terms: list[str]
    idf: Floats
    table: scipy.sparse.csr_matrix


def fit(columns: Sequence[Column]) -> Content | None:
    """Content of the items; None where no column says anything of any item.

    Every field weighs alike.

    Args:
        columns: Each with a value for every item.
    """
    fields = [field for field in map(_field, columns) if field.terms]
    if not fields:
        return None
    vocabulary = Vocabulary.of([field.terms for field in fields])
    table = scipy.sparse.hstack([field.table for field in fields], "csr")
    table.sort_indices()
    meaning_terms, projection, meanings = _meaning(fields, table, vocabulary)
    count = len(fields) + bool(len(meaning_terms))
    weights = np.full(len(fields) + 1, 1 / count)
    weights[-1] = 1 / count if len(meaning_terms) else 0
    return Content(
        fields=np.array([field.name for field in fields]),
        kinds=np.array([field.kind for field in fields]),
        field_weights=weights,
        vocabulary=vocabulary,
        idf=np.concatenate([field.idf for field in fields]).astype(np.float32),
        indptr=table.indptr.astype(np.int64),
        terms=table.indices.astype(np.int32),
        weights=table.data.astype(np.float16),
        meaning_terms=meaning_terms.astype(np.int32),
        projection=projection.astype(np.float16),
        meanings=meanings.astype(np.float16),
    )


def _field(column: Column) -> _Field:
    match column:
        case TextColumn():
            terms, counts = _counts([words_of(text) for text in column.texts])
            counts.data = 1 + np.log(counts.data)
            return _weighted(column.name, TEXT, terms, _without_common(counts))
        case ListColumn():
            keys = [[label_key(label) for label in labels] for labels in column.labels]
            terms, counts = _counts(keys)
            counts.data = np.ones(len(counts.data))
            return _weighted(column.name, LIST, terms, counts)
        case NumberColumn():
            return _steps(column)


def _counts(documents: Sequence[Sequence[str]]) -> tuple[list[str], scipy.sparse.csr_matrix]:
    """The sorted terms of some documents, and how often each has them."""
    numbers: dict[str, int] = {}
    found = [numbers.setdefault(term, len(numbers)) for terms in documents for term in terms]
    lengths = np.cumsum([len(terms) for terms in documents], dtype=np.int64)
    terms = sorted(numbers)
    places = np.empty(len(terms), np.int32)
    places[[numbers[term] for term in terms]] = np.arange(len(terms))
    table = scipy.sparse.csr_matrix(
        (np.ones(len(found)), places[found], np.append([0], lengths)), (len(documents), len(terms))
    )
    table.sum_duplicates()
    return terms, table


def _without_common(table: scipy.sparse.csr_matrix) -> scipy.sparse.csr_matrix:
    """Without the entries of words that most texts have."""
    texts = np.count_nonzero(np.diff(table.indptr))
    if texts < _FEW_TEXTS:
        return table
    common = table.getnnz(axis=0) > _COMMON * texts
    table.data[common[table.indices]] = 0
    table.eliminate_zeros()
    return table


def _weighted(name: str, kind: str, terms: list[str], table: scipy.sparse.csr_matrix) -> _Field:
    frequency = table.getnnz(axis=0)
    kept = np.sort(np.argsort(-frequency, kind="stable")[:MOST_TERMS])
    kept = kept[frequency[kept] > 0]
    idf = np.log((1 + table.shape[0]) / (1 + frequency[kept])) + 1
    return _Field(
        name,
        kind,
        [terms[place] for place in kept.tolist()],
        idf,
        of_length_one(table[:, kept] @ scipy.sparse.diags(idf)),
    )


def of_length_one(table: scipy.sparse.csr_matrix) -> scipy.sparse.csr_matrix:
    """The table with rows of length 1, and those of zeros as they are."""
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return scipy.sparse.csr_matrix(scipy.sparse.diags(1 / np.where(lengths, lengths, 1)) @ table)


def _steps(column: NumberColumn) -> _Field:
    """A number as the two steps around it, which are quantiles of all: the nearer counts more."""
    known = np.flatnonzero(np.isfinite(column.values))
    values = column.values[known]
    steps = np.unique(np.quantile(values, np.linspace(0, 1, _STEPS))) if len(known) else values
    places = np.interp(values, steps, np.arange(len(steps))) if len(known) else values
    below = np.floor(places).astype(np.int64)
    share = places - below
    table = scipy.sparse.coo_matrix(
        (
            np.concatenate([1 - share, share]),
            (np.tile(known, 2), np.concatenate([below, np.minimum(below + 1, len(steps) - 1)])),
        ),
        (len(column.values), len(steps)),
    ).tocsr()
    table.eliminate_zeros()
    names = [f"{step:g}" for step in steps.tolist()]
    return _Field(column.name, NUMBER, names, np.ones(len(steps)), of_length_one(table))


def _meaning(
    fields: Sequence[_Field], table: scipy.sparse.csr_matrix, vocabulary: Vocabulary
) -> tuple[Indices, Reals, Reals]:
    """Terms of the meaning, their projection, and the meaning of every item."""
    is_text = np.repeat([field.kind == TEXT for field in fields], np.diff(vocabulary.starts))
    frequency = table.getnnz(axis=0)
    often = np.where(is_text & (frequency >= _LEAST_ITEMS), frequency, 0)
    kept = np.argsort(-often, kind="stable")[: min(_MEANING_TERMS, np.count_nonzero(often))]
    kept = np.sort(kept)
    texts = table[:, kept].astype(np.float32)
    projection = directions_of(texts, DIRECTIONS)
    meanings = np.asarray(texts @ projection)
    lengths = np.linalg.norm(meanings, axis=1, keepdims=True)
    return kept, projection, meanings / np.where(lengths, lengths, 1)


def directions_of(table: scipy.sparse.csr_matrix, count: int) -> Singles:
    """Main directions of a table that may be small or empty, shape (columns, count or fewer)."""
    width = min(count + _SURPLUS, *table.shape)
    if not width or not table.nnz:
        return np.zeros((table.shape[1], 0), np.float32)
    return main_directions(table, count, width=width, rounds=_ROUNDS)
