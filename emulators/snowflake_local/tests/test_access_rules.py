"""Snowflake's rules of access, each on the statements that they are about."""

import pytest
from snowflake_local.engine.session import SessionOptions
from snowflake_local.engine.warehouse import Warehouse
from snowflake_local.model.errors import SqlError

API = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"
CALLER = "arn:aws:iam::123456789012:role/caller"
HIDDEN, INSUFFICIENT = (2003, "02000"), (3001, "42501")

# one account's life, told in the order of the tests
pytestmark = pytest.mark.random_order(disabled=True)

#: An account with an owner of data, a reader, and somebody who has nothing but a warehouse.
SETTING = """
create role maker; create role reader; create role nobody; create role other;
grant role maker to role sysadmin;
grant usage on warehouse compute_wh to role maker;
grant usage on warehouse compute_wh to role reader;
grant usage on warehouse compute_wh to role nobody;
grant usage on warehouse compute_wh to role other;
create user maker default_role = maker; grant role maker to user maker;
create user reader default_role = reader; grant role reader to user reader;
create user nobody default_role = nobody; grant role nobody to user nobody;
create user other default_role = other; grant role other to user other;
grant create database on account to role maker;
"""
DATA = """
create database d; create schema d.s with managed access; create schema d.plain;
create table d.s.t (a int); create table d.plain.t (a int);
create view d.s.v as select a from d.s.t;
grant usage on database d to role reader; grant usage on schema d.s to role reader;
"""


class People:
    """Sessions of the users of an account."""

    def __init__(self, warehouse):
        self._warehouse = warehouse
        self._sessions = {}

    def session(self, user):
        role = "ACCOUNTADMIN" if user == "ADMIN" else user
        options = SessionOptions(role=role, warehouse="COMPUTE_WH")
        if user not in self._sessions:
            self._sessions[user] = self._warehouse.sign_on(user, options)
        return self._sessions[user]

    def run(self, user, statements):
        rows = []
        for statement in filter(str.strip, statements.split(";")):
            cursor = self.session(user.upper()).cursor()
            rows = cursor.execute(statement).fetchall()
        return rows

    def refused(self, user, statement, kind, text=""):
        with pytest.raises(SqlError) as raised:
            self.run(user, statement)
        assert (raised.value.errno, raised.value.sqlstate) == kind, raised.value
        assert text in str(raised.value.raw_msg)


@pytest.fixture(scope="module")
def account(tmp_path_factory, unserved):
    warehouse = Warehouse(unserved(tmp_path_factory.mktemp("account")))
    yield warehouse
    warehouse.close()


@pytest.fixture(scope="module")
def people(account):
    people = People(account)
    people.run("admin", SETTING)
    people.run("maker", DATA)
    return people


def test_a_table_without_any_privilege_does_not_exist(people):
    people.refused(
        "reader", "select a from d.s.t", HIDDEN, "Object 'D.S.T' does not exist or not authorized."
    )
    people.refused("nobody", "select a from d.s.t", HIDDEN, "Database 'D' does not exist or not")
    people.refused("reader", "select a from d.plain.t", HIDDEN, "Schema 'D.PLAIN' does not exist")


def test_another_privilege_makes_it_visible_and_no_more(people):
    people.run("maker", "grant insert on table d.s.t to role reader")
    people.refused("reader", "select a from d.s.t", INSUFFICIENT, "operate on table 'T'")
    people.run("reader", "insert into d.s.t values (1)")
    people.refused("reader", "insert overwrite into d.s.t select 1", INSUFFICIENT)
    people.run("maker", "revoke insert on table d.s.t from role reader")
    people.refused("reader", "insert into d.s.t values (1)", HIDDEN)


def test_future_grants_need_the_owner_of_a_managed_schema_or_manage_grants(people):
    people.run("maker", "grant select on future tables in schema d.s to role reader")
    people.run("maker", "create table d.s.later (a int)")
    people.run("reader", "select a from d.s.later")
    future = "grant select on future tables in schema d.plain to role reader"
    people.refused("maker", future, INSUFFICIENT, "Insufficient privileges to operate on schema")
    people.run("admin", future)


def test_in_a_managed_schema_the_owner_of_a_table_grants_nothing(people):
    people.run(
        "maker",
        "grant usage on database d to role other; grant usage on schema d.s to role other; "
        "grant create table on schema d.s to role other; "
        "grant usage on schema d.plain to role other; "
        "grant create table on schema d.plain to role other",
    )
    people.run("other", "create table d.s.theirs (a int); create table d.plain.theirs (a int)")
    grant = "grant select on table d.{}.theirs to role nobody"
    people.refused("other", grant.format("s"), INSUFFICIENT)
    people.run("other", grant.format("plain"))
    people.run("maker", grant.format("s"))
    people.refused("maker", grant.format("plain"), HIDDEN)


