"""Canonical names of genres and countries, for the spellings of all data sets."""

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


#: ISO 3166-1 codes of countries that make films, by the names used here.
_COUNTRY_CODES = {
    "Afghanistan": "AF", "Albania": "AL", "Algeria": "DZ", "Argentina": "AR", "Armenia": "AM",
    "Australia": "AU", "Austria": "AT", "Azerbaijan": "AZ", "Bangladesh": "BD", "Belarus": "BY",
    "Belgium": "BE", "Bolivia": "BO", "Bosnia and Herzegovina": "BA", "Botswana": "BW",
    "Brazil": "BR", "Bulgaria": "BG", "Burkina Faso": "BF", "Cambodia": "KH", "Cameroon": "CM",
    "Canada": "CA", "Chad": "TD", "Chile": "CL", "China": "CN", "Colombia": "CO",
    "Costa Rica": "CR", "Croatia": "HR", "Cuba": "CU", "Cyprus": "CY", "Czech Republic": "CZ",
    "Democratic Republic of the Congo": "CD", "Denmark": "DK", "Dominican Republic": "DO",
    "Ecuador": "EC", "Egypt": "EG", "Estonia": "EE", "Ethiopia": "ET", "Finland": "FI",
    "France": "FR", "Georgia": "GE", "Germany": "DE", "Ghana": "GH", "Greece": "GR",
    "Guatemala": "GT", "Hong Kong": "HK", "Hungary": "HU", "Iceland": "IS", "India": "IN",
    "Indonesia": "ID", "Iran": "IR", "Iraq": "IQ", "Ireland": "IE", "Israel": "IL", "Italy": "IT",
    "Ivory Coast": "CI", "Jamaica": "JM", "Japan": "JP", "Jordan": "JO", "Kazakhstan": "KZ",
    "Kenya": "KE", "Kyrgyzstan": "KG", "Laos": "LA", "Latvia": "LV", "Lebanon": "LB",
    "Liechtenstein": "LI", "Lithuania": "LT", "Luxembourg": "LU", "Malaysia": "MY", "Malta": "MT",
    "Mauritania": "MR", "Mexico": "MX", "Monaco": "MC", "Mongolia": "MN", "Morocco": "MA",
    "Nepal": "NP", "Netherlands": "NL", "New Zealand": "NZ", "Nigeria": "NG",
    "North Macedonia": "MK", "Norway": "NO", "Pakistan": "PK", "Palestine": "PS", "Panama": "PA",
    "Papua New Guinea": "PG", "Paraguay": "PY", "Peru": "PE", "Philippines": "PH", "Poland": "PL",
    "Portugal": "PT", "Puerto Rico": "PR", "Qatar": "QA", "Romania": "RO", "Russia": "RU",
    "Rwanda": "RW", "Saudi Arabia": "SA", "Senegal": "SN", "Serbia": "RS", "Singapore": "SG",
    "Slovakia": "SK", "Slovenia": "SI", "South Africa": "ZA", "South Korea": "KR", "Spain": "ES",
    "Sri Lanka": "LK", "Sweden": "SE", "Switzerland": "CH", "Syria": "SY", "Taiwan": "TW",
    "Tajikistan": "TJ", "Tanzania": "TZ", "Thailand": "TH", "Tunisia": "TN", "Turkey": "TR",
    "Ukraine": "UA", "United Arab Emirates": "AE", "United Kingdom": "GB", "United States": "US",
    "Uruguay": "UY", "Venezuela": "VE", "Vietnam": "VN", "Yemen": "YE", "Zimbabwe": "ZW",
}  # fmt: skip


def genre(name: str) -> str:
    """The canonical name of a genre."""
    return _GENRES.get(name, name)


def country(name: str) -> str:
    """The canonical name of a country, in English; states that are gone keep their own."""
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


def with_country_code(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the ISO code of their country; states that are gone have none."""
    code = pl.col("country").replace_strict(_COUNTRY_CODES, default=None, return_dtype=pl.String)
    return rows.with_columns(country_code=code)
