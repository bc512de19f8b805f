import pytest

from film_data.matching import titles


@pytest.mark.parametrize(
    ("text", "title", "year"),
    [
        ("Toy Story (1995)", "Toy Story", 1995),
        ("Matrix, The (1999)", "The Matrix", 1999),
        ("City of Lost Children, The (Cité des enfants perdus, La) (1995)",
         "The City of Lost Children (Cité des enfants perdus, La)", 1995),
        ("Affair of Love, An (Liaison pornographique, Une) (1999) ",
         "An Affair of Love (Liaison pornographique, Une)", 1999),
        ("Avare, L' (1980)", "L'Avare", 1980),
        ("Death Note: Desu nôto (2006\u20132007)", "Death Note: Desu nôto", 2006),
        ("Babylon 5", "Babylon 5", None),
        ("2001: A Space Odyssey (1968)", "2001: A Space Odyssey", 1968),
        ("Good, the Bad and the Ugly, The (1966)", "The Good, the Bad and the Ugly", 1966),
        ("unknown", "unknown", None),
    ],
)  # fmt: skip
def test_titles_are_split_and_put_in_order(text: str, title: str, year: int | None) -> None:
    assert titles.parse(text) == titles.Title(title, year)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Lord of the Rings", "Lord of the Rings"),
        ("Ant-Man & the Wasp", "Ant-Man and the Wasp"),
        ("Amélie", "AMELIE"),
        ("Rocky II", "Rocky 2"),
        ("Schindler's List", "Schindlers List"),
        ("Don't Look Now", "Don\u2019t Look Now"),
        ("Don't Look Now", "Don`t Look Now"),
        ("Don't Look Now", "DON\u02bcT LOOK NOW"),
        ("8\u00bd", "8 1/2"),
        ("S\u00f8nner av Norge", "Sonner av Norge"),
        ("Krótki film o mi\u0142o\u015bci", "Krotki film o milosci"),
        ("WALL\u00b7E", "WALL-E"),
        ("Spider\u2013Man", "Spider-Man"),
        ("Zero\u200bWidth", "ZeroWidth"),
        ("Ame\u0301lie", "Am\u00e9lie"),
    ],
)
def test_spellings_of_one_title_are_simplified_alike(one: str, other: str) -> None:
    assert titles.simplified(one) == titles.simplified(other)


def test_a_title_in_parentheses_is_another_spelling() -> None:
    assert titles.spellings("Seven (a.k.a. Se7en)") == {"seven", "se7en"}
    assert "cite des enfants perdus" not in titles.spellings(
        "The City (La Cité des enfants perdus)"
    )
    assert titles.spellings("(500) Days of Summer") == {"days of summer", "500"}


def test_titles_that_differ_in_a_number_have_different_numbers() -> None:
    assert titles.numbers(titles.simplified("Rocky II")) != titles.numbers(
        titles.simplified("Rocky")
    )
