"""MovieLens's ml-latest-small with the features of The Movies Dataset, from `../shared/data`."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from recommender.content.columns import Column, ListColumn, NumberColumn, TextColumn
from recommender.data.features import ItemFeatures, Labels
from recommender.data.ratings import Ratings
from recommender.data.ratings_table import from_columns

DATA = Path(__file__).parents[2] / "shared" / "data"
#: People and keywords of one film that count.
_MOST = 10


def ratings() -> Ratings:
    """All ratings."""
    table = pd.read_csv(DATA / "ml-latest-small" / "ratings.csv")
    ids = [pa.chunked_array([pa.array(table[name].astype(str))]) for name in ("userId", "movieId")]
    numbers = [
        pa.chunked_array([pa.array(table[name].astype(float))]) for name in ("rating", "timestamp")
    ]
    return from_columns(*ids, *numbers)


def films(ids: list[str]) -> tuple[list[Column], ItemFeatures]:
    """Columns of some films as `ITEM_FEATURES` has them, and what filters ask for.

    Tags are left out: viewers give them, and a film that nobody has rated has none.
    """
    movies = pd.read_csv(DATA / "ml-latest-small" / "movies.csv", dtype=str).set_index("movieId")
    links = pd.read_csv(DATA / "ml-latest-small" / "links.csv", dtype=str).set_index("movieId")
    movies, keys = movies.loc[ids], links.loc[ids, "tmdbId"].fillna("")
    found = {name: rows(name).reindex(keys) for name in ("movies_metadata", "credits", "keywords")}
    genres = [[g for g in text.split("|") if g[0] != "("] for text in movies["genres"]]
    years = movies["title"].str.extract(r"\((\d{4})\)\s*$")[0].to_numpy(np.float64)
    titles = movies["title"].str.replace(r"\s*\(\d{4}\)\s*$", "", regex=True)
    facts = found["movies_metadata"]
    columns: list[Column] = [
        TextColumn("TITLE", tuple(titles)),
        *(
            TextColumn(name.upper(), tuple(facts[name].fillna("")))
            for name in ("overview", "original_language")
        ),
        _list("COLLECTION", facts["belongs_to_collection"]),
        ListColumn("GENRES", tuple(map(tuple, genres))),
        _list("COUNTRIES", facts["production_countries"]),
        _list("KEYWORDS", found["keywords"]["keywords"]),
        _list("DIRECTORS", found["credits"]["crew"], lambda job: job == "Director"),
        _list("WRITERS", found["credits"]["crew"], lambda job: job in {"Writer", "Screenplay"}),
        _list("CAST_MEMBERS", found["credits"]["cast"]),
        NumberColumn("RELEASE_YEAR", years),
    ]
    whole = ItemFeatures(
        Labels.of(genres),
        Labels.of([[] for _ in ids]),
        np.nan_to_num(years).astype(np.int32),
    )
    return columns, whole


def rows(name: str) -> pd.DataFrame:
    """The rows of one kind that are at hand, by TMDB's id."""
    folder = DATA / "the-movies-dataset"
    paths = [*folder.glob(f"{name}_first*"), *(folder / "random_sample_a").glob(f"{name}.csv*")]
    parts = [pd.read_csv(path, dtype=str).rename(columns={"tmdb_id": "id"}) for path in paths]
    return pd.concat(parts).drop_duplicates("id").set_index("id")


def _list(
    name: str, texts: pd.Series, is_wanted: Callable[[str], bool] = lambda _job: True
) -> ListColumn:
    return ListColumn(name, tuple(names(text, is_wanted) for text in texts))


def names(text: Any, is_wanted: Callable[[str], bool] = lambda _job: True) -> tuple[str, ...]:
    """Names in a Python literal, of a list or of one; the first of them."""
    is_literal = isinstance(text, str) and text.startswith(("[", "{"))
    found = ast.literal_eval(text) if is_literal else []
    entries = [found] if isinstance(found, dict) else found
    wanted = [each["name"] for each in entries if is_wanted(each.get("job", ""))]
    return tuple(wanted[:_MOST])
