"""Nights of judgements on MovieLens 100K: what the gate says of models as good, and of worse ones.

Run as `python -m benchmarks.gate`; it takes a quarter of an hour. Each night the new ratings of a
day, or of a week, compare a candidate with the champion of the night before. There are three: the
champion's own options; ALS in place of EASE, which is as good; the most popular items, which are
worse. For the last two: the share of nights on which each way to use the figure and its interval
would let them pass.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from recommender.artifact.artifact import Artifact
from recommender.data.features import Features
from recommender.data.ratings import Ratings
from recommender.evaluation.judgement import Judgement
from recommender.snowflake_io.table_name import TableName
from recommender.training.fit import TrainingResult, fit_models
from recommender.training.hyperparameters import Hyperparameters
from recommender.training.option_table import parse_options
from recommender.training.trained_artifact import artifact_of

from benchmarks.goals import Figure, report
from benchmarks.made_ratings import movielens_100k

#: As `registry` has them by default.
_TOLERANCE, _LEAST = 0.02, 200
#: Share of the ratings before the first night.
_BEFORE = 0.2
_TABLE = TableName("A", "B", "C")


@dataclass(frozen=True)
class Night:
    """Figures of one night's judgements, by candidate."""

    same: dict[str, float]
    als: dict[str, float]
    popular: dict[str, float]


def main() -> int:
    """Measure, print a table, write JSON."""
    ratings, _ = movielens_100k()
    figures = []
    for days, name in ((1, "a day"), (7, "a week")):
        nights = list(_nights(ratings, np.timedelta64(days, "D")))
        figures += [Figure(f"{name}: {what}", value) for what, value in _summary(nights).items()]
    return report("gate", figures)


def _nights(ratings: Ratings, step: np.timedelta64) -> Iterator[Night]:
    times = np.sort(ratings.times)
    for cut in np.arange(times[int(_BEFORE * len(times))], times[-1], step):
        table = ratings.select(ratings.times <= cut + step).by_themselves()
        champion = _model(table.select(table.times <= cut).by_themselves())
        judgement = Judgement(champion, table, cut)
        if judgement.is_possible(_LEAST):
            yield Night(
                *(
                    judgement.figures(_model(judgement.old, **options))
                    for options in ({}, {"ranking": "als"}, {"ranking": "popularity"})
                )
            )


def _model(ratings: Ratings, **options: str) -> Artifact:
    order = Hyperparameters(
        input_table=_TABLE,
        output_table=_TABLE,
        item_features_table=None,
        user_features_table=None,
        run_table=None,
        artifact_uri="",
        threshold=None,
        options=parse_options(options),
    )
    features = Features.none(len(ratings.user_ids), len(ratings.item_ids))
    result = TrainingResult(fit_models(ratings, features, order.options), metrics={})
    return artifact_of(order, ratings, features, result, training_job="")


def _summary(nights: list[Night]) -> dict[str, float]:
    same = [night.same for night in nights]
    found = {
        "nights with enough new ratings": float(len(nights)),
        "users, in the middle": float(np.median([each["evaluated_users"] for each in same])),
        "nights on which unchanged options differ": float(
            sum(each["ndcg_at_10"] != each["champion_ndcg_at_10"] for each in same)
        ),
        "share above most popular": _share(same, "popular_ndcg_at_10"),
        "share above popular of late": _share(same, "recently_popular_ndcg_at_10"),
    }
    for name, candidates in (
        ("ALS", [night.als for night in nights]),
        ("popularity", [night.popular for night in nights]),
    ):
        for rule, passes in _RULES.items():
            found[f"{name} passes by {rule}"] = float(np.mean([*map(passes, candidates)]))
    return found


def _share(figures: list[dict[str, float]], baseline: str) -> float:
    return float(np.mean([each["champion_ndcg_at_10"] > each[baseline] for each in figures]))


def _limit(figures: dict[str, float]) -> float:
    return -_TOLERANCE * figures["champion_ndcg_at_10"]


def _distance(figures: dict[str, float]) -> float:
    return figures["ndcg_at_10"] - figures["champion_ndcg_at_10"]


_RULES = {
    "the figure": lambda figures: _distance(figures) >= _limit(figures),
    "the interval's high end": lambda figures: figures["ndcg_difference_high"] >= _limit(figures),
    "the interval's low end": lambda figures: figures["ndcg_difference_low"] >= _limit(figures),
}


if __name__ == "__main__":
    sys.exit(main())
