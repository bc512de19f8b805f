"""The export of ratings, and its way back."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from webapp.taste import file_reading
from webapp.taste.ratings_file import exported
from webapp.taste.taste import RatedFilm

RATED_AT = datetime.fromisoformat("2026-01-02T03:04:05.678")
HALVES = st.integers(1, 10).map(lambda half: half / 2)


def rated(film, stars, *, minutes=0):
    return RatedFilm(
        film.film_id,
        film.title,
        film.year,
        stars,
        RATED_AT + timedelta(minutes=minutes),
        film.imdb_number and f"tt{film.imdb_number:07}",
        film.tmdb_number,
    )


@settings(max_examples=20)
@given(data=st.data())
def test_an_exported_file_is_imported_unchanged_even_with_namesakes(namesakes, read, data):
    films = data.draw(st.lists(st.sampled_from(namesakes.films), min_size=1, unique=True))
    ratings = [rated(film, data.draw(HALVES), minutes=n) for n, film in enumerate(films)]
    found = read(exported(ratings))
    assert found.service == "own"
    assert found.ratings() == {one.film_id: one.stars for one in ratings}
    assert found.moments() == {one.film_id: one.rated_at for one in ratings}
    assert len(found.placed) == len(ratings)


def test_all_films_of_a_catalogue_survive_the_way_out_and_in(namesakes, read):
    found = read(exported(rated(film, 3.5) for film in namesakes.films))
    assert len(found.placed) == len(namesakes)


def test_ids_of_another_catalogue_are_told_by_the_whole_file(namesakes, read):
    # all ids mean other films here: the whole file shows that they are not ours
    shifted = [
        RatedFilm(f"{int(film.film_id) + 1}", film.title, film.year, 4.0, RATED_AT)
        for film in namesakes.films
    ]
    found = read(exported(shifted))
    assert {one.film.title for one in found.placed} == {one.entry.title for one in found.placed}
    # the three namesakes of one year cannot be told apart without an id
    assert [row.entry.title for row in found.unplaced] == ["Emma"] * 3
    assert all(len(row.candidates) == 3 for row in found.unplaced)


def test_a_title_that_contradicts_its_id_is_offered_for_choice(namesakes, read):
    ratings = [rated(film, 3.0) for film in namesakes.films[:6]]
    text = exported(ratings).decode("utf-8-sig").replace("1,The Godfather", "1,Chasing Amy")
    found = read(text.replace(",1972,", ",1997,").replace("tt0068646,238", ","))
    (row,) = found.unplaced
    assert [film.film_id for film in row.candidates] == ["5", "1"]


def test_a_title_is_never_exported_as_a_formula(namesakes, read):
    film = next(film for film in namesakes.films if film.title.startswith("="))
    content = exported([rated(film, 2.0)])
    assert "'=Sum(A1)" in content.decode("utf-8-sig")
    assert read(content).ratings() == {film.film_id: 2.0}


def test_the_data_of_an_account_are_a_file_of_ratings_too(namesakes, read):
    rating = '{"film_id": "4", "title": "Heat", "year": 1986, "stars": 2.5}'
    text = f'{{"name": "Ann", "ratings": [{rating}]}}'
    assert read(text).ratings() == {"4": 2.5}
    assert file_reading.read(text.encode(), namesakes, RATED_AT).service == "own"
