"""Files of ratings as services and spreadsheets write them, and what they mean."""

from contextlib import suppress
from datetime import datetime

import made_film
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from webapp.films.catalogue import Catalogue
from webapp.taste import file_reading
from webapp.taste.file_errors import RatingsFileError
from webapp.taste.file_table import ROWS_AT_MOST

NOW = datetime.fromisoformat("2026-06-01T12:00:00")
IMDB = (
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),"
    "Year,Genres,Num Votes,Release Date,Directors\n"
    "tt0113277,9,2024-02-29,Heat,Heat,https://www.imdb.com/title/tt0113277/,Movie,8.3,170,1995,"
    '"Action, Crime",700000,1995-12-06,Michael Mann\n'
    "tt0068646,4,2024-03-01,Le Parrain,The Godfather,https://www.imdb.com/title/tt0068646/,Movie,"
    "9.2,175,1972,Crime,2000000,1972-03-14,Francis Ford Coppola\n"
    "tt0944947,10,2024-03-02,Game of Thrones,Game of Thrones,https://www.imdb.com/title/tt0944947/,"
    "TV Series,9.2,60,2011,Drama,2000000,2011-04-17,\n"
)
LETTERBOXD = (
    "Date,Name,Year,Letterboxd URI,Rating\n"
    "2024-02-29,Amélie,2001,https://boxd.it/2b0k,4.5\n"
    "2024-02-29,Se7en,1995,https://boxd.it/29Qc,4\n"
)
LETTERBOXD_IMPORT = (
    "tmdbID,imdbID,Title,Year,Rating10,WatchedDate\n949,,Heat,1995,7,2024-02-29\n,tt0114369,,,10,\n"
)
TRAKT = (
    "rated_at,type,title,year,trakt_rating,trakt_id,imdb_id,tmdb_id,tvdb_id,url,released,"
    "season_number,episode_number,rating\n"
    "2024-02-29T10:00:00Z,movie,Heat,1995,8.1,1,tt0113277,949,,https://trakt.tv/m/1,1995-12-15,,,9\n"
    "2024-02-29T10:00:00Z,episode,Heat,1995,8.1,1,tt0113277,949,,https://trakt.tv/m/1,,1,2,3\n"
)
TRAKT_JSON = (
    '[{"rated_at": "2024-02-29T10:00:00.000Z", "rating": 9, "type": "movie", "movie": {"title": '
    '"Heat", "year": 1995, "ids": {"trakt": 1, "slug": "heat", "imdb": "tt0113277", "tmdb": 949}}}]'
)
TMDB = (
    "TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,Episode Number,Rating,Your Rating,"
    "Date Rated\n"
    "949,tt0113277,movie,Heat,1995-12-15T00:00:00Z,,,7.9,9.0,2024-02-29T10:00:00Z\n"
    "1399,tt0944947,tv,Game of Thrones,2011-04-17T00:00:00Z,,,8.4,10.0,2024-02-29T10:00:00Z\n"
)


@pytest.mark.parametrize(
    ("text", "service", "scale", "ratings"),
    [
        (IMDB, "IMDb", 10, {"3": 4.5, "1": 2.0}),
        (LETTERBOXD, "Letterboxd", 5, {"2": 4.5, "9": 4.0}),
        (LETTERBOXD_IMPORT, "Letterboxd", 10, {"3": 3.5, "9": 5.0}),
        (TRAKT, "Trakt", 10, {"3": 4.5}),
        (TRAKT_JSON, "Trakt", 10, {"3": 4.5}),
        (TMDB, "TMDB", 10, {"3": 4.5}),
        ("movieId,rating,timestamp\n3,5,964982703\n", "MovieLens", 5, {"3": 5.0}),
        ("Titel;Jahr;Bewertung\nHeat;1986;7,5\nEmma;;9\n", "unknown", 10, {"4": 3.75}),
        ("titre\tannée\tnote\nLe Parrain\t1972\t3\nHeat\t1995\t4,5\n", "unknown", 5, {"3": 4.5}),
        ("Title,Year,Rating\nHeat,1995,85\nHeat,1986,40\n", "unknown", 100, {"3": 4.25, "4": 2.0}),
        ("film,note\nHeat (1986),8/10\nSe7en,4/10\n", "unknown", 10, {"4": 4.0, "9": 2.0}),
        ("Name,Rating (out of 10)\nHeat (1986),4\n", "unknown", 10, {"4": 2.0}),
        ("Titre;Note /20\nHeat (1986);15\n", "unknown", 20, {"4": 3.75}),
        ("Title,Rating 1-10\nHeat (1986),5\n", "unknown", 10, {"4": 2.5}),
        ("Название;Год;Оценка\nHeat;1986;9\n", "unknown", 10, {"4": 4.5}),
        ("Film|Rating\nThe Godfather (1972)|★★★½\n", "unknown", 5, {"1": 3.5}),
    ],
)
def test_files_of_services_are_read_with_their_scales_and_ids(read, text, service, scale, ratings):
    found = read(text)
    assert (found.service, found.scale.highest, found.ratings()) == (service, scale, ratings)


