"""Names of countries in the viewer's language."""

from webapp.base import countries


def test_countries_are_called_as_people_call_them():
    assert countries.name("DE", "en") == "Germany"
    assert countries.name("DE", "fr") == "Allemagne"
    assert countries.name("Soviet Union", "fr") == "Soviet Union"


def test_they_are_sorted_as_people_sort_them():
    french = [countries.name(code, "fr") for code in countries.choices("fr")]
    assert french.index("Danemark") < french.index("Égypte") < french.index("Finlande")
    assert set(countries.choices("fr")) == set(countries.choices("en")) == countries.codes()


def test_only_codes_of_countries_are_codes():
    assert countries.is_country("FR")
    assert not countries.is_country("fr")
    assert not countries.is_country("XX")
    assert not countries.is_country("")
