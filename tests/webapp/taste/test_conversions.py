"""One table of ratings, converted as programs in many countries do: its meaning stays."""

import itertools

import pytest

#: The film's place in the catalogue of namesakes, title, year, stars, date.
ROWS = (
    ("1", "The Godfather", 1972, 4.5, "2024-02-29"),
    ("2", "Amélie", 2001, 3.5, "2024-03-13"),
    ("4", "Heat", 1986, 2.0, "2024-04-01"),
    ("11", "8½", 1963, 5.0, "2024-05-31"),
    ("12", "Mission: Impossible", 1996, 1.0, "2024-06-30"),
)
RATINGS = {film_id: stars for film_id, _, _, stars, _ in ROWS}
DATES = {film_id: day for film_id, _, _, _, day in ROWS}
ORDERS = {"iso": "{2}-{1}-{0}", "day": "{0}/{1}/{2}", "month": "{1}/{0}/{2}", "dots": "{0}.{1}.{2}"}


def cell(value, separator):
    text = str(value)
    return f'"{text}"' if separator in text or " " in text else text


def table(separator, *, decimal=".", dates="iso", times=1, end="\r\n", year="{}"):
    lines = [["Title", "Year", "Rating", "Date"]]
    for _, title, released, stars, day in ROWS:
        rating = f"{stars * times:g}".replace(".", decimal)
        written = ORDERS[dates].format(*reversed(day.split("-")))
        lines.append([title, year.format(released), rating, written])
    return end.join(separator.join(cell(one, separator) for one in line) for line in lines) + end


def same(found):
    days = {film_id: moment.date().isoformat() for film_id, moment in found.moments().items()}
    return found.ratings() == RATINGS and days == DATES


@pytest.mark.parametrize(
    ("separator", "decimal"), [*itertools.product(",;\t|", "."), *itertools.product(";\t|,", ",")]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separators_decimal_signs_and_encodings_change_nothing(read, separator, decimal, encoding):
    assert same(read(table(separator, decimal=decimal).encode(encoding)))


@pytest.mark.parametrize("dates", ORDERS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("year", ["{}", "{}.0", "({})", "{}-12-31"])
def test_dates_ends_of_lines_and_years_change_nothing(read, dates, end, year):
    assert same(read(table(",", dates=dates, end=end, year=year)))


@pytest.mark.parametrize("times", [1, 2, 20])
def test_another_scale_changes_nothing_once_it_is_told(read, times):
    assert same(read(table(";", decimal=",", times=times), highest=5 * times))


def test_without_a_telling_date_no_day_is_guessed(read):
    text = "Title,Year,Rating,Date\nHeat,1986,2.0,03/04/2024\n"
    assert read(text).moments() == {}


def test_a_cut_file_loses_its_last_row_and_says_so(read):
    content = table(",").encode()
    for length in range(content.index(b"\r\n") + 4, len(content)):
        found = read(content[:length])
        shown = (found.placed, found.repeated, found.unplaced, found.unrated, found.other_kinds)
        assert sum(map(len, shown)) == content[:length].strip(b'"\r\n').count(b"\n")
        whole = content[:length].count(b"\r\n") - 1
        assert list(found.ratings().items())[:whole] == list(RATINGS.items())[:whole]
