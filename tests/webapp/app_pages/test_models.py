"""The page of models."""

from webapp.dashboard.figures import Figures
from webapp.warehouse.errors import StatementRefusedError

HEADINGS = [
    "Versions",
    "Drift: each day against the four weeks before it",
    "Model quality by training",
    "The gate of the newest versions",
    "What shelves have shown",
    "Models compared, with 95% intervals",
]


def test_the_page_shows_what_serves_and_figures_with_their_sql(opened, model_figures):
    app = opened("models")
    assert app.title[0].value == "Models"
    assert app.headings == HEADINGS
    assert ("small-model: in service", "Version 1") in [
        (metric.label, metric.value) for metric in app.metric
    ]
    assert any("from model_version" in code.value for code in app.code)
    assert any("from drift" in code.value for code in app.code)
    # the model was deployed without the gate
    assert [info.value for info in app.info] == ["No data of this kind is loaded."]


def test_a_challenger_stands_beside_what_serves(opened, monkeypatch):
    version = {
        "model_name": "films", "version_number": 4, "state": "Challenger", "verdict": "passed",
        "approval": "Approved", "ndcg_at_10": 0.5, "popular_ndcg_at_10": 0.4, "rmse": 0.9,
        "ratings": 1000, "created_at": "2026-03-01 12:00:00", "training_job": "job-4",
    }  # fmt: skip
    serving = version | {"version_number": 3, "state": "Serving", "training_job": "job-3"}
    answers = {"versions": [version, serving]}
    monkeypatch.setattr(Figures, "rows", lambda _, name: answers.get(name, []))
    app = opened("models")
    assert [(metric.label, metric.value) for metric in app.metric] == [
        ("films: in service", "Version 3"),
        ("films: challenger", "Version 4"),
    ]


def test_without_models_exposures_and_ratings_the_page_says_so(opened, monkeypatch):
    monkeypatch.setattr(Figures, "rows", lambda *_: [])
    app = opened("models", language="fr-FR")
    assert app.title[0].value == "Modèles"
    assert len(app.metric) == 0
    assert [info.value.partition(" ")[0] for info in app.info] == ["Aucune"] * 6


def test_what_the_apps_role_may_not_see_is_a_sentence(opened, monkeypatch, failing_with):
    monkeypatch.setattr(Figures, "rows", failing_with(StatementRefusedError("secret detail")))
    app = opened("models")
    assert app.headings == HEADINGS
    assert len(app.info) == 6
    assert "secret" not in "".join(info.value for info in app.info)
