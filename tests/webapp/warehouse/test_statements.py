"""Statements as files, each run by the query function of its name."""

import importlib
from importlib import resources
from pathlib import Path

import pytest
import webapp
from webapp.dashboard.model_sections import DRIFT, MODEL_SECTIONS, VERSIONS
from webapp.dashboard.sections import SECTIONS
from webapp.films import queries
from webapp.taste import queries as taste_queries
from webapp.warehouse.statements import statement


class Recorder:
    """Records statements and their values instead of running them."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.ran = []

    def rows(self, text, *values):
        self.ran.append((text, values))
        return [{"film_id": answer} for answer in self.answers]

    def change(self, text, *values):
        self.ran.append((text, values))
        return 1


def names_in(room):
    folder = resources.files(f"webapp.{room}").joinpath("sql")
    return {file.name.removesuffix(".sql") for file in folder.iterdir()}


def test_a_query_binds_its_values_to_the_statement_of_its_name():
    recorder = Recorder("1", "2")
    assert queries.best_of_genre(recorder, "War") == ["1", "2"]
    assert recorder.ran == [(statement("webapp.films", "best_of_genre"), ("War",))]


def test_a_change_binds_its_values_to_the_statement_of_its_name():
    recorder = Recorder()
    taste_queries.remove_rating(recorder, "viewer", film_id="1")
    assert recorder.ran == [(statement("webapp.taste", "remove_rating"), ("viewer", "1", "1"))]


@pytest.mark.parametrize("room", ["accounts", "exposures", "films", "recommendations", "taste"])
def test_every_statement_is_run_by_a_query_function(room):
    module = importlib.import_module(f"webapp.{room}.queries")
    assert {name for name in names_in(room) if hasattr(module, name)} == names_in(room)


def test_every_statement_of_figures_is_shown_by_a_section_or_a_page():
    source = "".join(path.read_text() for path in Path(webapp.__file__).parent.rglob("*.py"))
    names = names_in("dashboard")
    assert {section.name for section in (*SECTIONS, *MODEL_SECTIONS, DRIFT, VERSIONS)} <= names
    assert {name for name in names if f'"{name}"' in source} == names
