"""The product's SQL scripts on the local warehouse: each runs twice, then the teardown, twice."""

import pytest

from functions.routes import ROUTES
from functions.snowflake_integration import scripts
from local.product_sql import VALUES

SETUP = scripts.setup_scripts()
TEARDOWN = [scripts.DROP_FUNCTIONS, scripts.DROP_INTEGRATION, scripts.DROP_DATABASE]


@pytest.fixture
def product(tmp_path, serving, remote):
    with serving(tmp_path, remote) as server:
        yield server


def run(client, script):
    done = [client.rows(statement) for statement in scripts.rendered(script, VALUES)]
    assert done, f"{script} holds no statement"


def test_every_script_runs_twice(product, remote):
    admin = product.connect(database=None)
    assert len(SETUP) >= 80
    for script in SETUP:
        run(admin, script)
        run(admin, script)
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
    for script in [*SETUP, *TEARDOWN, *SETUP, *TEARDOWN, *TEARDOWN]:
        run(admin, script)
    assert shown(admin) == []
    assert admin.records("show integrations like 'snowreel%'") == []


def shown(admin):
    return admin.records("show external functions in account")
