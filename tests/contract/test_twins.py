"""Films under two ids, as a load finds them, are one item of a training: on MovieLens 100K."""

from pathlib import Path

import made_manifest
import polars as pl
import pyarrow as pa
import pytest
from recommender.artifact.artifact import Artifact
from recommender.data.features import Features
from recommender.data.ratings_table import from_columns
from recommender.serving.predictor import Predictor
from recommender.serving.wire import Estimate, Recommend, RecommendFor
from recommender.training.fit import fit_models
from recommender.training.option_table import parse_options

from film_data import demo


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The raw tables of the demo's data."""
    return demo.clean(tmp_path_factory.mktemp("demo"), lambda *_: None).tables


@pytest.fixture(scope="module")
def twins(loaded: dict[str, Path]) -> dict[str, str]:
    """The id that is kept, by each other id."""
    rows = pl.read_parquet(loaded["movielens_twins"]).rows()
    return {str(film_id): str(kept) for film_id, kept in rows}


@pytest.fixture(scope="module")
def predictor(loaded: dict[str, Path], twins: dict[str, str]) -> Predictor:
    """A model of the ratings as the publisher states them, told the other ids."""
    frame = pl.read_parquet(loaded["movielens_ratings"])
    types = (pa.string(), pa.string(), pa.float64(), pa.float64())
    names = ("user_id", "film_id", "rating", "rated_at")
    columns = [
        pa.chunked_array([frame[name].to_arrow().cast(kind)])
        for name, kind in zip(names, types, strict=True)
    ]
    ratings = from_columns(*columns, other_ids=twins)
    assert (len(frame), len(ratings), len(ratings.item_ids)) == (100_000, 99_693, 1_664)
    assert (ratings.duplicates, len(twins)) == (307, 18)
    options = parse_options({"ranking": "popularity", "n_epochs": "1", "n_factors": "2"})
    features = Features.none(len(ratings.user_ids), len(ratings.item_ids))
    manifest = made_manifest.manifest(
        ranking="popularity",
        rating_scale=ratings.scale,
        counts={"users": 943, "items": 1_664, "factors": 2, "ratings": len(ratings)},
    )
    models = fit_models(ratings, features, options)
    return Predictor(Artifact.of(manifest, ratings, features, models))


def test_no_list_has_both_ids_nor_a_film_seen_under_either(
    loaded: dict[str, Path], twins: dict[str, str], predictor: Predictor
) -> None:
    kept = pl.col("film_id").cast(pl.String).replace(twins)
    seen = pl.read_parquet(loaded["movielens_ratings"]).select(
        user=pl.col("user_id").cast(pl.String), film=kept
    )
    users = seen["user"].unique(maintain_order=True).to_list()[:100]
    lists = predictor.predict(Recommend(users, [1_000] * len(users)))["recommendations"]
    for user, found in zip(users, lists, strict=True):
        ids = {entry["item_id"] for entry in found}
        assert ids.isdisjoint(twins)
        assert ids.isdisjoint(seen.filter(pl.col("user") == user)["film"])


def test_a_film_is_found_by_each_of_its_ids(twins: dict[str, str], predictor: Predictor) -> None:
    others, kept = list(twins), list(twins.values())
    answers = predictor.predict(Estimate(["1"] * 36, [*others, *kept]))
    assert all(answers["known_items"])
    assert list(answers["estimates"][:18]) == list(answers["estimates"][18:])
    asked = RecommendFor([dict.fromkeys(others, 4), dict.fromkeys(kept, 4)], [50] * 2, [{}] * 2)
    one, other = predictor.predict(asked)["lists"]
    assert one == other
    assert "unknown_items" not in one
