"""One name per genre and country, whatever the data set calls it."""

import polars as pl

_GENRES = {
    "Science Fiction": "Sci-Fi",
    "Children's": "Children",
    "Film Noir": "Film-Noir",
    "TV Movie": "Television",
}

_COUNTRIES = {
    "United States of America": "United States",
    "USA": "United States",
    "UK": "United Kingdom",
    "Kingdom of Great Britain": "United Kingdom",
    "Wales": "United Kingdom",
    "People's Republic of China": "China",
    "Republic of China": "Taiwan",
    "Taiwan Island": "Taiwan",
    "British Hong Kong": "Hong Kong",
    "Kingdom of Italy": "Italy",
    "Kingdom of the Netherlands": "Netherlands",
    "Palestinian Territory": "Palestine",
    "Occupied Palestinian territory": "Palestine",
    "Palestinian territories": "Palestine",
    "Socialist Federal Republic of Yugoslavia": "Yugoslavia",
    "Libyan Arab Jamahiriya": "Libya",
    "Syrian Arab Republic": "Syria",
    "Lao People's Democratic Republic": "Laos",
    "Cote D'Ivoire": "Ivory Coast",
    "Macedonia": "North Macedonia",
}


def genre(name: str) -> str:
    """The genre's one name."""
    return _GENRES.get(name, name)


def country(name: str) -> str:
    """The country's one name, in English; states that are gone keep their own."""
    return _COUNTRIES.get(name, name)


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
