"""Films that nobody has rated: lists, estimates, warm lists beside them, and the artifact's size.

Run as `python -m benchmarks.cold_items`; it needs `../shared/data`. A fifth of the items is held
out whole; settings were chosen on parts of the others (`--settings` does it again, and prints).
"""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
from recommender.artifact import artifact
from recommender.artifact.artifact import Artifact
from recommender.content import content_fit
from recommender.content.columns import Column, ListColumn, NumberColumn, TextColumn
from recommender.data.features import (
    NO_ANSWERS,
    Catalogue,
    Features,
    ItemFeatures,
    Labels,
    UserFeatures,
)
from recommender.data.ratings import Ratings
from recommender.evaluation import splits
from recommender.evaluation.cold_items import ColdItems
from recommender.evaluation.ranking_metrics import Evaluator
from recommender.ranking import content_table, new_items_fit
from recommender.ranking.top_lists import rank
from recommender.training.fit import TrainingResult, fit_models, with_new_items
from recommender.training.hyperparameters import Hyperparameters
from recommender.training.trained_artifact import artifact_of

from benchmarks import movies_dataset
from benchmarks.goals import Figure, report
from benchmarks.made_ratings import make

#: Films of the artifact whose size is measured, and the goals.
FILMS, MEGABYTES, SECONDS = 50_000, 150, 3
CHOICES = {
    (content_table, "_RIDGE"): (1.0, 2.0, 4.0, 10.0),
    (content_table, "_PRESENCE"): (0.0, 0.1, 0.3),
    (new_items_fit, "TASTES"): (32, 64, 128),
    (new_items_fit, "_USER_POWER"): (0.0, 0.3),
    (new_items_fit, "_SHRINKAGE"): (0.0, 50.0, 200.0),
    (new_items_fit, "_POPULARITY_POWER"): (0.0, 0.25, 0.5),
}
ORDER = Hyperparameters.parse(
    {"input_table": "a.b.ratings", "output_table": "a.b.lists", "artifact_uri": "s3://a/b"}
)


