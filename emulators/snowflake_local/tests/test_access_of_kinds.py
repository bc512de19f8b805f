"""Each kind of statement that needs privileges, run by somebody who has none of them."""

import pytest
from snowflake_local.engine.session import SessionOptions
from snowflake_local.engine.warehouse import Warehouse
from snowflake_local.model.errors import SqlError
from snowflake_local.statements.statement_kind import Support
from snowflake_local.statements.table import STATEMENTS

CALLER = "arn:aws:iam::123456789012:role/caller"
API = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"
#: Hidden, insufficient, partial, USE, no such role, no warehouse.
REFUSED = frozenset({2003, 3001, 3011, 2043, 3013, 606})
#: Where the example of the table needs nothing, one that does.
EXAMPLES = {
    "SELECT": "select a from t",
    "USE DATABASE, SCHEMA": "use schema secret.hidden",
    "DESCRIBE TABLE, VIEW": "describe table secret.hidden.t",
    "USE ROLE": "use role sysadmin",
    "ALTER SCHEMA MANAGED ACCESS": "alter schema public enable managed access",
}
FREE = frozenset(
    {
        *("SYSTEM$ABORT_TRANSACTION", "BEGIN", "COMMIT", "ROLLBACK", "SHOW TRANSACTIONS"),
        *("USE SECONDARY ROLES", "SET", "UNSET", "ALTER SESSION SET AUTOCOMMIT", "ALTER SESSION"),
        *("SHOW INTEGRATIONS", "SHOW FUNCTIONS", "SHOW ROLES, USERS, WAREHOUSES", "SHOW GRANTS"),
        *("SHOW objects", "SHOW TASKS", "SYSTEM$SET_RETURN_VALUE"),
    }
)
SETTING = f"""
create database d; create schema d.s2; create database secret;
create schema secret.hidden; create table secret.hidden.t (a int); create database other;
create schema d.other; use schema d.public; create table t (a int);
create table other (a int); create stage s; create stage other; create warehouse w; create role r;
create role other; create role nobody; create user nobody; grant role nobody to user nobody;
create api integration i api_provider = aws_api_gateway api_aws_role_arn = '{CALLER}'
enabled = true api_allowed_prefixes = ('{API}/');
create api integration other api_provider = aws_api_gateway api_aws_role_arn = '{CALLER}'
enabled = true api_allowed_prefixes = ('{API}/');
create external function f(a varchar) returns variant api_integration = i as '{API}/f';
create external function other(a varchar) returns variant api_integration = i as '{API}/f';
grant usage on database d to role nobody; grant usage on schema d.public to role nobody;
grant usage on database other to role nobody; grant usage on schema d.s2 to role nobody;
grant references on table t to role nobody;
create task k warehouse = w as select 1
"""


@pytest.fixture(scope="module")
def nobody(tmp_path_factory, unserved):
    """A session with a role that may see the schema, a table in it, and nothing more."""
    warehouse = Warehouse(unserved(tmp_path_factory.mktemp("kinds")))
    admin = warehouse.sign_on("ADMIN", SessionOptions(role="ACCOUNTADMIN"))
    for statement in SETTING.split(";"):
        admin.cursor().execute(statement.strip())
    options = SessionOptions(role="NOBODY", database="D", schema="PUBLIC")
    yield warehouse.sign_on("NOBODY", options)
    warehouse.close()


def test_every_kind_says_what_it_needs():
    silent = {
        kind.name for kind in STATEMENTS if kind.support is not Support.REFUSED and not kind.needs
    }
    assert silent == FREE


@pytest.mark.parametrize("kind", [k for k in STATEMENTS if k.needs], ids=lambda kind: kind.name)
def test_without_its_privileges_it_is_refused(nobody, kind):
    with pytest.raises(SqlError) as raised:
        nobody.cursor().execute(EXAMPLES.get(kind.name, kind.example))
    assert raised.value.errno in REFUSED, raised.value
