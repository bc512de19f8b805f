"""The dashboard."""


def test_the_dashboard_shows_charts_their_figures_and_sql(opened):
    app = opened("dashboard", language="fr-FR")
    assert app.title[0].value == "Données"
    assert [metric.value for metric in app.metric][:1] == ["40"]
    assert "Films par genre" in app.headings
    assert any("from films_by_genre" in code.value for code in app.code)
    assert len(app.download_button) >= 4
