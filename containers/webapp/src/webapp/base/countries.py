"""Countries: codes of ISO 3166, and their names in the viewer's language."""

import unicodedata
from functools import lru_cache

import pycountry
from babel import Locale


@lru_cache
def codes() -> frozenset[str]:
    """All ISO 3166-1 alpha-2 codes."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


def is_country(code: str) -> bool:
    """True for a code of ISO 3166-1 alpha-2."""
    return code in codes()


@lru_cache
def name(code: str, language: str) -> str:
    """The country's name in `language`; film data's own for a country that is gone."""
    territories = Locale.parse(language).territories
    country = pycountry.countries.get(alpha_2=code)
    return territories.get(code) or (country.name if country else code)


@lru_cache
def choices(language: str) -> tuple[str, ...]:
    """All codes, in the order of the names in `language`."""
    return tuple(sorted(codes(), key=lambda code: sort_key(code, language)))


def sort_key(code: str, language: str) -> str:
    """Key to sort countries by: "Égypte" belongs between "Danemark" and "Finlande"."""
    decomposed = unicodedata.normalize("NFKD", name(code, language))
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()
