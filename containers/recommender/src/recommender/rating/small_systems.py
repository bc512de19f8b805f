"""Solution of many small systems of equations."""

from contextlib import AbstractContextManager, nullcontext

from threadpoolctl import threadpool_limits


def one_by_one(count: int) -> AbstractContextManager[object]:
    """Around the solving of `count` systems of a hundred unknowns or so.

    The library shares out each of them among threads, which wait for each other nine times as long
    as they work. For one system the switch would cost more than it spares.
    """
    return threadpool_limits(1, "blas") if count > 1 else nullcontext()
