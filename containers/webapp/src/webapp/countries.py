"""Countries: codes of ISO 3166, their names in the viewer's language, the names in film data."""

import unicodedata
from functools import lru_cache

import pycountry
from babel import Locale


@lru_cache
def codes() -> frozenset[str]:
    """All ISO 3166-1 alpha-2 codes."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


def is_country(code: str) -> bool:
    """Whether `code` is one of ISO 3166-1 alpha-2."""
    return code in codes()


@lru_cache
def name(code: str, language: str) -> str:
    """The country's name in `language`, as people there say it."""
    territories = Locale.parse(language).territories
    return territories.get(code) or pycountry.countries.get(alpha_2=code).name


@lru_cache
def choices(language: str) -> tuple[str, ...]:
    """All codes, in the order of the names in `language`."""
    return tuple(sorted(codes(), key=lambda code: _sort_key(name(code, language))))


@lru_cache
def code_of(text: str) -> str | None:
    """The code of a country as film data writes it: a code, an English name or an old name."""
    if is_country(text):
        return text
    try:
        return str(pycountry.countries.lookup(_OTHER_NAMES.get(text, text)).alpha_2)
    except LookupError:
        return _by_english_name().get(text.casefold())


# What film data says and ISO 3166 does not.
_OTHER_NAMES = {
    "USA": "US",
    "UK": "GB",
    "Czechoslovakia": "CZ",
    "East Germany": "DE",
    "West Germany": "DE",
    "Soviet Union": "RU",
    "Turkey": "TR",
    "Yugoslavia": "RS",
}


@lru_cache
def _by_english_name() -> dict[str, str]:
    territories = Locale.parse("en").territories
    return {territories[code].casefold(): code for code in codes() if code in territories}


def _sort_key(text: str) -> str:
    # "Égypte" belongs between "Danemark" and "Finlande".
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()
