"""Canonical names of genres and countries, for the spellings of all data sets.

A name is the same in any case, with or without marks, blanks and punctuation.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from film_data.pipeline import countries

#: Genres as MovieLens names them, and TMDB's beyond; other names of each.
OTHER_NAMES_OF_GENRES: Mapping[str, Sequence[str]] = {
    "Action": (),
    "Adventure": (),
    "Animation": ("Animated",),
    "Biography": ("Biopic",),
    "Children": ("Children's", "Kids"),
    "Comedy": (),
    "Crime": (),
    "Documentary": ("Documentaries",),
    "Drama": (),
    "Family": (),
    "Fantasy": (),
    "Film-Noir": ("Noir",),
    "History": ("Historical",),
    "Horror": (),
    "IMAX": (),
    "Music": (),
    "Musical": ("Musicals",),
    "Mystery": (),
    "Romance": ("Romantic",),
    "Sci-Fi": ("Science Fiction", "SF"),
    "Sport": ("Sports",),
    "Television": ("TV Movie", "TV"),
    "Thriller": (),
    "War": (),
    "Western": ("Westerns",),
}


def letters(name: str) -> str:
    """A name without case, marks, blanks and punctuation: `Sci Fi` is `sci-fi`."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[\W_]", "", "".join(c for c in plain if not unicodedata.combining(c)))


def _by_letters(other_names: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for name, others in other_names.items():
        for other in (name, *others):
            yield letters(other), name


_GENRES = dict(_by_letters(OTHER_NAMES_OF_GENRES))
_COUNTRIES = dict(_by_letters(dict.fromkeys(countries.BY_CODE.values(), ())))
_COUNTRIES |= dict(_by_letters(countries.OTHER_NAMES))
_CODES = {name: code for code, name in countries.BY_CODE.items()}


def genre(name: str) -> str:
    """The canonical name of a genre."""
    return _GENRES.get(letters(name), name)


def country(name: str, code: str | None = None) -> str:
    """The canonical name of a country, in English; states that are gone keep their own.

    Args:
        name: As the data have it.
        code: Of ISO 3166-1, where the data have it; it says more than the name.
    """
    return countries.BY_CODE.get((code or "").upper()) or _COUNTRIES.get(letters(name), name)


def joined(names: list[str]) -> str | None:
    """Names without repeats, in their order, joined by `|`; None when there are none."""
    return "|".join(dict.fromkeys(name.replace("|", "/") for name in names if name)) or None


def exploded(rows: pl.DataFrame, key: str, names: str, name: str) -> pl.DataFrame:
    """One row per key and name of the joined `names`, with the name's position from 1."""
    return (
        rows.select(key, pl.col(names).str.split("|").alias(name))
        .filter(pl.col(name).is_not_null())
        .explode(name)
        .with_columns(position=pl.int_range(1, pl.len() + 1).over(key))
    )


def with_country_code(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the ISO code of their country; states that are gone have none."""
    code = pl.col("country").replace_strict(_CODES, default=None, return_dtype=pl.String)
    return rows.with_columns(country_code=code)
