"""The product's SQL scripts on the local warehouse: each runs twice, then the teardown, twice."""

import pytest

from functions.snowflake_integration.sql_script import render, statements
from local.product_sql import SCRIPTS_DIR, VALUES

FIRST_TO_LAST = sorted(SCRIPTS_DIR.glob("*.sql"))


@pytest.fixture
def product(tmp_path, serving, remote):
    with serving(tmp_path, remote) as server:
        yield server


def run(client, path):
    done = [client.rows(s) for s in statements(render(path.read_text(), VALUES))]
    assert done, f"{path.name} holds no statement"


def test_every_script_runs_twice(product, remote):
    admin = product.connect(database=None)
    assert len(FIRST_TO_LAST) >= 8
    for path in FIRST_TO_LAST:
        if not path.name.startswith("99_"):
            run(admin, path)
            run(admin, path)
    for path in FIRST_TO_LAST[:-1]:
        run(admin, path)
    functions = {row["name"] for row in admin.records("show external functions in account")}
    assert "TRAIN_AND_GET_RECOMMENDATIONS" in functions
    assert len(functions) == 9
    analyst = product.connect(database=VALUES["database"], schema=VALUES["schema"])
    remote.value = lambda arguments: {"arguments": arguments}
    assert analyst.value("select list_models():arguments::varchar") == "[]"
    granted = {
        row["name"].split(".")[-1].partition("(")[0]
        for role in ("operator_role", "analyst_role")
        for row in admin.records(f"show grants to role {VALUES[role]}")
        if row["granted_on"] == "FUNCTION"
    }
    assert granted == functions
    for _ in range(2):
        run(admin, FIRST_TO_LAST[-1])
    assert admin.records("show external functions in account") == []
    assert analyst.rows("select * from film") == []
