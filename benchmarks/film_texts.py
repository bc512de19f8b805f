"""Ratings of ml-latest-small, with what The Movies Dataset says of the films."""

import ast
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from recommender.content import content_fit
from recommender.content.columns import ListColumn, NumberColumn, TextColumn
from recommender.data.features import Catalogue, Features, ItemFeatures, UserFeatures
from recommender.data.ratings import Ratings
from recommender.data.ratings_table import from_columns

DATA = Path(__file__).parents[2] / "shared" / "data"
_MOVIELENS, _TMDB = DATA / "ml-latest-small", DATA / "the-movies-dataset"
#: Every file of films, keywords and casts, by its column of ids.
_FILES = {
    "films": [
        ("movies_metadata_first5000.csv.gz", "id"),
        ("random_sample_a/movies_metadata.csv", "tmdb_id"),
    ],
    "keywords": [("keywords_first99.csv", "id"), ("random_sample_a/keywords.csv", "tmdb_id")],
    "credits": [("credits_first99.csv.gz", "id"), ("random_sample_a/credits.csv.gz", "tmdb_id")],
}
_CAST = 10


@dataclass(frozen=True)
class Films:
    """Ratings, features, and what the films are called and about.

    Attributes:
        ratings: All of ml-latest-small.
        features: Of films with ratings, then of those without.
        titles: One for each film, as MovieLens writes it, without the year.
        overviews: One for each, empty where there is none.
        collections: The films of each collection, by their numbers.
    """

    ratings: Ratings
    features: Features
    titles: tuple[str, ...]
    overviews: tuple[str, ...]
    collections: tuple[frozenset[int], ...]


def load() -> Films:
    """Read the files; every film of ml-latest-small is there, four in ten with an overview."""
    ratings = _ratings()
    films = _films(ratings)
    known = {name: _table(name) for name in _FILES}
    tables = {name: table.reindex(films.tmdb) for name, table in known.items()}
    collections = _names(tables["films"].belongs_to_collection)
    overviews = tuple(tables["films"].overview.fillna(""))
    content = content_fit.fit(
        [
            TextColumn("TITLE", tuple(films.name)),
            TextColumn("OVERVIEW", overviews),
            ListColumn("COLLECTION", collections),
            ListColumn("GENRES", tuple(tuple(text.split("|")) for text in films.genres)),
            ListColumn("KEYWORDS", _names(tables["keywords"].keywords)),
            ListColumn("DIRECTORS", _names(tables["credits"].crew, job="Director")),
            ListColumn("CAST_MEMBERS", _names(tables["credits"].cast)),
            NumberColumn("RELEASE_YEAR", films.year.to_numpy(np.float64)),
        ]
    )
    if content is None:
        raise SystemExit(f"The data at {DATA} have no features.")
    rated, items = len(ratings.item_ids), len(films)
    catalogue = Catalogue(
        films.index[rated:].to_numpy(np.str_), ItemFeatures.none(items - rated), content
    )
    features = Features(
        ItemFeatures.none(rated), UserFeatures.none(len(ratings.user_ids)), catalogue
    )
    return Films(ratings, features, tuple(films.name), overviews, _together(collections))


def _ratings() -> Ratings:
    table = pd.read_csv(_MOVIELENS / "ratings.csv")
    columns = (table.userId.astype(str), table.movieId.astype(str), table.rating, table.timestamp)
    return from_columns(
        *(pa.chunked_array([pa.array(column)]) for column in columns[:2]),
        *(pa.chunked_array([pa.array(column.astype(float))]) for column in columns[2:]),
    )


def _films(ratings: Ratings) -> pd.DataFrame:
    """Titles, years, genres and ids at TMDB by id; those with ratings first, in their order."""
    films = pd.read_csv(_MOVIELENS / "movies.csv").merge(pd.read_csv(_MOVIELENS / "links.csv"))
    parts = films.title.str.extract(r"^(.*?)\s*(?:\((\d{4})\)\s*)?$")
    films = films.assign(
        name=parts[0],
        year=parts[1].astype(float),
        tmdb=films.tmdbId.map(lambda id_: "" if pd.isna(id_) else str(int(id_))),
    ).set_index(films.movieId.astype(str))
    rated = ratings.item_ids.tolist()
    return films.loc[[*rated, *sorted(set(films.index) - set(rated))]]


def _table(name: str) -> pd.DataFrame:
    parts = [
        pd.read_csv(_TMDB / file, dtype=str).rename(columns={id_: "id"})
        for file, id_ in _FILES[name]
    ]
    return pd.concat(parts).drop_duplicates("id").set_index("id")


def _names(texts: pd.Series, job: str | None = None) -> tuple[tuple[str, ...], ...]:
    """Names in Python literals of dictionaries; the first billed of a cast."""
    found = []
    for text in texts.fillna("[]"):
        value = ast.literal_eval(text) if text.startswith(("[", "{")) else []
        entries = [value] if isinstance(value, dict) else value
        wanted = [each["name"] for each in entries if job is None or each["job"] == job]
        found.append(tuple(wanted[:_CAST]))
    return tuple(found)


def _together(collections: tuple[tuple[str, ...], ...]) -> tuple[frozenset[int], ...]:
    films: dict[str, set[int]] = {}
    for number, names in enumerate(collections):
        for name in names:
            films.setdefault(name, set()).add(number)
    return tuple(frozenset(some) for some in films.values() if len(some) > 1)