def test_all_tables_are_granted_by_whoever_may_grant_each(people):
    people.run("maker", "grant select on all tables in schema d.s to role nobody")
    partial = "grant select on all tables in schema d.plain to role nobody"
    people.refused("maker", partial, (3011, "42501"), "Grant partially executed")


def test_a_replaced_object_has_lost_its_grants_and_its_owner(people):
    people.run("maker", "create or replace view d.s.w as select a from d.s.t")
    people.run("maker", "grant select on view d.s.w to role reader")
    people.run("reader", "select a from d.s.w")
    people.run("maker", "create or replace view d.s.w as select a from d.s.t")
    people.refused("reader", "select a from d.s.w", HIDDEN)
    people.refused("other", "create or replace table d.s.t (a int)", HIDDEN)


def test_a_view_reads_with_the_rights_of_its_owner(people):
    people.run("maker", "grant select on view d.s.v to role reader")
    people.run("maker", "create table d.s.secret (a int)")
    people.run("maker", "revoke select on table d.s.secret from role reader")
    people.run("maker", "create or replace view d.s.window as select a from d.s.secret")
    people.run("maker", "grant select on view d.s.window to role reader")
    people.refused("reader", "select a from d.s.secret", HIDDEN)
    people.run("reader", "select a from d.s.window")
    people.run("admin", "grant ownership on table d.s.secret to role other")
    refusal = "Failure during expansion of view 'WINDOW'"
    people.refused("reader", "select a from d.s.window", (2037, "42601"), refusal)


def test_creating_takes_a_privilege_of_the_primary_role(people):
    people.refused("reader", "create table d.s.mine (a int)", INSUFFICIENT, "on schema 'S'")
    people.run("reader", "use schema d.s; create temporary table mine (a int); select a from mine")
    people.refused("reader", "create temporary stage d.s.mine", INSUFFICIENT)
    people.refused("reader", "create database e", INSUFFICIENT, "on account")
    people.run("admin", "grant role maker to user reader")
    people.refused("reader", "create database e", INSUFFICIENT)
    people.run("reader", "use role maker; create database e; drop database e; use role reader")
    people.run("admin", "revoke role maker from user reader")


def test_a_database_that_a_refused_statement_has_looked_at_is_made_anew(people):
    people.run("maker", "create database e; create schema e.s; create table e.s.t (a int)")
    people.run("admin", "grant usage on database e to role reader")
    people.refused("reader", "select a from e.s.t", HIDDEN)
    people.run("maker", "drop database e; create database e; use schema d.s; drop database e")


def test_the_first_schema_of_a_database_is_its_makers(people):
    """https://docs.snowflake.com/en/sql-reference/sql/create-database."""
    people.run("maker", "create database e; create table e.public.t (a int)")
    people.run("admin", "grant usage on database e to role reader")
    people.refused("reader", "select a from e.public.t", HIDDEN)
    people.run("maker", "grant usage on schema e.public to role reader")
    people.run("maker", "grant select on table e.public.t to role reader")
    assert people.run("reader", "select a from e.public.t") == []
    people.refused("reader", "drop schema e.public", INSUFFICIENT)
    people.run("maker", "drop schema e.public; create database if not exists e")
    schemas = people.run("maker", "select schema_name from e.information_schema.schemata")
    assert ("PUBLIC",) not in schemas
    people.run("maker", "drop database e; create database e")
    people.refused("reader", "select a from e.public.t", HIDDEN)
    people.run("maker", 'drop database e; create database "low"; use schema "low".public')
    people.run("maker", 'use schema d.s; drop database "low"')


def test_a_temporary_table_hides_only_what_its_maker_owns(people):
    """https://docs.snowflake.com/en/user-guide/security-access-control-privileges."""
    people.run("maker", "create table d.s.hers (a int)")
    people.refused("reader", "create temporary table d.s.hers (a int)", INSUFFICIENT)
    people.run("maker", "create temporary table d.s.hers (b int); select b from d.s.hers")
    people.run("maker", "drop table d.s.hers")


def test_secondary_roles_add_what_is_no_creation(people):
    people.run("admin", "grant role maker to user nobody")
    people.run("nobody", "select a from d.plain.t")
    people.run("nobody", "use secondary roles none")
    people.refused("nobody", "select a from d.plain.t", HIDDEN)
    people.run("nobody", "use secondary roles all")
    people.run("admin", "revoke role maker from user nobody")


def test_a_role_that_the_user_does_not_have_cannot_be_used(people):
    people.refused("reader", "use role accountadmin", (3013, "42501"), "is not assigned to the")
    people.run("admin", "use role sysadmin; use role accountadmin")


def test_administration_inherits_and_owns_nothing_else(people):
    people.run("admin", "select a from d.s.t")
    people.refused("admin", "select a from d.plain.theirs", INSUFFICIENT)


