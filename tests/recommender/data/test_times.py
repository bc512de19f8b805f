import numpy as np
import pyarrow as pa
import pytest
from recommender.data.times import seconds

#: 2005-04-02 23:53:47 and a day later, in seconds.
MOMENT = 1112486027
WRITTEN = "2005-04-02 23:53:47"


def of(values: list, kind: pa.DataType | None = None) -> tuple[list[float], int]:
    kind = kind or (pa.string() if any(isinstance(v, str) for v in values) else pa.float64())
    found, lost = seconds(pa.chunked_array([pa.array(values, kind)]), len(values))
    return found.tolist(), lost


@pytest.mark.parametrize("unit", [1, 10**3, 10**6, 10**9])
@pytest.mark.parametrize("write", [float, str], ids=["numbers", "texts"])
def test_numbers_are_since_1970_in_the_unit_of_the_column(unit, write):
    given = [write(MOMENT * unit), None, write((MOMENT + 86_400) * unit)]
    found, lost = of(given)
    assert found == pytest.approx([MOMENT, -np.inf, MOMENT + 86_400])
    assert lost == 0


def test_the_column_decides_its_unit_and_no_value_by_itself():
    """The first is in 1970 as milliseconds; as seconds it would be in the year 4821."""
    given = [9e10, MOMENT * 1e3, (MOMENT + 1) * 1e3]
    assert of(given) == ([9e7, MOMENT, MOMENT + 1], 0)


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN, "2005-04-02T23:53:47Z", "2005-04-03T01:53:47+02:00", " 2005-04-02T23:53:47.000 ",
        "2005-04-02 23:53:47 +0000", str(MOMENT), f"{MOMENT}.0",
    ],
)  # fmt: skip
def test_iso_texts_are_utc_unless_they_say_their_zone(text):
    assert of([text, ""]) == ([MOMENT, -np.inf], 0)


def test_dates_are_midnights():
    assert of(["2005-04-03", "2005-04-04"]) == ([1112486400, 1112572800], 0)
    assert of([20050403.0, None, 20050404.0]) == ([1112486400, -np.inf, 1112572800], 0)


@pytest.mark.parametrize("text", ["morning", "2005-13-45", "03/04/2005", "10:00:00", "inf"])
def test_what_is_no_time_is_counted(text):
    assert of([WRITTEN, text, None]) == ([MOMENT, -np.inf, -np.inf], 1)


def test_numbers_beyond_the_year_9999_are_no_times():
    assert of([1e9, 2e9, 1e12]) == ([1e9, 2e9, -np.inf], 1)


def test_a_table_without_times_has_none():
    found, lost = seconds(None, 2)
    assert (found.tolist(), lost) == ([-np.inf, -np.inf], 0)
    assert of([None, None], pa.string()) == ([-np.inf, -np.inf], 0)
    assert of([None, None], pa.float64()) == ([-np.inf, -np.inf], 0)
