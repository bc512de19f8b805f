from collections import Counter
from collections.abc import Mapping, Sequence

import pycountry
import pytest

from film_data.pipeline import canonical_names, countries


def test_every_country_of_iso_3166_has_one_name_and_no_state_that_is_gone_has_a_code() -> None:
    assert set(countries.BY_CODE) == {country.alpha_2 for country in pycountry.countries}
    assert len(set(countries.BY_CODE.values())) == len(countries.BY_CODE)


def test_a_name_of_iso_3166_is_the_country_of_its_code() -> None:
    for country in pycountry.countries:
        if country.alpha_2 != "CG":  # `Congo`, as two countries are called
            for name in {country.name, getattr(country, "common_name", country.name)}:
                assert canonical_names.country(name) == countries.BY_CODE[country.alpha_2]


@pytest.mark.parametrize(
    "table", [canonical_names.OTHER_NAMES_OF_GENRES, countries.OTHER_NAMES], ids=["genres", "lands"]
)
def test_no_name_means_two(table: Mapping[str, Sequence[str]]) -> None:
    names = [
        canonical_names.letters(name)
        for canonical, others in table.items()
        for name in (canonical, *others)
    ]
    known = {canonical_names.letters(name) for name in countries.BY_CODE.values()} - {
        canonical_names.letters(name) for name in table
    }
    assert [name for name, count in Counter([*names, *known]).items() if count > 1] == []


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("United States of America", None, "United States"),
        ("usa", None, "United States"),
        ("Congo", "CD", "Democratic Republic of the Congo"),
        ("Congo", "CG", "Republic of the Congo"),
        ("Congo", None, "Congo"),
        ("Cote d\u2019Ivoire", None, "Ivory Coast"),
        ("Soviet Union", "SU", "Soviet Union"),
        ("Yugoslavia", "YU", "Yugoslavia"),
        ("Lao People's Democratic Republic", "LA", "Laos"),
        ("Atlantis", None, "Atlantis"),
    ],
)
def test_a_code_says_more_than_a_name(name: str, code: str | None, expected: str) -> None:
    assert canonical_names.country(name, code) == expected


@pytest.mark.parametrize("name", ["Science Fiction", "sci fi", "SCI-FI", "Sci\u2011Fi"])
def test_a_genre_is_the_same_in_every_spelling(name: str) -> None:
    assert canonical_names.genre(name) == "Sci-Fi"
