from film_data.matching.twins import CatalogueFilm as Film
from film_data.matching.twins import twins


def test_the_same_title_and_year_without_other_ids_is_one_film() -> None:
    films = [Film(268, "Chasing Amy", 1997), Film(246, "Chasing Amy", 1997)]
    films += [Film(1, "Chasing Amy", 1996), Film(2, "unknown", None), Film(3, "unknown", None)]
    assert twins(films) == {268: 246}


def test_genres_tell_namesakes_of_a_year_apart_where_no_ids_do() -> None:
    war = [
        Film(34048, "War of the Worlds", 2005, genres="Action|Adventure|Sci-Fi|Thriller"),
        Film(64997, "War of the Worlds", 2005, genres="Action|Sci-Fi"),
    ]
    assert twins(war) == {}


def test_ids_elsewhere_tell_namesakes_of_a_year_apart() -> None:
    war = [
        Film(34048, "War of the Worlds", 2005, "tt0407304", 74),
        Film(64997, "War of the Worlds", 2005, "tt0449040", 34812),
        Film(2851, "Saturn 3", 1980, "tt0081454", None),
        Film(168358, "Saturn 3", 1980, "tt0079285", 19761),
    ]
    assert twins(war) == {}


def test_the_same_id_elsewhere_is_one_film_whatever_its_title() -> None:
    films = [Film(5, "Se7en", 1995, "tt0114369"), Film(9, "Seven", 1996, "tt0114369")]
    assert twins(films) == {9: 5}
    films = [Film(6003, "C", 2002, "tt0290538", 4912), Film(144606, "C", 2002, "tt0270288", 4912)]
    assert twins(films) == {144606: 6003}


def test_three_ids_keep_the_lowest() -> None:
    films = [Film(3, "A", 1999, None, 7), Film(2, "A", 1999), Film(1, "A", 1999, "tt0000001")]
    assert twins(films) == {2: 1, 3: 1}