def test_the_titles_of_series_and_episodes_are_shown_and_never_placed(read):
    assert [entry.title for entry in read(IMDB).other_kinds] == ["Game of Thrones"]
    assert [entry.line for entry in read(TRAKT).other_kinds] == [3]


def test_an_export_without_own_ratings_gives_nobody_the_average(read):
    found = read(TMDB.replace(",9.0,", ",,").replace(",10.0,", ",,"))
    assert found.placed == ()
    assert len(found.unrated) == 1


def test_one_rating_above_five_puts_the_whole_file_on_a_scale_of_ten(read):
    found = read("Title,Year,Rating\nHeat,1995,9\nHeat,1986,4\nSe7en,1995,5\n")
    assert found.ratings() == {"3": 4.5, "4": 2.0, "9": 2.5}
    assert found.scale.is_certain


def test_whole_ratings_up_to_five_may_be_of_ten_and_the_viewer_says_so(read):
    text = "Title,Year,Rating\nHeat,1995,4\nHeat,1986,3\n"
    assert not read(text).scale.is_certain
    assert read(text).ratings() == {"3": 4.0, "4": 3.0}
    assert read(text, highest=10).ratings() == {"3": 2.0, "4": 1.5}


def test_a_rating_above_a_known_scale_is_shown_and_changes_no_other(read):
    found = read("title,year,stars\nHeat,1995,4\nHeat,1986,45\n")
    assert found.ratings() == {"3": 4.0}
    assert [entry.rating for entry in found.unrated] == ["45"]


def test_the_newest_rating_of_a_film_counts_or_else_the_last(read):
    dated = "Date,Name,Year,Rating\n2024-05-01,Heat,1995,5\n2023-05-01,Heat,1995,1.5\n"
    assert read(dated).ratings() == {"3": 5.0}
    assert [one.stars for one in read(dated).repeated] == [1.5]
    assert read(dated.replace("Date", "Tag")).ratings() == {"3": 1.5}


def test_a_rating_below_half_a_star_counts_as_half_a_star_and_is_counted(read):
    found = read("Title,Year,Rating\nHeat,1995,3\nHeat,1986,90\n")
    assert found.ratings() == {"3": 0.5, "4": 4.5}
    assert found.raised == 1


def test_half_ratings_that_a_spreadsheet_made_dates_are_ratings_again_and_counted(read):
    found = read("Name;Year;Rating\nHeat;1995;04. Mai\nHeat;1986;3\n")
    assert found.ratings() == {"3": 4.5, "4": 3.0}
    assert found.dated == 1


def test_rows_are_placed_by_hand(read, namesakes):
    found = read("Title,Year,Rating\nEmma,1996,4.5\nHeat,1995,3\nNo Such Film,1999,2\n")
    assert [film.film_id for film in found.unplaced[0].candidates] == ["6", "7", "8"]
    whole = found.with_films({2: namesakes.by_id["7"]})
    assert whole.ratings() == {"3": 3.0, "7": 4.5}
    assert [row.entry.line for row in whole.unplaced] == [4]


def test_a_director_tells_namesakes_apart(read):
    text = (
        "Title,Year,Director,Rating\nEmma,1996,Diarmuid Lawrence,4.5\nEmma,1996,DOUGLAS MCGRATH,3\n"
    )
    assert read(text).ratings() == {"7": 4.5, "6": 3.0}


