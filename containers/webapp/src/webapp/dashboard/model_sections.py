"""Sections of the page of models: versions, gate, trainings, drift, exposures, differences."""

from functools import partial

from webapp.dashboard import charts, model_charts
from webapp.dashboard.sections import Section

VERSIONS = Section(
    "versions",
    (
        "model_name",
        "version_number",
        "state",
        "verdict",
        "approval",
        "ndcg_at_10",
        "popular_ndcg_at_10",
        "rmse",
        "ratings",
        "created_at",
        "training_job",
    ),
)
DRIFT = Section(
    "drift",
    (
        "day",
        "subject",
        "value",
        "drift_limit",
        "is_drift",
        "figure",
        "baseline_figure",
        "count_used",
        "baseline_count_used",
    ),
    model_charts.drift,
    states=("drift.within", "drift.beyond"),
)
#: These go beside each other.
MODEL_SECTIONS = (
    Section(
        "model_runs",
        (
            "finished_at",
            "ndcg_at_10",
            "popular_ndcg_at_10",
            "recall_at_10",
            "coverage",
            "rmse",
            "mae",
            "ratings",
            "algorithm",
            "ranking",
            "training_job",
        ),
        partial(
            model_charts.lines, time="finished_at", values=("ndcg_at_10", "popular_ndcg_at_10")
        ),
    ),
    Section(
        "gate_rules",
        (
            "model_name",
            "version_number",
            "rule",
            "figure",
            "bound",
            "rule_limit",
            "is_passed",
        ),
    ),
    Section(
        "exposures_by_shelf",
        (
            "shelf",
            "exposures",
            "viewers",
            "films",
            "shown",
            "click_through",
            "rating_through",
        ),
        partial(charts.bars, category="shelf", value="exposures"),
    ),
    Section(
        "model_differences",
        (
            "comparison",
            "shelf",
            "measure",
            "model",
            "other_model",
            "difference",
            "difference_low",
            "difference_high",
            "is_certain",
            "rate",
            "other_rate",
            "shown",
            "other_shown",
        ),
        partial(
            model_charts.intervals,
            category="comparison",
            value="difference",
            ends=("difference_low", "difference_high"),
        ),
    ),
)
