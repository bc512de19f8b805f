"""Compiled kernels of the loops that cost the time: factors, and the best items of each user.

Only training imports this package: importing numba costs a third of a second, which an endpoint
that scales from zero should not pay. The first call of a kernel compiles it (some seconds, once per
machine); numba keeps the result in `__pycache__`, or in NUMBA_CACHE_DIR where that is set.
"""
