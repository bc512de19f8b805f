"""Films of the sign-up page."""

from webapp.films.first_films import COUNT, varied


def test_the_first_films_are_few_well_known_and_varied(films):
    known = [film.film_id for film in films.films]
    asked = varied(films, known)
    assert len(asked) == COUNT <= 5
    assert asked[0].title == "Star Wars"
    genres = [genre for film in asked for genre in film.genres]
    assert len(set(genres)) >= len(genres) - 2


def test_each_turn_offers_other_films(films):
    known = [film.film_id for film in films.films]
    turns = [varied(films, known, turn) for turn in range(4)]
    ids = [film.film_id for asked in turns for film in asked]
    assert len(ids) == len(set(ids)) == 4 * COUNT


def test_turns_start_over_when_all_films_were_offered(films):
    assert varied(films, ["1", "2"], turn=7)
    assert varied(films, []) == []
