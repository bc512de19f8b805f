"""External functions and API integrations as objects: created, shown, altered, dropped."""

import pytest
from snowflake.connector.errors import ProgrammingError

API = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"

INTEGRATION = (
    "api_provider = aws_api_gateway api_aws_role_arn = 'arn:aws:iam::123456789012:role/caller' "
    f"api_allowed_prefixes = ('{API}/') enabled = true"
)


def described(client, name):
    return {
        row["property"]: row["property_value"] for row in client.records(f"desc integration {name}")
    }


def test_an_integration_describes_its_trust_and_keeps_it_until_replaced(client):
    client.run(f"create or replace api integration keep {INTEGRATION} comment = 'it''s'")
    first = described(client, "keep")
    assert first["API_AWS_IAM_USER_ARN"].startswith("arn:aws:iam::")
    assert first["API_AWS_EXTERNAL_ID"]
    assert first["ENABLED"] == "true"
    assert first["API_ALLOWED_PREFIXES"] == f"{API}/"
    client.run(f"create api integration if not exists keep {INTEGRATION}")
    client.run("alter api integration keep set enabled = false comment = 'off'")
    altered = described(client, "keep")
    assert altered["ENABLED"] == "false"
    assert altered["API_AWS_EXTERNAL_ID"] == first["API_AWS_EXTERNAL_ID"]
    client.run(f"create or replace api integration keep {INTEGRATION}")
    assert described(client, "keep")["API_AWS_EXTERNAL_ID"] != first["API_AWS_EXTERNAL_ID"]
    client.run("drop integration keep")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (f"create api integration api {INTEGRATION}", "already exists"),
        ("create api integration x enabled = true", "Missing option"),
        (f"create api integration x {INTEGRATION} api_provider = azure_api", "provider"),
        (f"create api integration x {INTEGRATION} enabled = perhaps", "Invalid value"),
        ("describe integration nowhere", "does not exist"),
        ("alter api integration nowhere set enabled = true", "does not exist"),
        ("alter api integration api unset enabled", "Cannot unset"),
        ("drop integration nowhere", "does not exist"),
    ],
)
def test_integration_faults(client, statement, said):
    with pytest.raises(ProgrammingError, match=said):
        client.run(statement)


def test_integrations_are_listed(client):
    names = {row["name"] for row in client.records("show api integrations like 'AP_'")}
    assert names == {"API"}
    assert client.run("drop integration if exists nowhere")
    assert client.run("alter integration if exists nowhere set enabled = true")


def test_calls_need_an_enabled_integration_that_allows_the_address(client, remote):
    client.run(f"create or replace api integration mine {INTEGRATION}")
    client.run(
        f"create external function f(a varchar) returns variant api_integration = mine as '{API}/f'"
    )
    assert client.value("select f('1')") == '["1"]'
    for change, said in (
        ("set enabled = false", "is not enabled"),
        (f"set enabled = true api_blocked_prefixes = ('{API}/f')", "does not allow"),
        ("set api_blocked_prefixes = () api_allowed_prefixes = ('https://x/')", "does not allow"),
    ):
        client.run(f"alter api integration mine {change}")
        with pytest.raises(ProgrammingError, match=said):
            client.run("select f('1')")
        with pytest.raises(ProgrammingError, match=said):
            client.run(
                "create external function g(a varchar) returns variant api_integration = mine "
                f"as '{API}/f'"
            )
    client.run("drop integration mine")
    with pytest.raises(ProgrammingError, match="Integration 'MINE' does not exist"):
        client.run("select f('1')")
    assert len(remote.received) == 1


def test_a_function_describes_itself(client):
    client.run(
        "create secure external function f(user_id varchar, n number(10, 0)) returns float "
        "not null returns null on null input immutable comment = 'says it''s fine' "
        "api_integration = api headers = ('a-b' = 'c') context_headers = (current_user) "
        "max_batch_rows = 7 "
        f"compression = gzip as '{API}/f'"
    )
    properties = dict(client.rows("describe function f(varchar, number)"))
    assert properties == {
        "signature": "(USER_ID VARCHAR, N NUMBER)",
        "returns": "FLOAT NOT NULL",
        "language": "EXTERNAL",
        "null handling": "RETURNS NULL ON NULL INPUT",
        "volatility": "IMMUTABLE",
        "body": f"{API}/f",
        "headers": '{"a-b": "c"}',
        "context_headers": '["current_user"]',
        "max_batch_rows": "7",
        "compression": "GZIP",
        "api_integration": "API",
    }
    (row,) = client.records("show external functions like 'f' in schema")
    assert (row["name"], row["is_secure"], row["description"]) == ("F", "Y", "says it's fine")
    assert row["arguments"] == "F(VARCHAR, NUMBER) RETURN FLOAT"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("max_batch_rows = 0", "positive"),
        ("headers = ('a_b' = 'c')", "Invalid header name"),
        (f"headers = ('a' = '{'x' * 9000}')", "8 KB"),
        ("context_headers = (current_weather)", "CURRENT_WEATHER"),
        ("compression = zip", "COMPRESSION must be"),
        ("request_translator = x", "REQUEST_TRANSLATOR"),
        ("nonsense", "syntax error"),
    ],
)
def test_option_faults(client, options, said):
    with pytest.raises(ProgrammingError, match=said):
        client.create_function("f(a varchar) returns variant", options)


