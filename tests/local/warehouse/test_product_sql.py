"""The product's SQL scripts on the local warehouse: each runs twice, then the teardown, twice."""

import pytest

from functions.routes import ROUTES
from functions.snowflake_integration.sql_script import render, statements
from local.product_sql import SCRIPTS_DIR, VALUES

SCRIPTS = sorted(SCRIPTS_DIR.glob("*.sql"))
TEARDOWN = [path for path in SCRIPTS if path.name.startswith("99_")]
SETUP = [path for path in SCRIPTS if path not in TEARDOWN]


@pytest.fixture
def product(tmp_path, serving, remote):
    with serving(tmp_path, remote) as server:
        yield server


def run(client, path):
    done = [client.rows(s) for s in statements(render(path.read_text(), VALUES))]
    assert done, f"{path.name} holds no statement"


def test_every_script_runs_twice(product, remote):
    admin = product.connect(database=None)
    assert len(SETUP) >= 8
    assert TEARDOWN
    for path in SETUP:
        run(admin, path)
        run(admin, path)
    functions = {row["name"].lower() for row in shown(admin)}
    assert functions == {route.sql_function for route in ROUTES}
    remote.value = lambda arguments: {"arguments": arguments}
    analyst = product.connect(database=VALUES["database"], schema=VALUES["schema"])
    assert analyst.value("select list_models():arguments::varchar") == "[]"
    granted = {
        row["name"].split(".")[-1].partition("(")[0].lower()
        for role in ("operator_role", "analyst_role")
        for row in admin.records(f"show grants to role {VALUES[role]}")
        if row["granted_on"] == "FUNCTION"
    }
    assert granted == functions


def test_the_teardown_runs_twice(product):
    admin = product.connect(database=None)
    for path in [*SETUP, *TEARDOWN, *SETUP, *TEARDOWN, *TEARDOWN]:
        run(admin, path)
    assert shown(admin) == []
    assert admin.records("show integrations like 'snowreel%'") == []


def shown(admin):
    return admin.records("show external functions in account")
