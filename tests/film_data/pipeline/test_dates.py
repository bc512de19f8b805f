from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from film_data.pipeline import dates
from film_data.pipeline.columns import LATEST
from film_data.pipeline.dates import Order

MOMENT = 1_112_486_027
"""Second of 2005-04-02 23:53:47 UTC."""


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("1995-10-30", None, date(1995, 10, 30)),
        ("1995-10-30 00:00:00", None, date(1995, 10, 30)),
        ("1995-10-30T00:00:00.000Z", None, date(1995, 10, 30)),
        ("1995/10/30", None, date(1995, 10, 30)),
        ("30.10.1995", None, date(1995, 10, 30)),
        ("3.4.1995", None, date(1995, 4, 3)),
        ("8/13/2015", None, date(2015, 8, 13)),
        ("13/8/2015", None, date(2015, 8, 13)),
        ("8/8/2015", None, date(2015, 8, 8)),
        ("3/4/2015", None, None),
        ("6/9/15", 2015, None),
        ("6/19/15", 2015, date(2015, 6, 19)),
        ("6/19/15", None, None),
        ("4-Apr-14", 2014, date(2014, 4, 4)),
        ("21-May-75", 1975, date(1975, 5, 21)),
        ("21-May-30", 1930, date(1930, 5, 21)),
        ("2015-02-30", None, None),
        ("30/30/2015", None, None),
        ("1995-10-30 and more", None, None),
        ("862", None, None),
        ("35002", None, None),
        ("", None, None),
    ],
)
def test_dates_of_each_known_form_are_read(
    text: str, year: int | None, expected: date | None
) -> None:
    assert dates.day(text, year) == expected


def test_the_century_of_a_short_year_follows_the_year_beside_it() -> None:
    assert dates.day("1-Jan-75", 2075) == date(2075, 1, 1)
    assert dates.day("1-Jan-75", 1976) == date(1975, 1, 1)


def test_the_file_decides_between_day_and_month() -> None:
    assert dates.order_of(["3/4/2015", "13/8/2015"]) is Order.DAY_FIRST
    assert dates.order_of(["3/4/2015 23:53", "8/13/2015 9:01"]) is Order.MONTH_FIRST
    assert dates.order_of(["3/4/2015", "1995-10-30", "13.8.2015"]) is None
    assert dates.order_of(["13/8/2015", "8/13/2015"]) is None
    assert dates.day("3/4/2015", order=Order.DAY_FIRST) == date(2015, 4, 3)
    assert dates.day("3/4/2015", order=Order.MONTH_FIRST) == date(2015, 3, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1112486027", MOMENT),
        ("1112486027.0", MOMENT),
        ("1112486027.25", MOMENT),
        ("1112486027000", MOMENT),
        ("1112486027000000", MOMENT),
        ("1112486027000000000", MOMENT),
        ("2005-04-02 23:53:47", MOMENT),
        ("2005-04-02T23:53:47Z", MOMENT),
        ("2005-04-02 23:53:47.000000+00:00", MOMENT),
        ("2005-04-02 23:53", MOMENT - 47),
        ("2005-04-02", MOMENT - 47 - 53 * 60 - 23 * 3600),
        ("2.4.2005 23:53:47", MOMENT),
        ("4/22/2005 11:53 PM", MOMENT - 47 + 20 * 86_400),
        ("4/22/2005 12:53 AM", MOMENT - 47 + 20 * 86_400 - 23 * 3600),
        ("4/2/2005 23:53", None),
        ("1e+09", 10**9),
        ("1.11E+09", None),
        ("38444.99568", None),
        ("4102444800", None),
        ("50000000000", None),
        ("2005-04-02 25:00:00", None),
        ("1969-12-31", None),
        ("-5", None),
        ("53:47.0", None),
    ],
)
def test_times_are_read_to_the_second_when_they_are_certain(
    text: str, expected: int | None
) -> None:
    assert dates.instant(text) == expected


@given(st.integers(10**8, LATEST - 1))
def test_every_form_of_a_moment_is_the_same_second(second: int) -> None:
    moment = datetime.fromtimestamp(second, tz=UTC)
    forms = [
        str(second),
        f"{second}.0",
        *(f"{second}{zeros}" for zeros in ("000", "0" * 6, "0" * 9)),
    ]
    forms += [f"{moment:%Y-%m-%d %H:%M:%S}", moment.isoformat(), f"{moment:%d.%m.%Y %H:%M:%S}"]
    assert {dates.instant(form) for form in forms} == {second}
    american = f"{moment:%m/%d/%Y %I:%M:%S %p}"
    assert dates.instant(american, Order.MONTH_FIRST) == second
