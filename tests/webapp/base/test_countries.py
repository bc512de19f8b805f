"""Names of countries in the viewer's language."""

from webapp.base import countries


def test_names_of_countries_follow_the_language():
    assert countries.name("DE", "en") == "Germany"
    assert countries.name("DE", "fr") == "Allemagne"
    assert countries.name("Soviet Union", "fr") == "Soviet Union"


def test_accents_do_not_disturb_the_order_of_countries():
    french = [countries.name(code, "fr") for code in countries.choices("fr")]
    assert french.index("Danemark") < french.index("Égypte") < french.index("Finlande")
    assert set(countries.choices("fr")) == set(countries.choices("en")) == countries.codes()


def test_only_upper_case_iso_codes_are_countries():
    assert countries.is_country("FR")
    assert not countries.is_country("fr")
    assert not countries.is_country("XX")
    assert not countries.is_country("")