@pytest.mark.parametrize(
    ("signature", "integration", "said"),
    [
        ("f(a varchar)", "", "API_INTEGRATION"),
        ("f(a varchar)", "api_integration = nowhere", "Integration 'NOWHERE' does not exist"),
        ("f(a geography)", "api_integration = api", "Unsupported data type 'GEOGRAPHY'"),
        ("f(a)", "api_integration = api", "syntax error"),
    ],
)
def test_definition_faults(client, signature, integration, said):
    with pytest.raises(ProgrammingError, match=said):
        client.run(
            f"create external function {signature} returns variant {integration} as '{API}/f'"
        )


@pytest.mark.parametrize("statement", ["drop", "describe", "grant usage on"])
def test_functions_that_do_not_exist(client, statement):
    end = "to role public" if statement.startswith("grant") else ""
    with pytest.raises(ProgrammingError, match="does not exist"):
        client.run(f"{statement} function f(varchar) {end}")


def test_creating_twice(client):
    statement = (
        "create {} external function {} f(a varchar) returns variant api_integration = api "
        f"as '{API}/f'"
    )
    client.run(statement.format("", ""))
    with pytest.raises(ProgrammingError, match="already exists"):
        client.run(statement.format("", ""))
    assert "already exists" in client.value(statement.format("", "if not exists"))
    assert client.value(statement.format("or replace", "")) == "Function F successfully created."


def test_overloads_differ_in_number_of_arguments(client, remote):
    client.create_function("f(a varchar) returns variant")
    client.create_function("f(a varchar, b varchar) returns variant")
    assert client.value("select f('1')") == '["1"]'
    assert client.value("select f('1', '2')") == '["1","2"]'
    with pytest.raises(ProgrammingError, match="drop the other one first"):
        client.create_function("f(a number) returns variant")
    client.run("drop function f(varchar)")
    assert client.value("select f('1', '2')") == '["1","2"]'
    with pytest.raises(ProgrammingError, match="Invalid argument types"):
        client.run("select f('1')")


def test_a_dropped_function_is_unknown(client):
    client.create_function("f(a varchar) returns variant")
    assert client.value("drop function f(varchar)") == "F successfully dropped."
    with pytest.raises(ProgrammingError, match="Unknown function F"):
        client.run("select f('1')")
    assert "already dropped" in client.value("drop function if exists f(varchar)")


def test_functions_go_with_their_schema_and_database(client):
    client.run("create database other")
    client.run("create schema other.s")
    client.create_function("f(a varchar) returns variant")
    client.run("create schema other.t")
    client.create_function("g(a varchar) returns variant")
    client.run("drop schema other.s")
    shown = client.records("show functions in database other")
    assert [row["name"] for row in shown] == ["G"]
    client.run("drop database other")
    assert client.records("show functions in database other") == []
    assert client.value("select current_database()") is None


def grants_on_f(client):
    return {
        (row["privilege"], row["grantee_name"])
        for row in client.records("show grants on function f(varchar)")
    }


def test_a_replaced_function_loses_its_grants(client):
    client.create_function("f(a varchar) returns variant")
    client.run("create role if not exists reader")
    client.run("grant usage on function f(varchar) to role reader")
    owned = ("OWNERSHIP", client.value("select current_role()"))
    assert grants_on_f(client) == {("USAGE", "READER"), owned}
    client.create_function("f(a varchar) returns variant")
    assert grants_on_f(client) == {owned}


def test_grants_are_recorded_and_revoked(client):
    client.run("create role if not exists reader")
    client.run("create table t (a int)")
    schema = client.value("select current_schema()")
    client.run("grant select, insert on table t to role reader with grant option")
    client.run(f"grant select on future tables in schema films.{schema} to reader")
    client.run("grant role reader to role sysadmin")
    held = {
        (row["privilege"], row["granted_on"])
        for row in client.records("show grants to role reader")
    }
    assert {("SELECT", "TABLE"), ("INSERT", "TABLE")} < held
    assert any("FUTURE TABLES" in granted_on for _, granted_on in held)
    client.run("revoke insert on table t from role reader")
    client.run(f"revoke all privileges on table films.{schema}.t from role reader")
    left = client.records(f"show grants on table films.{schema}.t")
    assert [row["privilege"] for row in left] == ["OWNERSHIP"]
    (row,) = client.records("show grants of role reader")
    assert row["grantee_name"] == "SYSADMIN"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("grant role nobody to role sysadmin", "Role 'NOBODY' does not exist"),
        ("grant usage on schema s to role nobody", "does not exist"),
        ("grant select on table nowhere to role public", "does not exist"),
        ("grant usage on integration nowhere to role public", "does not exist"),
        ("grant usage on warehouse nowhere to role public", "does not exist"),
        ("grant select", "unexpected end"),
        ("grant select (a) on table t to role public", "columns"),
        ("drop role nobody", "does not exist"),
        ("create role sysadmin", "already exists"),
        ("alter user nobody set comment = 'x'", "does not exist"),
    ],
)
def test_access_faults(client, statement, said):
    with pytest.raises(ProgrammingError, match=said):
        client.run(statement)