@pytest.mark.parametrize(
    "damaged",
    [
        "film_id,title,year,stars\n3.0,Heat,1995.0,4.0\n4.0,Heat,1986.0,3.0\n",
        "sep=;\nfilm_id;title;year;stars\n3;Heat;1995;4,0\n4;Heat;1986;3,0\n",
        'film_id,title,year,stars\n"3,Heat,1995,4"\n"4,""Heat"",1986,3"\n',
        "film_id,title,year,stars\r3,Heat,1995,4\r4,Heat,1986,3\r",
        "My ratings\n\nfilm_id,title,year,stars\n3,Heat,1995,4\n\n,,,\n4,Heat,1986,3\n",
        'film_id,title,year,stars\n="3",Heat,1995,="4"\n4,Heat,1986," 3 "\n',
        "imdb_id,title,stars\n113277.0,,4\ntt93164,,3\n",
        "imdb_url,rating\nhttps://www.imdb.com/title/tt0113277/,4.0\nm.imdb.com/title/tt0093164,3.0\n",
    ],
)
def test_what_spreadsheets_do_to_a_table_changes_nothing(read, damaged):
    assert read(damaged).ratings() == {"3": 4.0, "4": 3.0}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe\x00", "import.not_text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "import.not_text"),
        (b"", "import.columns"),
        (b"a,b\n1,2\n", "import.columns"),
        (b"stars\n5\n", "import.columns"),
        (b"title,stars\n", "import.empty"),
        (b"[]", "import.columns"),
        (b'{"ratings": 5}', "import.columns"),
        (b"[" * 100_000, "import.not_text"),
        (b"film_id,stars\n" + b"1,5\n" * (ROWS_AT_MOST + 1), "import.too_long"),
        (b"film_id,stars\n" + b'"' + b"x" * 200_000, "import.not_text"),
    ],
    ids=range(11),
)
def test_a_file_without_ratings_is_refused(read, content, reason):
    with pytest.raises(RatingsFileError) as refusal:
        read(content)
    assert refusal.value.reason == reason


def test_a_refusal_names_the_columns_that_the_file_has(read):
    with pytest.raises(RatingsFileError) as refusal:
        read("Position,Name,Year,URL\n1,Heat,1995,https://boxd.it/x\n")
    assert refusal.value.columns == "Position, Name, Year, URL"


@settings(max_examples=30)
@given(st.binary(max_size=300))
def test_no_file_breaks_the_import(read, content):
    with suppress(RatingsFileError):
        assert all(0.5 <= stars <= 5 for stars in read(content).ratings().values())


titles = st.sampled_from(["Heat", "Emma", "Se7en", "8½", "No Such Film", "", "Heat (1986)", "'$'"])
years = st.sampled_from(["1995", "1996", "1986.0", "", "15/12/1995", "soon"])
stars = st.sampled_from(["4", "3,5", "0", "", "10", "nan", "8/10", "★★", "3. May", "-1", "1e400"])
kinds = st.sampled_from(["movie", "tv", "", "Serie TV"])


@settings(max_examples=30)
@given(
    st.lists(st.tuples(titles, years, stars, kinds), min_size=1, max_size=8),
    st.sampled_from(";\t|,"),
)
def test_every_row_is_placed_or_shown(namesakes, rows, separator):
    lines = [["title", "year", "rating", "type"], *rows]
    text = "\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    found = file_reading.read(text.encode(), namesakes, NOW)
    blank = sum(not any(row) for row in rows)
    shown = (found.placed, found.repeated, found.unplaced, found.unrated, found.other_kinds)
    assert sum(map(len, shown)) == len(rows) - blank


@pytest.mark.parametrize(
    "content",
    [
        "Title,Year,Rating\nDer Untergang,2004,4\nLe Pacte des loups,2001,3\nHeat,1995,5\n",
        (
            "Titel;Originaltitel;Jahr;Bewertung\nX;Der Untergang;2004;4\n"
            "Y;Pacte des loups, Le;2001;3\nHeat;Heat;1995;5\n"
        ),
    ],
    ids=["as the title", "beside the title"],
)
def test_films_are_found_by_their_original_titles_where_one_fits(content):
    """Heat is what another film is called in the original, too: the title counts."""
    films = [
        ("1", "Downfall", 2004, "Der Untergang"), ("2", "Heat", 1995, None),
        ("3", "Brotherhood of the Wolf", 2001, "Le Pacte des loups"), ("4", "Fire", 1995, "Heat"),
    ]  # fmt: skip
    catalogue = Catalogue(
        made_film.film(film_id, title, year, 9, original_title=original)
        for film_id, title, year, original in films
    )
    reading = file_reading.read(content.encode(), catalogue, NOW, 5)
    assert reading.ratings() == {"1": 4.0, "2": 5.0, "3": 3.0}
    assert reading.unplaced == ()
