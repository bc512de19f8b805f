"""Index of a catalogue: made once, whoever asks at the same time."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

from webapp.films.catalogue import Catalogue
from webapp.films.catalogue_index import made_once


def test_callers_at_the_same_time_share_one_index():
    made = []
    together = threading.Barrier(4)

    def make(catalogue: Catalogue) -> list[Catalogue]:
        made.append(catalogue)
        return [catalogue]

    index = made_once(make)
    catalogue = Catalogue([])

    def ask(_):
        together.wait(timeout=10)
        return index(catalogue)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))
    assert made == [catalogue]
    assert all(one is found[0] for one in found)
    gc.unfreeze()


def test_a_new_catalogue_has_a_new_index_out_of_collections():
    index = made_once(lambda catalogue: [catalogue])
    first, second = Catalogue([]), Catalogue([])
    assert index(first) == [first]
    kept = index(second)
    assert kept == [second]
    assert not any(found is kept for found in gc.get_objects())
    gc.unfreeze()
