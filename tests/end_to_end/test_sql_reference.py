"""docs/sql-reference.md: its results are real, and it leaves out no table, view or function."""

import re
from typing import Any

import pytest

from functions.snowflake_integration import scripts
from local import sql_reference
from local.errors import LocalError

pytestmark = pytest.mark.thorough

CREATED = re.compile(
    r"create (?:or replace )?(?P<kind>external function|table|view)(?: if not exists)? "
    r"<% database %>\.<% schema %>\.(?P<name>\w+)"
)

TABLES = [name for name in scripts.object_scripts() if name.startswith("50_marts/tables/")]
#: Of a function that may be called with less, the longest.
_KNOWN = sorted(scripts.signatures(), key=lambda each: len(each.types))
CALLS = [*{each.name: each.call for each in _KNOWN}.values()]


def created() -> list[tuple[str, str]]:
    """Kind and name of what the scripts make in the schema of the marts."""
    return [
        (match["kind"], match["name"])
        for script in scripts.object_scripts()
        for match in CREATED.finditer(scripts.text(script))
    ]


@pytest.mark.parametrize(("kind", "name"), created())
def test_everything_is_described(kind: str, name: str) -> None:
    document = sql_reference.DOCUMENT.read_text()
    beginning = {
        "external function": f"### {name}(",  # its arguments: below
        "view": f"### {name}\n",
        "table": f"| {name} |",
    }[kind]
    assert beginning in document


@pytest.mark.parametrize("call", CALLS)
def test_functions_have_the_arguments_of_their_files(call: str) -> None:
    assert f"\n### {call}\n" in sql_reference.DOCUMENT.read_text()
    assert f"`{call}`" in (sql_reference.DOCUMENT.parents[1] / "README.md").read_text()


def test_columns_of_tables_are_those_of_the_scripts() -> None:
    document = sql_reference.DOCUMENT.read_text()
    for script in TABLES:
        table = re.search(r"\.(\w+) \(\n(.*?)\n\);", scripts.text(script), re.DOTALL)
        assert table is not None
        columns = re.findall(r"^    (?!primary|foreign)(\w+) ", table[2], re.MULTILINE)
        row = next(line for line in document.splitlines() if line.startswith(f"| {table[1]} |"))
        assert row.endswith(f"| {', '.join(columns)} |"), table[1]


def test_headings_of_functions_are_made_from_their_files() -> None:
    document = "## Functions\n\n### recommend(old, arguments)\n\n### a_view\n"
    assert sql_reference.with_signatures(document) == document.replace(
        "old, arguments", "model_name, user_id, n"
    )


@pytest.mark.parametrize(
    ("order", "is_total"),
    [
        ("", False),
        ("order by x", False),
        ("order by x desc, y", True),
        ("order by y limit 2", True),
    ],
)
def test_an_example_whose_rows_tie_is_refused(analyst: Any, order: str, is_total: bool) -> None:
    rows = "select column1 as x, column2 as y from values (1, 2), (1, 3), (2, 4)"
    document = f"```sql\n{rows} {order};\n```\n\n```text\n```"
    if is_total:
        assert "x  y\n-  -\n" in sql_reference.rewritten(document, analyst.session)
    else:
        with pytest.raises(LocalError, match="Rows of this example tie"):
            sql_reference.rewritten(document, analyst.session)


def test_the_results_are_those_of_today(
    request: pytest.FixtureRequest, analyst: Any, keeper: Any
) -> None:
    if request.config.getoption("--cloud"):
        pytest.skip("loads the demo's data in place of those that are there")
    sql_reference.prepare(keeper.session, analyst.session)
    document = sql_reference.DOCUMENT.read_text()
    assert sql_reference.rewritten(document, analyst.session) == document, (
        "docs/sql-reference.md is out of date: run `python -m local.sql_reference` beside a stack"
    )
