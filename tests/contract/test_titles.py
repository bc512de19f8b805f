"""Titles, the same to those who load films and to those who search and import them."""

import pytest
from webapp.films import titles as typed

from film_data.matching import titles as loaded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Don't Look Now", "Don\u2019t Look Now"),
        ("The Matrix", "matrix"),
        ("Am\u00e9lie", "Ame\u0301lie"),
        ("Ant-Man & the Wasp", "Ant-Man and the Wasp"),
        ("Spider\u2013Man", "Spider-Man"),
        ("S\u00f8nner av Norge", "Sonner av Norge"),
        ("8\u00bd", "8 1/2"),
    ],
)
def test_two_spellings_are_one_title_on_both_sides(one: str, other: str) -> None:
    assert loaded.simplified(one) == loaded.simplified(other)
    assert typed.loose_key(one) == typed.loose_key(other)