def main() -> int:
    """Measure, print a table, write JSON; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--settings", action="store_true")
    ratings = movies_dataset.ratings()
    held = held_out(len(ratings.item_ids))
    if parser.parse_args().settings:
        _settings(ratings.select(~held[ratings.items]).by_themselves())
        return 0
    figures = [*_cold(ratings, held), *_warm(ratings, held), *_size()]
    return report("cold_items", figures)


def held_out(items: int) -> np.ndarray:
    """The fifth of the items that no setting was chosen by."""
    held = np.zeros(items, np.bool_)
    held[np.random.default_rng(12345).permutation(items)[: items // 5]] = True
    return held


def _features(ratings: Ratings, new: list[str]) -> Features:
    columns, whole = movies_dataset.films([*ratings.item_ids.tolist(), *new])
    return _catalogue(columns, whole, ratings, new)


def _catalogue(
    columns: list[Column], whole: ItemFeatures, ratings: Ratings, new: list[str]
) -> Features:
    content = content_fit.fit(columns)
    assert content is not None
    of_rated, of_new = whole.split(len(ratings.item_ids))
    catalogue = Catalogue(np.array(new, np.str_), of_new, content)
    return Features(of_rated, UserFeatures.none(len(ratings.user_ids)), catalogue)


def _cold(ratings: Ratings, held: np.ndarray) -> list[Figure]:
    features = _features(ratings, [])
    chosen = ColdItems.of(ratings, features, 0)
    assert chosen is not None
    found = replace(chosen, held=held).metrics()
    ndcg, alone = found["cold_items_ndcg_at_10"], found["content_cold_items_ndcg_at_10"]
    popular = found["popular_cold_items_ndcg_at_10"]
    return [
        Figure("cold items: NDCG@10", ndcg),
        Figure("cold items: hr@10", found["cold_items_hr_at_10"]),
        Figure("cold items: NDCG@10 of content similarity alone", alone),
        Figure("cold items: NDCG@10, times content similarity alone", ndcg / alone, 2, unit="x"),
        Figure("cold items: NDCG@10, times most popular of the genre", ndcg / popular, 1, unit="x"),
    ]


def _warm(ratings: Ratings, held: np.ndarray) -> list[Figure]:
    """Lists and estimates of a model that knows the held-out items by their features alone."""
    known = ratings.select(~held[ratings.items]).by_themselves()
    features = _features(known, sorted(set(ratings.item_ids) - set(known.item_ids)))
    split = splits.random_split(known, 0.2, np.random.default_rng(0))
    models = fit_models(split.train, features, ORDER.options)
    start = time.perf_counter()
    models = with_new_items(models, split.train, features)
    seconds = time.perf_counter() - start
    manifest_ratings = split.train
    whole = artifact_of(
        ORDER, manifest_ratings, features, TrainingResult(models, {}), training_job="benchmark"
    )
    evaluator = Evaluator(split, np.arange(len(split.histories)))
    alone = models.ranker.with_prior(split.histories, models.prior.probabilities(NO_ANSWERS))
    mixed = whole.ranker.with_prior(split.histories, whole.prior.probabilities(NO_ANSWERS))
    lists = rank(mixed, split.seen, 10)
    before = evaluator.evaluate(rank(alone, split.seen, 10)).ndcg
    after = evaluator.evaluate(lists).ndcg
    return [
        Figure("warm items: NDCG@10, cold items not in the lists", before),
        Figure("warm items: NDCG@10, cold items in the lists", after, before - 0.002),
        Figure(
            "share of cold items in the lists", float((lists.items >= whole.rated_items).mean())
        ),
        Figure("seconds for the new items of a training", seconds, unit="s"),
        *_estimates(whole, ratings, held),
    ]


def _estimates(whole: Artifact, ratings: Ratings, held: np.ndarray) -> list[Figure]:
    rows = held[ratings.items]
    users = np.searchsorted(whole.user_ids, ratings.user_ids[ratings.users[rows]])
    places = {id_: place for place, id_ in enumerate(whole.catalogue_ids)}
    items = np.array([places[id_] for id_ in ratings.item_ids[ratings.items[rows]].tolist()])
    truth = ratings.values[rows]
    errors = (
        whole.model.estimate(users, some) - truth for some in (items, np.full(len(items), -1))
    )
    ours, unknown = (float(np.sqrt(np.mean(error**2))) for error in errors)
    return [
        Figure("cold items: RMSE of estimates", ours, unknown, at_most=True),
        Figure("cold items: RMSE as unknown items, by the user alone", unknown),
    ]


def _size() -> list[Figure]:
    """An artifact of MovieLens 100K's ratings and 50,000 films with made-up texts."""
    ratings = make("100k")
    new = [f"new{item:05}" for item in range(FILMS - len(ratings.item_ids))]
    columns, whole = _made_films()
    features = _catalogue(columns, whole, ratings, new)
    models = with_new_items(fit_models(ratings, features, ORDER.options), ratings, features)
    made = artifact_of(ORDER, ratings, features, TrainingResult(models, {}), training_job="size")
    with TemporaryDirectory() as folder:
        artifact.save(made, Path(folder))
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
        start = time.perf_counter()
        artifact.load(Path(folder))
        seconds = time.perf_counter() - start
    return [
        Figure(f"artifact of {FILMS:,} films", size, MEGABYTES, at_most=True, unit="MB"),
        Figure("time to load it", seconds, SECONDS, at_most=True, unit="s"),
    ]


def _made_films() -> tuple[list[Column], ItemFeatures]:
    """Titles of 3 words and overviews of 60, by Zipf's law, with people, keywords and countries."""
    rng = np.random.default_rng(0)

    def drawn(count: int, size: int) -> list[list[str]]:
        numbers = (rng.zipf(1.2, (FILMS, count)) % size).tolist()
        return [[f"w{number}" for number in some] for some in numbers]

    genres, countries = drawn(2, 20), drawn(2, 150)
    lists = {"KEYWORDS": (8, 20_000), "CAST_MEMBERS": (10, 60_000), "DIRECTORS": (1, 15_000)}
    years = rng.integers(1920, 2026, FILMS)
    columns: list[Column] = [
        TextColumn("TITLE", tuple(" ".join(some) for some in drawn(3, 30_000))),
        TextColumn("OVERVIEW", tuple(" ".join(some) for some in drawn(60, 120_000))),
        ListColumn("GENRES", tuple(map(tuple, genres))),
        ListColumn("COUNTRIES", tuple(map(tuple, countries))),
        *(ListColumn(name, tuple(map(tuple, drawn(*of)))) for name, of in lists.items()),
        NumberColumn("RELEASE_YEAR", years.astype(np.float64)),
    ]
    return columns, ItemFeatures(Labels.of(genres), Labels.of(countries), years.astype(np.int32))


def _settings(train: Ratings) -> None:
    """NDCG@10 of each setting beside those chosen, mean over three fifths of the training part."""
    features = _features(train, [])
    splits_ = [split for seed in (1, 2, 3) if (split := ColdItems.of(train, features, seed))]
    for (module, name), values in CHOICES.items():
        for value in values:
            with patch.object(module, name, value):
                found = [split.metrics()["cold_items_ndcg_at_10"] for split in splits_]
            print(f"{name} = {value}: {np.mean(found):.4f}")


if __name__ == "__main__":
    sys.exit(main())
