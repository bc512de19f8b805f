"""Ratings, or events, from the columns of a table: numbered, one for each pair, sorted."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse

from recommender.arrays import Bools, Floats, Indices, Indices32
from recommender.data import events, times
from recommender.data.other_ids import with_one_id_each
from recommender.data.ratings import Ratings, RatingsError

#: Longest id in characters: ids are kept in arrays of one width.
ID_LENGTH = 256


def from_columns(
    user_id: pa.ChunkedArray,
    item_id: pa.ChunkedArray,
    rating: pa.ChunkedArray,
    rated_at: pa.ChunkedArray | None = None,
    *,
    other_ids: Mapping[str, str] | None = None,
    of_one: bool = False,
) -> Ratings:
    """Number users and items, drop repeated pairs, sort.

    Of a repeated pair the newest rating counts, of those of one time or of none the highest.
    Ratings of an item under its other ids are ratings of the item.

    Args:
        user_id: Text.
        item_id: Text.
        rating: Floating point.
        rated_at: Numbers or texts, as `times.seconds` reads them; NULL where not known.
        other_ids: The id of an item by each other id of it.
        of_one: True where ratings of one user or of one item are enough: nothing is trained.

    Raises:
        RatingsError: No rows, NULLs, ratings that are no finite number, or one user or item only.
    """
    _check_columns({"user id": user_id, "item id": item_id, "rating": rating})
    columns = (user_id, item_id, rating, rated_at)
    return _ratings(columns, _one_of_each_pair, other_ids or {}, of_one=of_one)


def from_events(
    user_id: pa.ChunkedArray,
    item_id: pa.ChunkedArray,
    weight: pa.ChunkedArray,
    happened_at: pa.ChunkedArray | None = None,
    *,
    other_ids: Mapping[str, str] | None = None,
    of_one: bool = False,
) -> Ratings:
    """The same of a table without ratings: the events of a pair are added up.

    Args:
        user_id: Text.
        item_id: Text.
        weight: Floating point; an event of weight zero did not happen.
        happened_at: As `rated_at` of `from_columns`; of a pair the newest counts.
        other_ids: As there.
        of_one: As there.

    Raises:
        RatingsError: As there, or a weight below zero.
    """
    _check_columns({"user id": user_id, "item id": item_id, "weight": weight})
    _check_weights(weight.to_numpy())
    happened = pc.greater(weight, 0)
    if not pc.any(happened).as_py():
        raise RatingsError("Every event of the input table has the weight zero: load others.")
    ids = (user_id.filter(happened), item_id.filter(happened))
    time = None if happened_at is None else happened_at.filter(happened)
    columns = (*ids, weight.filter(happened), time)
    made = _ratings(columns, _all_of_each_pair, other_ids or {}, of_one=of_one)
    return replace(made, is_implicit=True)


#: User ids, item ids, ratings or weights, times.
_Columns = tuple[pa.ChunkedArray, pa.ChunkedArray, pa.ChunkedArray, pa.ChunkedArray | None]
#: Users, items, values and rows of the table, one for each pair, sorted by user, then item.
_Pairs = tuple[Indices32, Indices32, Floats, Indices]


def _ratings(
    columns: _Columns,
    pick: Callable[[Indices32, Indices32, Floats, Floats], _Pairs],
    other_ids: Mapping[str, str],
    *,
    of_one: bool,
) -> Ratings:
    user_id, item_id, value, time = columns
    values = value.to_numpy()
    with ThreadPoolExecutor(2, "numbering") as threads:
        (user_ids, users), (item_ids, items) = threads.map(
            _numbered, (user_id, item_id), ("user", "item")
        )
    item_ids, items, joined = with_one_id_each(item_ids, items, other_ids)
    if not of_one:
        for ids, what in ((user_ids, "user"), (item_ids, "item")):
            _check_count(len(ids), what)
    seconds, untimed = times.seconds(time, len(values))
    users, items, kept_values, kept = pick(users, items, values, seconds)
    return Ratings(
        user_ids,
        item_ids,
        users,
        items,
        kept_values,
        _times(seconds[kept]),
        scale=(float(kept_values.min()), float(kept_values.max())),
        duplicates=len(values) - len(kept),
        other_ids=other_ids,
        joined=joined,
        untimed=untimed,
    )


def _check_columns(columns: Mapping[str, pa.ChunkedArray]) -> None:
    """Check that there are rows without NULL, and finite numbers in the last column."""
    name, numbers = list(columns.items())[-1]
    if len(numbers) == 0:
        raise RatingsError("The input table is empty: load ratings first.")
    for each, column in columns.items():
        if column.null_count:
            raise RatingsError(
                f"{_rows(column.null_count)} of the input table without a {each} (NULL):"
                " fill or remove them."
            )
    infinite = int(np.count_nonzero(~np.isfinite(numbers.to_numpy())))
    if infinite:
        raise RatingsError(
            f"{_rows(infinite)} of the input table with a {name} that is no finite number:"
            " correct or remove them."
        )


def _times(seconds: Floats) -> npt.NDArray[np.datetime64]:
    known = np.isfinite(seconds)
    times = np.where(known, seconds, 0).astype("datetime64[s]")
    times[~known] = np.datetime64("NaT")
    return times


def _numbered(column: pa.ChunkedArray, what: str) -> tuple[npt.NDArray[np.str_], Indices32]:
    """The sorted distinct ids, and each row's place among them."""
    encoded = column.dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    ids = encoded.dictionary
    _check_ids(ids, what)
    order = pc.sort_indices(ids).to_numpy()
    indices = np.empty(len(order), np.int32)
    indices[order] = np.arange(len(order), dtype=np.int32)
    sorted_ids = np.asarray(ids.take(pa.array(order)).to_pylist(), dtype=np.str_)
    return sorted_ids, indices[encoded.indices.to_numpy()]


