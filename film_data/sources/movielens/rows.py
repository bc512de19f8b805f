"""Rows of MovieLens's files, one function per kind of file."""

from collections.abc import Callable

import polars as pl

from film_data.matching import titles
from film_data.pipeline import canonical_names, values
from film_data.pipeline.row import RejectedRowError, Row, Values
from film_data.pipeline.schema import Schema
from film_data.sources.movielens import tables
from film_data.sources.movielens.layouts import GENRES_100K

#: A film as it is read, its genres joined.
FILM_SCHEMA: Schema = {**tables.Films.dtypes(), "genres": pl.String}

_NO_GENRES = "(no genres listed)"
#: Names of the coded occupations of `users.dat`.
_OCCUPATIONS_1M = (
    "other", "educator", "artist", "clerical/admin", "college student", "customer service",
    "doctor", "executive", "farmer", "homemaker", "K-12 student", "lawyer", "programmer", "retired",
    "sales", "scientist", "self-employed", "technician", "tradesman", "unemployed", "writer",
)  # fmt: skip


def has_id_at(position: int) -> Callable[[tuple[str, ...]], bool]:
    """The question whether fields have an id at a position."""
    return lambda fields: values.whole(fields[position]) is not None


def film(row: Row) -> Values:
    """A film of `u.item`, `movies.dat` or `movies.csv`."""
    film_id = row.identifier("movieId", "film_id")
    title = titles.parse(row.text("title") or "")
    if not title.text:
        raise RejectedRowError("title_missing")
    if "unknown" in row.fields:
        genres = [name for name in GENRES_100K[1:] if row.fields[name].strip() == "1"]
    else:
        listed = row.optional_text("genres") or _NO_GENRES
        genres = [] if listed == _NO_GENRES else listed.split("|")
    return {
        "film_id": film_id,
        "title": title.text,
        "release_year": title.year,
        "genres": canonical_names.joined([canonical_names.genre(name.strip()) for name in genres]),
    }


def tag(row: Row) -> Values:
    """A tag of `tags.csv`."""
    name = row.text("tag")
    if name is None:
        raise RejectedRowError("tag_missing")
    return {
        "user_id": row.identifier("userId", "user_id"),
        "film_id": row.identifier("movieId", "film_id"),
        "tag": name,
        "tagged_at": row.instant("timestamp"),
    }


def viewer(row: Row) -> Values:
    """A user of `u.user` or `users.dat`."""
    occupation = row.optional_text("occupation")
    if occupation is not None and occupation.isdecimal() and int(occupation) < len(_OCCUPATIONS_1M):
        occupation = _OCCUPATIONS_1M[int(occupation)]
    return {
        "user_id": row.identifier("user_id", "user_id"),
        "age": row.whole("age"),
        "gender": row.optional_text("gender"),
        "occupation": occupation,
        "postal_code": row.optional_text("postal_code"),
    }
