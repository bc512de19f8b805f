"""The one way in which functions are compiled."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(*, reorder: bool) -> Callable[[_Function], _Function]:
    """Compile a function at its first call, keep the machine code, release the GIL while it runs.

    Args:
        reorder: Whether sums may be taken in another order than written: several times faster, and
            equal only up to rounding. Infinite numbers are not supported then.
    """
    decorate = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=reorder)
    return cast("Callable[[_Function], _Function]", decorate)
