"""Compilation of functions to machine code."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
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


def use_writable_cache() -> None:
    """Let numba find the machine code that an image brings along, wherever it may write.

    Numba reads its cache (`NUMBA_CACHE_DIR`) only from a folder that it could write to, and
    refuses to compile without one; of a container's folders SageMaker promises no more than /tmp.
    """
    named: str = vars(config)["CACHE_DIR"]
    folder = Path(named)
    if not named or os.access(folder, os.W_OK) or not folder.is_dir():
        return
    copy = tempfile.mkdtemp(prefix="kernels-")
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    vars(config).update(CACHE_DIR=copy)


_use_whole_registers()
use_writable_cache()
