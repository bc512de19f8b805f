"""Types of arrays, and the index of whoever or whatever a model does not know."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
#: Floating point of either precision.
Reals = npt.NDArray[np.floating]
#: Indices of users, items or rows, of any width; 32 bits where there may be millions of them.
Indices = npt.NDArray[np.integer]
Indices32 = npt.NDArray[np.int32]
#: Counts, and where the rows of a compressed table begin: row r is `indptr[r]` to `indptr[r + 1]`.
Integers = npt.NDArray[np.int64]

#: Arrays by name, as an artifact keeps them.
Arrays = Mapping[str, npt.NDArray[Any]]


class ArrayForm(NamedTuple):
    """Kind and shape that an array of an artifact must have.

    Attributes:
        kind: Of its numbers, as `dtype.kind` names it.
        dimensions: Names of counts, such as users or items; a name that nobody else uses stands for
            any length.
    """

    kind: str
    dimensions: tuple[str, ...]


ArrayLayout = Mapping[str, ArrayForm]

#: Index of an unknown user or item: the last row, which is zero.
UNKNOWN = -1
