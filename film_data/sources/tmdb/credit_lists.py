"""Lists of credits, one row per film, and the credits in them."""

import json

import polars as pl

from film_data.pipeline import values
from film_data.pipeline.ledger import Ledger
from film_data.pipeline.row import Row, Values
from film_data.pipeline.schema import Schema
from film_data.pipeline.values import JsonObject
from film_data.sources.tmdb import tables
from film_data.sources.tmdb.rows import objects

SCHEMA: Schema = {"tmdb_id": pl.Int64, "credits": pl.String}
#: A credit within its film's list.
_CREDIT = {name: kind for name, kind in tables.Credits.dtypes().items() if name != "tmdb_id"}

_PERSON_ID = tables.Credits.columns()["person_id"]
_GENDERS: dict[object, str] = {1: "female", 2: "male"}


def credit_list(row: Row) -> Values:
    """A film's credits of `credits.csv`, as JSON: a list of objects as in `_CREDIT`."""
    cast = [_part(item) for item in objects(row, "cast")]
    crew = [_job(item) for item in objects(row, "crew")]
    listed = [
        credit | {"position": position}
        for credits_ in (cast, crew)
        for position, credit in enumerate(credits_, start=1)
    ]
    complete = {
        credit["credit_id"]: credit
        for credit in reversed(listed)
        if credit["credit_id"] and credit["name"] and credit["person_id"] is not None
    }
    row.applied += ["credit_incomplete"] * (len(listed) - len(complete))
    return {
        "tmdb_id": row.identifier("tmdb_id", "film_id"),
        "credits": json.dumps(list(reversed(complete.values())), ensure_ascii=False),
    }


def credits_of(films: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """One row per credit, of rows as `credit_list` makes them."""
    credit = pl.Struct([pl.Field(name, kind) for name, kind in _CREDIT.items()])
    rows = (
        films.with_columns(pl.col("credits").str.json_decode(pl.List(credit)))
        .explode("credits")
        .drop_nulls("credits")
        .unnest("credits")
    )
    kept = rows.unique("credit_id", keep="first", maintain_order=True)
    if rows.height > kept.height:
        ledger.apply("credit_incomplete", rows.height - kept.height)
    return kept


def _part(item: JsonObject) -> JsonObject:
    return _person(item) | {
        "department": "Acting",
        "job": "Actor",
        "part": str(item.get("character") or "").strip() or None,
    }


def _job(item: JsonObject) -> JsonObject:
    return _person(item) | {
        "department": str(item.get("department") or "Crew"),
        "job": str(item.get("job") or "Crew"),
        "part": None,
    }


def _person(item: JsonObject) -> JsonObject:
    person_id = values.whole(str(item.get("id")))
    return {
        "credit_id": str(item.get("credit_id") or ""),
        "person_id": person_id if _PERSON_ID.holds(person_id) else None,
        "name": values.fix_mojibake(str(item.get("name") or "").strip()),
        "gender": _GENDERS.get(item.get("gender")),
    }
