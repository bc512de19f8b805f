"""Compiled kernels of the loops that cost the time: factors, and the best items of each user.

Only training imports this package: importing numba costs a third of a second, which an endpoint
that scales from zero should not pay. The first call of a kernel compiles it (some seconds, once per
machine); numba keeps the result in `__pycache__`, or in NUMBA_CACHE_DIR where that is set.
What an endpoint computes for a few rows, it computes with NumPy, to the same result.
"""

#: Rows up to which no kernel is worth its loading.
FEW_ROWS = 50
