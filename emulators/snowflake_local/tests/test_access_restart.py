"""Owners and grants over restarts, and files from before there were owners."""

import pytest
from snowflake_local.access.securable import Securable
from snowflake_local.engine.session import SessionOptions
from snowflake_local.engine.warehouse import Warehouse
from snowflake_local.model.errors import SqlError

pytestmark = pytest.mark.thorough

SETTING = """
create database d; create schema d.s; create table d.s.t (a int); create view d.s.v as
select a from d.s.t; create role reader; create user reader default_role = reader;
grant role reader to user reader; grant usage on warehouse compute_wh to role reader;
grant usage on database d to role reader; grant usage on schema d.s to role reader;
grant select on view d.s.v to role reader
"""
TABLE = Securable("TABLE", ("D", "S", "T"))


@pytest.fixture
def settings_here(tmp_path, unserved):
    return unserved(tmp_path)


def run(warehouse, user, role, text):
    session = warehouse.sign_on(user, SessionOptions(role=role, warehouse="COMPUTE_WH"))
    for statement in text.split(";"):
        session.cursor().execute(statement.strip())


def test_grants_and_owners_survive_a_restart(settings_here):
    warehouse = Warehouse(settings_here)
    run(warehouse, "ADMIN", "ACCOUNTADMIN", SETTING)
    warehouse.close()
    again = Warehouse(settings_here)
    owner = again.access.snapshot.owner(TABLE)
    assert owner is not None
    assert owner.role == "ACCOUNTADMIN"
    run(again, "READER", "READER", "select a from d.s.v")
    with pytest.raises(SqlError, match="does not exist or not authorized"):
        run(again, "READER", "READER", "select a from d.s.t")
    again.close()


def test_what_older_files_hold_belongs_to_the_heir_in_managed_schemas(settings_here):
    warehouse = Warehouse(settings_here)
    run(warehouse, "ADMIN", "ACCOUNTADMIN", SETTING)
    warehouse.catalog.change(remove=[("OWNER", key) for key in warehouse.catalog.all("OWNER")])
    warehouse.close()
    again = Warehouse(settings_here)
    owner = again.access.snapshot.owner(TABLE)
    assert owner is not None
    assert owner.role == "SYSADMIN"
    future = "grant select on future tables in schema d.s to role reader"
    run(again, "ADMIN", "SYSADMIN", f"use secondary roles none; {future}")
    again.close()
