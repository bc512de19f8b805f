"""Sections of the dashboard: their statements answer, their charts describe themselves."""

from webapp.base.cache import Cache
from webapp.base.translation import translation
from webapp.dashboard.figures import Figures
from webapp.dashboard.sections import SECTIONS
from webapp.warehouse.errors import WarehouseAwayError


def test_every_section_has_a_statement_and_a_chart_that_describes_itself(warehouse):
    figures = Figures(warehouse, Cache(WarehouseAwayError))
    t = translation("fr")
    for section in SECTIONS:
        rows = figures.rows(section.name)
        frame = section.frame(rows, t)
        assert list(frame.columns) == list(section.columns)
        chart = section.drawn(frame, t)
        if chart is not None:
            document = chart.to_dict()
            assert document["description"] == t(f"data.{section.name}")
            assert len(document["encoding"]["tooltip"]) == len(section.columns)
    assert figures.rows("totals")[0]["films"] == 40