def test_rows_are_computed_by_a_warehouse_that_the_role_may_use(people):
    people.run("admin", "revoke usage on warehouse compute_wh from role reader")
    people.refused("reader", "select a from d.s.later", (606, "57P03"), "No active warehouse")
    people.refused("reader", "use warehouse compute_wh", (2043, "02000"))
    people.run("reader", "select 1")
    people.run("admin", "grant usage on warehouse compute_wh to role reader")


def test_an_external_function_needs_its_usage_and_its_owner_that_of_the_integration(people):
    people.run(
        "admin",
        "create api integration api api_provider = aws_api_gateway "
        f"api_aws_role_arn = '{CALLER}' "
        f"api_allowed_prefixes = ('{API}/') enabled = true",
    )
    create = (
        "create or replace external function d.s.f(a varchar) returns variant "
        f"api_integration = api as '{API}/f'"
    )
    people.refused("maker", create, HIDDEN, "Integration 'API' does not exist")
    people.run("admin", "grant usage on integration api to role maker")
    people.run("maker", create)
    people.refused("reader", "select d.s.f('x')", (2140, "42601"), "Unknown function F")
    people.run("maker", "grant usage on function d.s.f(varchar) to role reader")
    people.run("admin", "revoke usage on integration api from role maker")
    people.refused("reader", "select d.s.f('x')", HIDDEN, "Integration 'API'")


def test_dropping_takes_ownership_and_forgets_the_grants(people):
    people.run("maker", "create table d.s.gone (a int)")
    people.refused("reader", "drop table d.s.gone", INSUFFICIENT)
    people.run("maker", "drop table d.s.gone; create table d.s.gone2 (a int)")
    names = {row[3] for row in people.run("admin", "show grants to role reader")}
    assert "D.S.GONE" not in names
    assert "D.S.GONE2" in names


def test_changes_of_rows_take_their_own_privileges(people):
    people.run("maker", "create table d.plain.rows (a int)")
    people.run("maker", "grant usage on schema d.plain to role reader")
    for statement, privileges in {
        "update d.plain.rows set a = 1 where a = 2": "update, select",
        "update d.plain.rows set a = a + 1": "update, select",
        "update d.plain.rows set a = 1": "update",
        "delete from d.plain.rows where a = 2": "delete, select",
        "truncate table d.plain.rows": "truncate",
        "merge into d.plain.rows using (select 2 as a) as s on rows.a = s.a "
        "when matched then update set a = 3": "select, update",
    }.items():
        for missing in privileges.split(", "):
            given = [one for one in privileges.split(", ") if one != missing] + ["references"]
            people.run("maker", f"grant {', '.join(given)} on table d.plain.rows to role reader")
            people.refused("reader", statement, INSUFFICIENT)
            people.run("maker", "revoke all on table d.plain.rows from role reader")
        people.run("maker", f"grant {privileges} on table d.plain.rows to role reader")
        people.run("reader", statement)
        people.run("maker", "revoke all on table d.plain.rows from role reader")


def test_managed_access_of_an_existing_schema_takes_manage_grants(people):
    people.refused("maker", "alter schema d.plain enable managed access", INSUFFICIENT)
    people.run("admin", "alter schema d.plain enable managed access")
    people.run("maker", "grant select on future tables in schema d.plain to role reader")


def test_a_table_is_granted_without_the_word(people):
    people.run("maker", "create schema d.bare; grant usage on schema d.bare to role reader")
    for name in ("d.bare.first", "bare.second", "third", '"D"."BARE"."Fourth"', '"Fifth"'):
        people.run("maker", f"use schema d.bare; create table {name} (a int)")
        select = f"select a from d.bare.{name.rpartition('.')[2]}"
        people.refused("reader", select, HIDDEN)
        people.run("maker", f"grant references, select on {name} to role reader")
        people.run("reader", select)
        granted = {row[1:3] for row in people.run("maker", f"show grants on {name}")}
        assert granted == {(one, "TABLE") for one in ("OWNERSHIP", "REFERENCES", "SELECT")}
        people.run("maker", f"revoke all on {name} from role reader")
        people.refused("reader", select, HIDDEN)


def test_a_grant_names_the_kind_of_what_it_is_on(people):
    people.run("maker", "create table d.s.a_table (a int); create view d.s.a_view as select 1 as a")
    other = (2203, "02000")
    text = "Object found is of type 'VIEW', not specified type 'TABLE'"
    people.refused("maker", "grant select on table d.s.a_view to role reader", other, text)
    people.refused("maker", "grant select on d.s.a_view to role reader", other, text)
    people.refused("maker", "grant select on view d.s.a_table to role reader", other)
    people.refused("maker", "grant select on d.s.nowhere to role reader", HIDDEN)
    people.run("maker", "grant select on view d.s.a_view to role reader")
