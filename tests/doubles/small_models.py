"""Ratings by the day, and models of them that are fitted in no time."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from made_manifest import manifest
from recommender.artifact.artifact import Artifact
from recommender.data.features import Features
from recommender.data.ratings import Ratings
from recommender.data.ratings_table import from_columns
from recommender.rating import no_estimates
from recommender.training.fit import fit_models, with_new_items
from recommender.training.option_table import parse_options

OPTIONS = parse_options({"n_epochs": "10", "n_factors": "20"})
DAY = 86_400.0

Row = tuple[str, str, float, float | None]


def ratings(rows: Iterable[Row]) -> Ratings:
    """Ratings of (user, item, value, day); a day may be None."""
    users, items, values, days = zip(*rows, strict=True)
    times = [None if day is None else day * DAY for day in days]
    return from_columns(
        pa.chunked_array([pa.array(users, pa.string())]),
        pa.chunked_array([pa.array(items, pa.string())]),
        pa.chunked_array([pa.array(values, pa.float64())]),
        pa.chunked_array([pa.array(times, pa.float64())]),
        of_one=True,
    )


def model_of(train: Ratings, features: Features | None = None, **about: Any) -> Artifact:
    """A model of these ratings; what else its manifest says is given."""
    known = features or Features.none(len(train.user_ids), len(train.item_ids))
    models = with_new_items(fit_models(train, known, OPTIONS), train, known)
    counts = {
        "users": len(train.user_ids),
        "items": len(train.item_ids),
        "factors": models.estimator.item_factors.shape[1],
        "ratings": len(train),
    }
    made = manifest(
        algorithm=no_estimates.NAME if train.is_implicit else "biased_mf",
        ranking=models.ranker.name,
        counts=counts,
        rating_scale=train.scale,
        **about,
    )
    return Artifact.of(made, train, known, models)
