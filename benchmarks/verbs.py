"""Rows a second of the verbs beside `recommend`: a request of a thousand rows to the program.

Films and ratings are those of ml-latest-small with what The Movies Dataset says of them, so that
items have content; once with EASE and once with ALS. Each row asks for ten items: for a known user,
like a film, by a title, and of twenty given films for somebody with twenty ratings. A request is
bytes in and bytes out, on one core, without HTTP. The goal is half of the rows of `recommend`.
"""

import json
import sys
from typing import Any

import numpy as np
from recommender.artifact.artifact import Artifact
from recommender.serve import answer
from recommender.serving.predictor import Predictor
from recommender.serving.wire import JSON
from threadpoolctl import threadpool_limits

from benchmarks import film_texts
from benchmarks.film_texts import Films
from benchmarks.goals import Figure, median_seconds, report
from benchmarks.words import model_of

ROWS, COUNT, GIVEN, GOAL = 1000, 10, 20, 0.5


def main() -> int:
    """Measure, print a table, write JSON; exit code 1 when a goal is missed."""
    films = film_texts.load()
    figures = []
    with threadpool_limits(1, "blas"):
        for ranking in ("ease", "als"):
            figures += _measured(films, model_of(films, ranking))
    return report("verbs", figures)


def _measured(films: Films, artifact: Artifact) -> list[Figure]:
    predictor, ranking = Predictor(artifact), artifact.ranker.name
    speeds = {
        name: ROWS / median_seconds(lambda: _ask(predictor, name, columns), 3)  # noqa: B023
        for name, columns in _requests(films, artifact).items()
    }
    usual = speeds.pop("recommend")
    figures = [Figure(f"{ranking}: recommend, rows a second", usual)]
    for name, speed in speeds.items():
        figures.append(Figure(f"{ranking}: {name}, rows a second", speed))
        figures.append(Figure(f"{ranking}: {name}, of recommend", speed / usual, GOAL, unit="x"))
    return figures


def _requests(films: Films, artifact: Artifact) -> dict[str, dict[str, list[Any]]]:
    random = np.random.default_rng(0)
    users = random.choice(artifact.user_ids, ROWS).tolist()
    rated = artifact.item_ids
    ratings = [dict.fromkeys(_some(random, rated), 4.0) for _ in range(ROWS)]
    counts = [COUNT] * ROWS
    return {
        "recommend": {"user_ids": users, "counts": counts},
        "similar_items": {
            "item_ids": random.choice(artifact.item_ids, ROWS).tolist(),
            "counts": counts,
        },
        "find_items": {"texts": random.choice(films.titles, ROWS).tolist(), "counts": counts},
        "rank_items": {
            "ratings": ratings,
            "item_ids": [_some(random, rated) for _ in range(ROWS)],
        },
    }


def _some(random: np.random.Generator, ids: Any) -> list[str]:
    return [str(id_) for id_ in random.choice(ids, GIVEN, replace=False)]


def _ask(predictor: Predictor, operation: str, columns: dict[str, list[Any]]) -> None:
    reply = answer(predictor, JSON, json.dumps({operation: columns}).encode())
    if reply.status != 200:
        raise SystemExit(f"{operation} was answered {reply.status}: {reply.body[:200]!r}")


if __name__ == "__main__":
    sys.exit(main())