def _check_weights(weights: Floats) -> None:
    below = int(np.count_nonzero(weights < 0))
    if below:
        raise RatingsError(
            f"{_rows(below)} of the input table with a weight below zero: an event weighs 0 or"
            " more, so leave returns and cancellations out, by a view for example."
        )


def _check_count(count: int, what: str) -> None:
    if count < 2:
        raise RatingsError(
            f"The input table has ratings of one {what} only: a recommender needs at least two."
        )


def _check_ids(ids: pa.Array, what: str) -> None:
    if pc.max(pc.utf8_length(ids)).as_py() > ID_LENGTH:
        raise RatingsError(f"A {what} id is longer than {ID_LENGTH} characters: use shorter ids.")
    if pc.any(pc.match_substring(ids, "\0")).as_py():
        raise RatingsError(f"A {what} id contains the character NUL: remove it.")


def _one_of_each_pair(
    users: Indices32, items: Indices32, values: Floats, seconds: Floats
) -> _Pairs:
    """The newest rating of each pair, or its highest."""
    sorted_users, sorted_items, rows = _by_user_and_item(users, items)
    is_last = _are_last_of_pairs(sorted_users, sorted_items)
    if is_last.all():
        return sorted_users, sorted_items, values[rows], rows
    rows = np.lexsort((values, seconds, items, users))
    kept = rows[is_last]  # the last of a pair is its newest, or its highest
    return users[kept], items[kept], values[kept], kept


def _all_of_each_pair(
    users: Indices32, items: Indices32, values: Floats, seconds: Floats
) -> _Pairs:
    """Weight of the events of each pair, and the row of its newest."""
    rows = np.lexsort((values, seconds, items, users))
    is_last = _are_last_of_pairs(users[rows], items[rows])
    weights, kept = events.totals(values[rows], is_last), rows[is_last]
    return users[kept], items[kept], events.strengths(weights), kept


def _are_last_of_pairs(users: Indices32, items: Indices32) -> Bools:
    """Tell which rows end a pair, of rows sorted by user, then item; there is one at least."""
    return np.append((users[1:] != users[:-1]) | (items[1:] != items[:-1]), True)


def _by_user_and_item(users: Indices32, items: Indices32) -> tuple[Indices32, Indices32, Indices]:
    """All three, sorted: a table turned to columns and back counts, and compares nothing."""
    rows = np.arange(len(users), dtype=np.min_scalar_type(len(users)))
    table = scipy.sparse.coo_array((rows, (users, items)))
    table.has_canonical_format = True  # or repeated pairs would be added up
    table = table.tocsc().tocsr()
    return (
        np.repeat(np.arange(table.shape[0], dtype=np.int32), np.diff(table.indptr)),
        table.indices.astype(np.int32, copy=False),
        table.data,
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
