"""Times of ratings as tables have them: numbers since 1970 in any unit, dates, ISO texts.

The column decides its unit as a whole, by most of its values: one by itself could be seconds or
milliseconds.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from recommender.arrays import Bools, Floats

#: Seconds from year 0 to 9999: what lies beyond is no time of a rating.
_EARLIEST, _LATEST = -6.2e10, 2.5e11
#: Below these numbers a column is in units of so many to the second: 1e11 seconds are the year
#: 5138, and 1e11 milliseconds the year 1973.
_UNITS = ((1e11, 1), (1e14, 10**3), (1e17, 10**6), (np.inf, 10**9))
#: Dates as numbers, as 20050402.
_FIRST_DATE, _LAST_DATE = 19000101, 21001231


def seconds(column: pa.ChunkedArray | None, count: int) -> tuple[Floats, int]:
    """Seconds since 1970 of each row, minus infinity where the time is not known.

    Args:
        column: Numbers or texts; NULL where the time is not known.
        count: Of rows, where there is no column.

    Returns:
        The seconds, and the number of values that are no time.
    """
    if column is None:
        return np.full(count, -np.inf), 0
    given = pd.Series(column.to_numpy())
    if pa.types.is_string(column.type):
        given = given.str.strip()
        given = given.mask(given == "")
        found = _of_texts(given)
    else:
        found = _of_numbers(given.to_numpy())
    known = (found > _EARLIEST) & (found < _LATEST)
    lost = int(np.count_nonzero(given.notna().to_numpy() & ~known))
    return np.where(known, found, -np.inf), lost


def _of_texts(texts: pd.Series) -> Floats:
    numbers = pd.to_numeric(texts, errors="coerce").to_numpy(np.float64)
    found = _of_numbers(numbers)
    others = np.isnan(numbers) & texts.notna().to_numpy()
    moments = pd.to_datetime(texts[others], format="ISO8601", errors="coerce", utc=True)
    # a moment by itself, or NaT, which is no number
    found[others] = _since_1970(moments.dt.tz_localize(None))
    return found


def _of_numbers(numbers: Floats) -> Floats:
    known = np.isfinite(numbers)
    count = np.count_nonzero(known)
    if not count:
        return np.full(len(numbers), np.nan)
    if _are_dates(numbers, known):
        return _of_dates(numbers, known)
    unit = next(unit for below, unit in _UNITS if 2 * _smaller(numbers, below) > count)
    return np.asarray(numbers / unit)


def _smaller(numbers: Floats, below: float) -> int:
    return int(np.count_nonzero((numbers < below) & (numbers > -below)))


def _are_dates(numbers: Floats, known: Bools) -> bool:
    if not np.all(known | np.isnan(numbers)):
        return False
    if np.nanmin(numbers) < _FIRST_DATE or np.nanmax(numbers) > _LAST_DATE:
        return False
    months, days = numbers[known] // 100 % 100, numbers[known] % 100
    is_date = (months >= 1) & (months <= 12) & (days >= 1) & (days <= 31) & (days % 1 == 0)
    return bool(is_date.all())


def _of_dates(numbers: Floats, known: Bools) -> Floats:
    found = np.full(len(numbers), np.nan)
    texts = pd.Series(numbers[known].astype(np.int64)).astype(str)
    found[known] = _since_1970(pd.to_datetime(texts, format="%Y%m%d", errors="coerce"))
    return found


def _since_1970(moments: pd.Series) -> Floats:
    seconds_ = (moments - pd.Timestamp(0)) / pd.Timedelta(seconds=1)
    return np.asarray(seconds_.to_numpy(np.float64))
