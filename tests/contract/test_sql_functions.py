"""The routes of the API against the SQL that creates the external functions."""

import re

import pytest

from functions.batch_contract import rows
from functions.routes import ROUTES
from functions.snowflake_integration import scripts

API_URL = "https://api.example/v1"
VALUES = {
    "database": "db",
    "schema": "s",
    "api_integration": "snowreel",
    "api_url": API_URL,
    "operator_role": "operator",
    "analyst_role": "analyst",
}
CREATE = re.compile(
    r"create or replace external function db\.s\.(?P<name>\w+)\((?P<arguments>[^)]*)\)\s*"
    r"returns (?P<returns>\w+)\s(?P<options>.*)as '(?P<url>[^']+)'",
    re.DOTALL,
)


@pytest.fixture(scope="module")
def functions() -> dict[str, list[re.Match[str]]]:
    """SQL functions by name, those with fewer arguments first."""
    files = [name for name in scripts.object_scripts() if name.startswith("60_functions/")]
    statements = [statement for name in files for statement in scripts.rendered(name, VALUES)]
    found = [CREATE.fullmatch(statement) for statement in statements]
    overloads: dict[str, list[re.Match[str]]] = {}
    for match in sorted(filter(None, found), key=lambda match: len(match["arguments"])):
        overloads.setdefault(match["name"], []).append(match)
    return overloads


def test_every_route_is_a_function_and_every_function_a_route(functions):
    assert set(functions) == {route.sql_function for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.sql_function)
def test_function_and_route_agree(functions, route):
    assert len(functions[route.sql_function]) == 1 + route.optional
    for left_out, function in enumerate(reversed(functions[route.sql_function])):
        assert function["url"] == API_URL + route.path
        assert function["returns"].upper() == route.returns
        declared = [a.split()[0] for a in function["arguments"].split(",") if a.strip()]
        assert (*declared, *route.argument_names[len(declared) :]) == route.argument_names
        assert len(declared) == len(route.arguments) - left_out
        most = re.search(r"max_batch_rows = (\d+)", function["options"])
        assert most is not None
        assert int(most[1]) == rows.of_batch(route), "the SQL and the computed rows a batch differ"
        assert "volatile" in function["options"]


@pytest.mark.parametrize("name", ["train_and_get_recommendations", "start_training"])
def test_functions_that_resolve_names_get_the_callers_context(functions, name):
    assert "context_headers = (current_database, current_schema)" in functions[name][0]["options"]
