"""The gate in front of promotions: a candidate's figures against limits, each rule by itself.

Where a judgement of the candidate beside the champion has enough new ratings, both models' figures
are those on these ratings, which neither has seen. Else they are the ones that each training
recorded, on ratings held back from the very table that it was trained on. In either case the figure
decides; the interval of its difference to the champion's is shown and says how sure that is
(docs/decisions/0026-a-figure-decides-and-its-interval-is-shown.md).
"""

from collections.abc import Iterator

from functions.comparison import Comparison, Figures
from functions.gate_rule import Bound, Rule
from functions.job_metrics import score
from functions.settings import DeploySettings

#: Lists that a candidate must beat, by the figure of theirs.
_BASELINES = {
    "better_than_most_popular": "popular_ndcg_at_10",
    "better_than_recently_popular": "recently_popular_ndcg_at_10",
}


def rules_for(
    candidate: Figures,
    champion: Figures | None,
    settings: DeploySettings,
    judgement: Figures | None = None,
) -> list[Rule]:
    """The rules for a candidate.

    Args:
        candidate: Metrics of its training.
        champion: Metrics of the training whose model serves; None: none does.
        settings: Tolerance and limits.
        judgement: Figures of the judgement of both; None: there is none.
    """
    known, found = champion or {}, judgement or {}
    comparison = Comparison.of(candidate, known, found, settings.least_new_ratings)
    return [
        *_of_lists(comparison, settings),
        *_of_rows(candidate, settings),
        *_beside(comparison, settings),
        *_of_size(candidate, known, settings),
        *_of_judgement(found, settings),
    ]


def _of_lists(comparison: Comparison, settings: DeploySettings) -> Iterator[Rule]:
    figures = {"popular_ndcg_at_10": 0.0, **comparison.candidate}
    for name, baseline in _BASELINES.items():
        if baseline in figures:
            bound, limit = _beyond(comparison, figures[baseline], settings)
            yield Rule(
                name=name,
                figure=_figure(figures, "ndcg_at_10"),
                bound=bound,
                limit=score(limit),
                ratings=comparison.ratings,
            )


def _beyond(
    comparison: Comparison, baseline: float, settings: DeploySettings
) -> tuple[Bound, float]:
    """Bound and limit of lists that a candidate must beat.

    On some days whole catalogues are seen by the week, and no model beats that, what serves
    included: to refuse the candidate then would keep one that is no better, and older. On such new
    ratings it must be as good as what serves. Held-out ratings are drawn from all times.
    """
    serving = comparison.champion.get("ndcg_at_10")
    if comparison.ratings == "held-out" or serving is None or serving > baseline:
        return "above", baseline
    return "at least", serving * (1 - settings.tolerance_percent / 100)


def _of_rows(candidate: Figures, settings: DeploySettings) -> Iterator[Rule]:
    if "rmse" not in candidate:
        return  # trained on a table without ratings: its events of a pair are added up
    repeated = candidate.get("duplicates", 0.0)
    if rows := candidate.get("ratings", 0.0) + repeated:
        yield Rule(
            name="repeated_ratings",
            figure=score(repeated / rows),
            bound="at most",
            limit=settings.most_repeated_percent / 100,
        )


def _beside(comparison: Comparison, settings: DeploySettings) -> Iterator[Rule]:
    tolerance = settings.tolerance_percent / 100
    limits: dict[str, tuple[str, Bound, float]] = {
        "ranking": ("ndcg_at_10", "at least", 1 - tolerance),
        "estimates": ("rmse", "at most", 1 + tolerance),
    }
    for name, (metric, bound, share) in limits.items():
        if metric in comparison.champion:
            yield Rule(
                name=name,
                figure=_figure(comparison.candidate, metric),
                bound=bound,
                limit=score(comparison.champion[metric] * share),
                ratings=comparison.ratings,
                difference=comparison.differences.get(metric),
            )


def _of_size(candidate: Figures, champion: Figures, settings: DeploySettings) -> Iterator[Rule]:
    if "ratings" in champion:
        yield Rule(
            name="number_of_ratings",
            figure=_figure(candidate, "ratings"),
            bound="at least",
            limit=score(champion["ratings"] * settings.least_ratings_percent / 100),
        )


def _of_judgement(judgement: Figures, settings: DeploySettings) -> Iterator[Rule]:
    """Rules of the candidate's own artifact, however few ratings are new."""
    limits = {
        "rating_scale": ("scale_shift", settings.most_shifted_percent / 100),
        "smoke": ("smoke_failures", 0.0),
    }
    for name, (figure, limit) in limits.items():
        if figure in judgement:
            yield Rule(name=name, figure=_figure(judgement, figure), bound="at most", limit=limit)


def _figure(metrics: Figures, name: str) -> float | None:
    return score(metrics[name]) if name in metrics else None
