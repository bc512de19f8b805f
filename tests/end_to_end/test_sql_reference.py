"""docs/sql-reference.md: its results are real, and it leaves out no table, view or function."""

import re
from typing import Any

import pytest

from local import product_sql, sql_reference

WEB_APP = re.compile(r"0[78]_")
CREATED = re.compile(
    r"create (?:or replace )?(?P<kind>external function|table|view)(?: if not exists)? "
    r"<% database %>\.<% schema %>\.(?P<name>\w+)"
)


def created() -> list[tuple[str, str]]:
    """Kind and name of what the scripts make in the schema of the marts."""
    scripts = [path for path in product_sql.scripts() if not WEB_APP.match(path.name)]
    return [
        (match["kind"], match["name"])
        for path in scripts
        for match in CREATED.finditer(path.read_text())
    ]


@pytest.mark.parametrize(("kind", "name"), created())
def test_everything_is_described(kind: str, name: str) -> None:
    document = sql_reference.DOCUMENT.read_text()
    beginning = {
        "external function": f"### {name}(",
        "view": f"### {name}\n",
        "table": f"| {name} |",
    }[kind]
    assert beginning in document


def test_columns_of_tables_are_those_of_the_scripts() -> None:
    script = (product_sql.SCRIPTS_DIR / "02_tables.sql").read_text()
    document = sql_reference.DOCUMENT.read_text()
    for table in re.finditer(r"\.(\w+) \(\n(.*?)\n\);", script, re.DOTALL):
        columns = re.findall(r"^    (?!primary|foreign)(\w+) ", table[2], re.MULTILINE)
        row = next(line for line in document.splitlines() if line.startswith(f"| {table[1]} |"))
        assert row.endswith(f"| {', '.join(columns)} |"), table[1]


def test_the_results_are_those_of_today(request: pytest.FixtureRequest, analyst: Any) -> None:
    if request.config.getoption("--cloud"):
        pytest.skip("loads the demo's data in place of those that are there")
    sql_reference.prepare(analyst.session)
    document = sql_reference.DOCUMENT.read_text()
    assert sql_reference.rewritten(document, analyst.session) == document, (
        "docs/sql-reference.md is out of date: run `python -m local.sql_reference` beside a stack"
    )
