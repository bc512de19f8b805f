"""Figures of models as readers see them."""

from typing import Any

import pandas as pd
import pytest
from webapp.base.translation import Translation, sentences, translation
from webapp.dashboard.model_sections import DRIFT, MODEL_SECTIONS, VERSIONS
from webapp.dashboard.sections import Section

SECTIONS = {section.name: section for section in (*MODEL_SECTIONS, DRIFT, VERSIONS)}


def document_of(section: Section, rows: list[Any], t: Translation) -> dict[str, Any]:
    chart = section.drawn(section.frame(rows, t), t)
    assert chart is not None
    return chart.to_dict()


def drift(**values):
    row = {
        "day": "2026-03-01", "subject": "ratings", "metric": "JENSEN_SHANNON", "value": 0.2,
        "drift_limit": 0.05, "is_drift": True, "figure": None, "baseline_figure": None,
        "count_used": 180, "baseline_count_used": 5040,
    }  # fmt: skip
    return row | values


def test_names_are_in_the_readers_language_and_unknown_ones_stay():
    version = dict.fromkeys(VERSIONS.columns) | {
        "model_name": "films", "version_number": 2, "verdict": "passed", "approval": "Approved",
        "ndcg_at_10": 0.45678, "created_at": "2026-03-01 12:00:00",
    }  # fmt: skip
    rows: list[Any] = [version | {"state": state} for state in ("Serving", "Challenger", "Shadow")]
    frame = VERSIONS.frame(rows, translation("fr"))
    assert list(frame["state"]) == ["en service", "prétendant", "Shadow"]
    assert list(frame["verdict"]) == ["admise"] * 3
    assert frame["ndcg_at_10"][0] == 0.457
    assert frame["created_at"][0] == pd.Timestamp("2026-03-01 12:00:00")


def test_drift_is_a_cross_of_its_own_colour_and_a_day_within_the_limit_a_dot():
    rows = [
        drift(),
        drift(metric="DIFFERENCE_OF_MEANS", value=-0.01, drift_limit=0.1, is_drift=False),
        drift(subject="new_users", metric="DIFFERENCE_OF_MEANS", value=0.0, drift_limit=0.0,
              is_drift=False),
    ]  # fmt: skip
    t = translation("en")
    frame = DRIFT.frame(rows, t)
    assert list(frame["subject"]) == ["Ratings: Jensen-Shannon", "Ratings: mean", "New users"]
    assert list(frame["is_drift"]) == ["beyond the limit", "within the limit", "within the limit"]
    document = document_of(DRIFT, rows, t)
    shape = document["encoding"]["shape"]["scale"]
    assert dict(zip(shape["domain"], shape["range"], strict=True)) == {
        "within the limit": "circle",
        "beyond the limit": "cross",
    }
    (values,) = document["datasets"].values()
    assert [round(value["nearness"], 3) for value in values] == [2.0, 0.1, 0.0]


def test_figures_over_time_have_a_line_each():
    row = dict.fromkeys(SECTIONS["model_runs"].columns) | {
        "finished_at": "2026-03-01 12:00:00", "ndcg_at_10": 0.4, "popular_ndcg_at_10": 0.3,
    }  # fmt: skip
    rows = [row, row | {"finished_at": "2026-03-02 12:00:00", "popular_ndcg_at_10": None}]
    t = translation("fr")
    (values,) = document_of(SECTIONS["model_runs"], rows, t)["datasets"].values()
    assert [(value["series"], value["figure"]) for value in values] == [
        ("NDCG@10 des listes", 0.4),
        ("NDCG@10 des listes", 0.4),
        ("NDCG@10 des plus populaires", 0.3),
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_comparisons_label_has_two_lines(language):
    """The chart divides it at the colon."""
    sentence = sentences(language)["models.comparison"]
    assert isinstance(sentence, str)
    where, models = sentence.split(": ")
    assert "{shelf}" in where
    assert "{other}" in models


def test_a_comparison_names_shelf_measure_and_both_models():
    row = {
        "comparison": "for_you", "shelf": "for_you", "measure": "click_through",
        "model": "films abc123", "other_model": "films def456", "difference": 0.3,
        "difference_low": 0.2, "difference_high": 0.4, "is_certain": True, "rate": 0.5,
        "other_rate": 0.2, "shown": 200, "other_shown": 200,
    }  # fmt: skip
    frame = SECTIONS["model_differences"].frame([row], translation("en"))
    assert frame["comparison"][0] == "Picked for you, clicked: films abc123 against films def456"
    assert frame["is_certain"][0] == "yes"
