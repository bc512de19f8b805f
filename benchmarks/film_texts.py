"""Ratings of ml-latest-small, with what The Movies Dataset says of the films."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from recommender.content import content_fit
from recommender.content.columns import ListColumn, NumberColumn, TextColumn
from recommender.data.features import Catalogue, Features, ItemFeatures, UserFeatures
from recommender.data.ratings import Ratings

from benchmarks import movies_dataset
from benchmarks.movies_dataset import DATA, names, rows

_MOVIELENS = DATA / "ml-latest-small"


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
    ratings = movies_dataset.ratings()
    films = _films(ratings)
    about, keywords, credits_ = (
        rows(name).reindex(films.tmdb) for name in ("movies_metadata", "keywords", "credits")
    )
    collections = tuple(map(names, about.belongs_to_collection))
    overviews = tuple(about.overview.fillna(""))
    content = content_fit.fit(
        [
            TextColumn("TITLE", tuple(films.name)),
            TextColumn("OVERVIEW", overviews),
            ListColumn("COLLECTION", collections),
            ListColumn("GENRES", tuple(tuple(text.split("|")) for text in films.genres)),
            ListColumn("KEYWORDS", tuple(map(names, keywords.keywords))),
            ListColumn("DIRECTORS", tuple(names(text, _directs) for text in credits_.crew)),
            ListColumn("CAST_MEMBERS", tuple(map(names, credits_.cast))),
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


def _directs(job: str) -> bool:
    return job == "Director"


def _together(collections: tuple[tuple[str, ...], ...]) -> tuple[frozenset[int], ...]:
    films: dict[str, set[int]] = {}
    for number, some in enumerate(collections):
        for name in some:
            films.setdefault(name, set()).add(number)
    return tuple(frozenset(those) for those in films.values() if len(those) > 1)
