"""docs/comparison.md: each statement that it shows for this project is one that there is."""

import json
import re
from pathlib import Path

import pytest

from functions.routes import ROUTES

ROOT = Path(__file__).parents[1]
ROWS = [
    line.split(" | ")
    for line in (ROOT / "docs" / "comparison.md").read_text().splitlines()
    if line.startswith("| ") and "`" in line
]
FUNCTIONS = {route.sql_function: route for route in ROUTES}
VIEWS = {path.stem for path in (ROOT / "snowflake" / "sql" / "50_marts" / "views").glob("*.sql")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].removeprefix("| "))
def test_the_statement_of_a_row_is_there(row):
    (shown,) = re.findall(r"`([^`]+)`", row[1])[:1]
    if called := re.fullmatch(r"select (\w+)\((.*)\)", shown):
        most = len(FUNCTIONS[called[1]].arguments)
        given = len(re.findall(r"[^,{]+(?:\{.*?\})?", called[2].replace("{}", "x")))
        assert most - FUNCTIONS[called[1]].optional <= given <= most
    elif view := re.match(r"select \* from (\w+)", shown):
        assert view[1] in VIEWS
    elif shown.startswith("make "):
        assert f"\n{shown.removeprefix('make ')}:" in (ROOT / "Makefile").read_text()
    else:
        dev = json.loads((ROOT / "cdk.json").read_text())["context"]["environments"]["dev"]
        assert shown.partition(".")[0] in dev
