"""INFORMATION_SCHEMA and SHOW list what a role has a privilege on, and nothing else."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from snowflake_local.engine.session import SessionOptions
from snowflake_local.engine.warehouse import Warehouse

SETTING = """
create database d; create schema d.s; create schema d.secret;
create table d.s.shown (a int); create table d.s.kept (b int); create table d.secret.t (c int);
create view d.s.seen as select a from d.s.shown; create view d.s.unseen as select b from d.s.kept;
create database other; create schema other.s;
create role reader; grant usage on database d to role reader;
grant usage on schema d.s to role reader;
grant usage on warehouse compute_wh to role reader;
grant select on table d.s.shown to role reader; grant select on view d.s.seen to role reader;
create user reader default_role = reader; grant role reader to user reader
"""
LISTS = {
    "show tables in database d": ({"SHOWN"}, {"SHOWN", "KEPT", "T"}),
    "show views in database d": ({"SEEN"}, {"SEEN", "UNSEEN"}),
    "show objects in schema d.s": ({"SHOWN", "SEEN"}, {"SHOWN", "KEPT", "SEEN", "UNSEEN"}),
    "show columns in schema d.s": ({"A"}, {"A", "B"}),
    "select table_name as name from d.information_schema.tables as t": (
        {"SHOWN"},
        {"SHOWN", "KEPT", "T"},
    ),
    "select t.column_name as name from d.information_schema.columns as t": ({"A"}, {"A", "B", "C"}),
    "select table_name as name from d.information_schema.views": ({"SEEN"}, {"SEEN", "UNSEEN"}),
}

Names = Callable[[str, str], set[str]]


@pytest.fixture(scope="module")
def names(
    tmp_path_factory: pytest.TempPathFactory, unserved: Callable[[Path], Any]
) -> Iterator[Names]:
    """Names that a statement lists for a user."""
    warehouse = Warehouse(unserved(tmp_path_factory.mktemp("account")))
    sessions = {
        user: warehouse.sign_on(user, SessionOptions(role=role, warehouse="COMPUTE_WH"))
        for user, role in (("ADMIN", "ACCOUNTADMIN"), ("READER", "READER"))
    }
    for statement in SETTING.split(";"):
        sessions["ADMIN"].cursor().execute(statement)

    def listed(user: str, statement: str) -> set[str]:
        cursor = sessions[user].cursor()
        rows = cursor.execute(statement).fetchall()
        position = [column[0].lower() for column in cursor.describe_last()].index(
            "column_name" if statement.startswith("show columns") else "name"
        )
        return {row[position] for row in rows}

    yield listed
    warehouse.close()


@pytest.mark.parametrize("statement", LISTS)
def test_a_list_has_what_the_role_may_see(names: Names, statement: str) -> None:
    some, everything = LISTS[statement]
    assert names("READER", statement) - {"INFORMATION_SCHEMA"} == some
    assert names("ADMIN", statement) >= everything


@pytest.mark.parametrize(
    "statement",
    [
        "show schemas in database d",
        "select schema_name as name from d.information_schema.schemata",
    ],
)
def test_a_schema_is_listed_with_a_privilege_on_it(names: Names, statement: str) -> None:
    assert names("READER", statement) & {"S", "SECRET"} == {"S"}
    assert names("ADMIN", statement) >= {"S", "SECRET"}


def test_a_database_is_listed_with_a_privilege_on_it(names: Names) -> None:
    assert names("READER", "show databases") & {"D", "OTHER"} == {"D"}
    assert names("ADMIN", "show databases") >= {"D", "OTHER"}
