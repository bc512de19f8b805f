"""Items under several ids: a film that a catalogue has twice is one item."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from recommender.arrays import Indices32
from recommender.data.ids import IdIndex


def with_one_id_each(
    ids: npt.NDArray[np.str_], items: Indices32, other_ids: Mapping[str, str]
) -> tuple[npt.NDArray[np.str_], Indices32, int]:
    """Items under one id each, renumbered, and the number of ratings that used another id.

    Args:
        ids: Shape (items,), sorted.
        items: Shape (ratings,), indices in `ids`.
        other_ids: The id of an item by each other id of it.
    """
    others, kept = IdIndex(list(other_ids)), list(other_ids.values())
    names = ids.tolist()
    changed = [place for place, id_ in enumerate(names) if id_ in others]
    if not changed:
        return ids, items, 0
    for place in changed:
        names[place] = kept[others[names[place]]]
    one_each, places = np.unique(np.array(names, dtype=np.str_), return_inverse=True)
    is_changed = np.zeros(len(ids), np.bool_)
    is_changed[changed] = True
    joined = int(np.count_nonzero(is_changed[items]))
    return one_each, places.astype(np.int32)[items], joined


def places_of(other_ids: Mapping[str, str], ids: npt.NDArray[np.str_]) -> dict[str, int]:
    """Indices of the items in `ids` by their other ids."""
    index = IdIndex(ids.tolist())
    return {other: index[id_] for other, id_ in other_ids.items() if id_ in index}
