"""Ratings as CSV: export, import, and reports on bad files."""

import csv
from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webapp.taste.ratings_file import ROWS_AT_MOST, RatingsFileError, exported, imported
from webapp.taste.taste import RatedFilm

RATED_AT = datetime.fromisoformat("2026-01-02T03:04:05")

ratings = st.dictionaries(
    st.sampled_from([str(number) for number in range(1, 41)]),
    st.integers(1, 10).map(lambda half: half / 2),
)


@given(ratings)
def test_an_exported_file_is_imported_unchanged(films, given_ratings):
    rated = [
        RatedFilm(film_id, film.title, film.year, stars, RATED_AT)
        for film_id, stars in given_ratings.items()
        for film in [films.by_id[film_id]]
    ]
    found = imported(exported(rated), films)
    assert found.ratings == given_ratings
    assert found.unknown_films == found.bad_stars == ()


def test_columns_of_other_services_are_recognised(films):
    text = 'Name,Year,Rating\n"Amélie",2001,4.5\nthe godfather,1972,"3,5"\n'
    assert imported(text.encode(), films).ratings == {"2": 4.5, "5": 3.5}
    text = "movieId,rating,timestamp\n3,5,1\n"
    assert imported(text.encode(), films).ratings == {"3": 5.0}


def test_a_title_wins_over_an_id_of_another_catalogue(films):
    text = "film_id,title,year,stars\n1,Amélie,2001,4\n"
    assert imported(text.encode(), films).ratings == {"2": 4.0}


def test_lines_that_cannot_be_read_are_reported_by_number(films):
    text = (
        "title,year,stars\nStar Wars,1977,5\nNo Such Film,1999,3\nJaws,1975,6\nPsycho,1960,\n"
        "Alien,1979,nan\n"
    )
    found = imported(text.encode(), films)
    assert found.ratings == {"1": 5.0}
    assert found.unknown_films == (3,)
    assert found.bad_stars == (4, 5, 6)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe\x00", "import.not_text"),
        (b"", "import.columns"),
        (b"a,b\n1,2\n", "import.columns"),
        (b"stars\n5\n", "import.columns"),
        (b"film_id,stars\n" + b"1,5\n" * (ROWS_AT_MOST + 1), "import.too_long"),
        (b"film_id,stars\n" + b'"' + b"x" * 200_000, "import.not_text"),
    ],
)
@pytest.mark.parametrize("limit", [131_072, 10_000_000])
def test_a_file_without_ratings_is_refused(films, content, reason, limit):
    # other readers in the process may have raised the csv module's limit
    before = csv.field_size_limit(limit)
    try:
        refuse(films, content, reason)
    finally:
        csv.field_size_limit(before)


def refuse(films, content, reason):
    with pytest.raises(RatingsFileError) as refusal:
        imported(content, films)
    assert refusal.value.reason == reason


@given(st.binary(max_size=300))
def test_no_file_breaks_the_import(films, content):
    with suppress(RatingsFileError):
        found = imported(content, films)
        assert all(0.5 <= stars <= 5 for stars in found.ratings.values())


def test_a_title_is_never_exported_as_a_formula():
    rated = RatedFilm("1", '=HYPERLINK("x")', 2000, 3.0, RATED_AT)
    assert "'=HYPERLINK" in exported([rated]).decode("utf-8-sig")
