"""Index of a catalogue: made when somebody needs it, once, and kept as long as the catalogue."""

import threading
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from webapp.base.gc_tuning import freeze_survivors
from webapp.films.catalogue import Catalogue

Index = TypeVar("Index")


def made_once(make: Callable[[Catalogue], Index]) -> Callable[[Catalogue], Index]:
    """Make the index of the newest catalogue for the first caller, while others wait for it.

    An index has more objects than its catalogue, and is kept out of garbage collections like it.
    """
    lock = threading.Lock()

    @lru_cache(maxsize=1)
    def kept(catalogue: Catalogue) -> Index:
        made = make(catalogue)
        freeze_survivors()
        return made

    def index(catalogue: Catalogue) -> Index:
        with lock:
            return kept(catalogue)

    return index
