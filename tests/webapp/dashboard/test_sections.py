"""Sections of the dashboard: their statements answer, their charts describe themselves."""

import pytest
from webapp.base.cache import Cache
from webapp.base.translation import translation
from webapp.dashboard.figures import Figures
from webapp.dashboard.model_sections import DRIFT, MODEL_SECTIONS, VERSIONS
from webapp.dashboard.sections import SECTIONS
from webapp.warehouse.errors import WarehouseAwayError


@pytest.mark.parametrize(
    "section", [*SECTIONS, *MODEL_SECTIONS, DRIFT, VERSIONS], ids=lambda section: section.name
)
def test_every_section_has_a_statement_and_a_chart_that_describes_itself(
    warehouse, model_figures, section
):
    figures = Figures(warehouse, Cache(WarehouseAwayError))
    t = translation("fr")
    rows = figures.rows(section.name)
    frame = section.frame(rows, t)
    assert list(frame.columns) == list(section.columns)
    assert len(set(section.titles(t).values())) == len(section.columns)
    chart = section.drawn(frame, t)
    if chart is not None:
        document = chart.to_dict()
        assert document["description"] == t(f"data.{section.name}")
        encoding = document.get("encoding") or document["layer"][0]["encoding"]
        assert len(encoding["tooltip"]) == len(section.columns)


def test_the_database_has_films(warehouse):
    figures = Figures(warehouse, Cache(WarehouseAwayError))
    assert figures.rows("totals")[0]["films"] == 40
