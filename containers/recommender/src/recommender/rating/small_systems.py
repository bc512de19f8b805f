"""Solution of many small systems of equations."""

from contextlib import AbstractContextManager

from threadpoolctl import threadpool_limits


def one_by_one() -> AbstractContextManager[object]:
    """Around the solving of many systems of a hundred unknowns or so, in training alone.

    The library shares out each of them among threads, which wait for each other nine times as long
    as they work. The switch is the whole process's: where requests overlap, each would undo the
    other's, so `serve` sets it once, when it starts.
    """
    limits: AbstractContextManager[object] = threadpool_limits(1, "blas")
    return limits
