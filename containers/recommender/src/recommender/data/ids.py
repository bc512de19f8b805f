"""Ids of users and items: text, in which a whole number is one id however it is written.

A column of NUMBER(10, 2) prints 196 as `196.00`, one of FLOAT as `196`, a file of pandas's as
`196.0`. A training reads columns of numbers without the zeros; of ids that are text already it
keeps every character, and a query finds them in either writing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat

import numpy as np

from recommender.arrays import UNKNOWN, Indices

_NUMBER = re.compile(r"(-?[0-9]+(?:\.[0-9]*[1-9])?)\.?0*")


def number_text(id_: str) -> str:
    """The id without the zeros behind a decimal point; any other text as it is."""
    if "." not in id_:
        return id_
    found = _NUMBER.fullmatch(id_)
    return found[1] if found else id_


class IdIndex(Mapping[str, int]):
    """Places of ids: of each id itself, else of the one number that it writes differently.

    Args:
        ids: In the order of their places.
        others: Places of further ids, for whoever knows an item by one of them.
    """

    def __init__(self, ids: Sequence[str], others: Mapping[str, int] | None = None) -> None:
        #: The ids as they are.
        self.exact = {id_: index for index, id_ in enumerate(ids)}
        self._others = others or {}
        self._numbers: dict[str, int] = {}
        for id_, index in self.exact.items():
            number = number_text(id_)
            if number != id_:
                # two writings of one number are two ids here: neither is what a third one means
                self._numbers[number] = UNKNOWN if number in self._numbers else index

    def __getitem__(self, id_: str) -> int:
        index = self.exact.get(id_, UNKNOWN)
        if index == UNKNOWN:
            index = self._other_writing(number_text(id_))
        if index == UNKNOWN:
            index = self._others.get(id_, self._others.get(number_text(id_), UNKNOWN))
        if index == UNKNOWN:
            raise KeyError(id_)
        return index

    def __iter__(self) -> Iterator[str]:
        return iter(self.exact)

    def __len__(self) -> int:
        return len(self.exact)

    def places(self, ids: Sequence[str]) -> Indices:
        """The place of each of the ids, shape (ids,); UNKNOWN for those that have none."""
        # map and repeat: the loop over the ids runs inside the interpreter's C code
        found = np.fromiter(map(self.exact.get, ids, repeat(UNKNOWN)), np.int64, len(ids))
        for place in np.flatnonzero(found == UNKNOWN).tolist():
            found[place] = self.get(ids[place], UNKNOWN)
        return found

    def unknown(self, ids: Mapping[str, object]) -> list[str]:
        """Those of the ids that have no place, sorted."""
        return sorted(id_ for id_ in ids.keys() - self.exact.keys() if id_ not in self)

    def _other_writing(self, number: str) -> int:
        index = self.exact.get(number, UNKNOWN)
        return self._numbers.get(number, UNKNOWN) if index == UNKNOWN else index
