"""The product's SQL scripts on the local warehouse: each runs twice, then the teardown, twice."""

import gzip
import json
from contextlib import closing
from dataclasses import replace

import pytest
import snowflake.connector
from snowflake.connector import DictCursor
from snowflake_local.engine.warehouse import Warehouse
from snowflake_local.http.server import application
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from functions.routes import ROUTES
from functions.snowflake_integration import scripts
from local import connection
from local.product_sql import VALUES
from local.warehouse_settings import settings_of

pytestmark = pytest.mark.thorough

SETUP = scripts.setup_scripts()
TEARDOWN = [scripts.DROP_FUNCTIONS, scripts.DROP_INTEGRATION, scripts.DROP_DATABASE]


async def echo(request):
    """Answer each row with its own arguments, as the API of the product would be asked."""
    rows = json.loads(gzip.decompress(await request.body()))["data"]
    return JSONResponse({"data": [[row[0], {"arguments": row[1:]}] for row in rows]})


def keys(_):
    """STS's answer; nobody checks what is signed with them."""
    return Response(
        "<Credentials><AccessKeyId>AKIA</AccessKeyId><SecretAccessKey>any</SecretAccessKey>"
        "<SessionToken>any</SessionToken></Credentials>"
    )


class Admin:
    """A session of an administrator."""

    def __init__(self, session):
        self.session = session

    def rows(self, statement):
        return self.session.cursor().execute(statement).fetchall()

    def records(self, statement):
        return self.session.cursor(DictCursor).execute(statement).fetchall()


@pytest.fixture
def admin(tmp_path, served, new_stack):
    api = Route("/v1/{path:path}", echo, methods=["POST"])
    cloud = Starlette(routes=[api, Route("/", keys, methods=["POST"])])
    with served(cloud) as cloud_port:
        stack = new_stack(tmp_path, gateway_port=cloud_port, aws_port=cloud_port)
        warehouse = Warehouse(settings_of(stack))
        try:
            with served(application(warehouse)) as port:
                described = replace(stack, warehouse_port=port)
                arguments = connection.administrator_arguments(described)
                del arguments["database"], arguments["schema"]
                with closing(snowflake.connector.connect(**arguments)) as session:
                    yield Admin(session)
        finally:
            warehouse.close()


def run(admin, script):
    done = [admin.rows(statement) for statement in scripts.rendered(script, VALUES)]
    assert done, f"{script} holds no statement"


def test_every_script_runs_twice(admin):
    assert len(SETUP) >= 80
    for script in SETUP:
        run(admin, script)
        run(admin, script)
    functions = {row["name"].lower() for row in shown(admin)}
    assert functions == {route.sql_function for route in ROUTES}
    admin.rows(f"use schema {VALUES['database']}.{VALUES['schema']}")
    assert admin.rows("select list_models():arguments::varchar") == [("[]",)]
    granted = {
        row["name"].split(".")[-1].partition("(")[0].lower()
        for role in ("operator_role", "analyst_role")
        for row in admin.records(f"show grants to role {VALUES[role]}")
        if row["granted_on"] == "FUNCTION"
    }
    assert granted == functions


def test_the_teardown_runs_twice(admin):
    for script in [*SETUP, *TEARDOWN, *SETUP, *TEARDOWN, *TEARDOWN]:
        run(admin, script)
    assert shown(admin) == []
    assert admin.records("show integrations like 'snowreel%'") == []


def shown(admin):
    return admin.records("show external functions in account")
