"""Ratings from the columns of a table: numbered, without repeated pairs, sorted."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from recommender.ratings import Ratings, RatingsError

#: Longest id in characters: ids are kept in arrays of one width.
ID_LENGTH = 256


def from_columns(
    user_id: pa.ChunkedArray,
    item_id: pa.ChunkedArray,
    rating: pa.ChunkedArray,
    rated_at: pa.ChunkedArray | None = None,
) -> Ratings:
    """Number users and items, drop repeated pairs (the highest rating counts), sort.

    Args:
        user_id: Text.
        item_id: Text.
        rating: Floating point.
        rated_at: Seconds since 1970, as floating point; NULL where not known.

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
        _times(rated_at, len(values))[kept],
        scale=(float(values[kept].min()), float(values[kept].max())),
        duplicates=len(values) - len(kept),
    )


def _times(rated_at: pa.ChunkedArray | None, rows: int) -> npt.NDArray[np.datetime64]:
    if rated_at is None:
        return np.full(rows, "NaT", "datetime64[s]")
    seconds = rated_at.to_numpy()
    # years 0 to 9999: what lies beyond is no time of a rating
    known = (seconds > -6.2e10) & (seconds < 2.5e11)
    times = np.where(known, seconds, 0).astype("datetime64[s]")
    times[~known] = np.datetime64("NaT")
    return times


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
    pairs = users.astype(np.int64) * (int(items.max()) + 1) + items
    order = np.argsort(pairs)
    ordered = pairs[order]
    if (ordered[1:] > ordered[:-1]).all():
        return order  # no pair is repeated: one fast sort was enough
    order = np.lexsort((values, pairs))
    ordered = pairs[order]
    last_of_pair = np.append(ordered[1:] != ordered[:-1], True)
    kept: npt.NDArray[np.int64] = order[last_of_pair]
    return kept


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
