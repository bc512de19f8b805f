"""Ratings as the algorithms see them: dense, sorted, validated arrays."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from recommender.errors import RecommenderError

#: Longest id in characters: ids are kept in arrays of one width.
ID_LENGTH = 256


class RatingsError(RecommenderError):
    """The ratings cannot be learnt from; the message says what to change."""


@dataclass(frozen=True)
class Ratings:
    """One rating per pair of user and item, sorted by user, then item.

    The order is a property of the data, not of the query that read them, so that the same table and
    seed always give the same model.

    Attributes:
        user_ids: Shape (users,), sorted text; a user's number is its place here.
        item_ids: Shape (items,), sorted text.
        users: Shape (ratings,), numbers of users.
        items: Shape (ratings,), numbers of items.
        values: Shape (ratings,), on the data's own scale.
        scale: Lowest and highest rating of the data.
        duplicates: Rows that were dropped because their pair has a higher rating.
    """

    user_ids: npt.NDArray[np.str_]
    item_ids: npt.NDArray[np.str_]
    users: npt.NDArray[np.int32]
    items: npt.NDArray[np.int32]
    values: npt.NDArray[np.float64]
    scale: tuple[float, float]
    duplicates: int = 0

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def rated_indptr(self) -> npt.NDArray[np.int64]:
        """Shape (users + 1,): user u's items are `items[rated_indptr[u]:rated_indptr[u + 1]]`."""
        return np.concatenate(
            [[0], np.cumsum(np.bincount(self.users, minlength=len(self.user_ids)))]
        ).astype(np.int64)

    def select(self, rows: npt.NDArray[np.bool_]) -> "Ratings":
        """The ratings at `rows`; users, items and scale stay those of the whole."""
        return replace(
            self, users=self.users[rows], items=self.items[rows], values=self.values[rows]
        )


def from_columns(
    user_id: pa.ChunkedArray, item_id: pa.ChunkedArray, rating: pa.ChunkedArray
) -> Ratings:
    """Number users and items, drop repeated pairs (the highest rating counts), sort.

    Args:
        user_id: Text.
        item_id: Text.
        rating: Floating point.

    Raises:
        RatingsError: No rows, NULLs, ratings that are no finite number, or one user or item only.
    """
    if len(rating) == 0:
        raise RatingsError("The input table is empty: load ratings before training.")
    for name, column in (("user id", user_id), ("item id", item_id), ("rating", rating)):
        if column.null_count:
            raise RatingsError(
                f"{_rows(column.null_count)} of the input table without a {name} (NULL):"
                " fill or remove them."
            )
    values = rating.to_numpy()
    infinite = int(np.count_nonzero(~np.isfinite(values)))
    if infinite:
        raise RatingsError(
            f"{_rows(infinite)} of the input table with a rating that is no finite number:"
            " correct or remove them."
        )
    user_ids, users = _numbered(user_id, "user")
    item_ids, items = _numbered(item_id, "item")
    kept = _best_of_each_pair(users, items, values)
    return Ratings(
        user_ids,
        item_ids,
        users[kept],
        items[kept],
        values[kept],
        scale=(float(values[kept].min()), float(values[kept].max())),
        duplicates=len(values) - len(kept),
    )


def _numbered(
    column: pa.ChunkedArray, what: str
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.int32]]:
    """The sorted distinct ids, and each row's place among them."""
    encoded = column.dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    ids = encoded.dictionary
    _check_ids(ids, what)
    order = pc.sort_indices(ids).to_numpy()
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    sorted_ids = np.asarray(ids.take(pa.array(order)).to_pylist(), dtype=np.str_)
    return sorted_ids, places[encoded.indices.to_numpy()]


def _check_ids(ids: pa.Array, what: str) -> None:
    if len(ids) < 2:
        raise RatingsError(
            f"The input table has ratings of one {what} only: a recommender needs at least two."
        )
    if pc.max(pc.utf8_length(ids)).as_py() > ID_LENGTH:
        raise RatingsError(f"A {what} id is longer than {ID_LENGTH} characters: use shorter ids.")
    if pc.any(pc.match_substring(ids, "\0")).as_py():
        raise RatingsError(f"A {what} id contains the character NUL: remove it.")


def _best_of_each_pair(
    users: npt.NDArray[np.int32], items: npt.NDArray[np.int32], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Rows to keep, sorted by user, then item."""
    order = np.lexsort((values, items, users))
    users, items = users[order], items[order]
    last_of_pair = np.append((users[1:] != users[:-1]) | (items[1:] != items[:-1]), True)
    kept: npt.NDArray[np.int64] = order[last_of_pair]
    return kept


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
