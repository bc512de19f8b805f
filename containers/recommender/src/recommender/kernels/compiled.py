"""Compilation of functions to machine code."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from llvmlite import binding
from numba.core import config

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(*, reorder: bool) -> Callable[[_Function], _Function]:
    """Compile a function at its first call, keep the machine code, release the GIL while it runs.

    Args:
        reorder: True if sums may be taken in another order than written: several times faster, and
            equal only up to rounding. Infinite numbers are not supported then.
    """
    decorate = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=reorder)
    return cast("Callable[[_Function], _Function]", decorate)


def _use_whole_registers() -> None:
    """Let vectors be as long as the processor's registers: the compiler prefers half of 512 bits.

    That was right for processors that slowed down for the others; on those of today the trainer
    is one and a half times as fast with whole registers.
    """
    features = binding.get_host_cpu_features()
    if features.get("avx512f") and vars(config)["CPU_NAME"] is None:
        vars(config).update(
            CPU_NAME=binding.get_host_cpu_name(),
            CPU_FEATURES=f"{features.flatten()},-prefer-256-bit",
        )


_use_whole_registers()
