"""The tables of docs/recommendations.md are those that the code makes."""

import json
import re
from pathlib import Path

import pytest
from recommender.ranking.registry import RANKERS
from recommender.training.option_table import OPTIONS

from benchmarks import published
from benchmarks.goals import Figure

DOCUMENT = Path("docs/recommendations.md").read_text(encoding="utf-8")


FIGURES = [
    "quality",
    "learning_speed",
    "list_speed",
    "load_lists",
    "job_speed",
    "groups",
    "cold_items",
    "words",
    "verbs",
]


@pytest.fixture
def results(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(published, "RESULTS", tmp_path)
    return tmp_path


def test_the_options_are_those_of_the_code(results):
    assert published.renewed(DOCUMENT) == DOCUMENT, "run `make figures`"
    assert published.options().count("\n|") == len(OPTIONS) + 2
    assert published.rankings().count("\n|") == len(RANKERS) + 2


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_published_with_what_made_them(name):
    (block,) = re.findall(rf"<!-- table: {name} -->\n(.*?)<!-- end -->", DOCUMENT, re.DOTALL)
    assert f"`python -m benchmarks.{name}`, 20" in block
    assert block.count("\n|") > 3


def test_a_missed_goal_is_not_hidden(results):
    figure = Figure("speed", 9.0, 10.0, unit="x", note="1 s against 9 s")
    document = {"date": "2026-01-02", "machine": "a, 2 cores", "load_average": 0.5}
    (results / "quality.json").write_text(json.dumps(document | {"figures": [vars(figure)]}))
    assert "| speed | 9 x | at least 10 | **missed** 1 s against 9 s |" in published.renewed(
        DOCUMENT
    )
