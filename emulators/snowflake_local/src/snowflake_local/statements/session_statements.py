"""Statements about the session and what it may see: USE, ALTER SESSION, SHOW, DROP DATABASE."""

from dataclasses import replace

from snowflake_local.access import refusal
from snowflake_local.access.requirement import global_need, owned
from snowflake_local.access.securable import Securable
from snowflake_local.model.catalog_entry import Kind
from snowflake_local.model.errors import SqlError
from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Reader
from snowflake_local.statements import access, integrations
from snowflake_local.statements.context import StatementContext
from snowflake_local.statements.show_options import read_like, read_scope

_DONE = "Statement executed successfully."


def use_role(context: StatementContext, reader: Reader) -> StatementResult:
    """USE ROLE name."""
    reader.expect("USE", "ROLE")
    context.access.use_role(_existing(context, "ROLE", reader))
    return StatementResult.status(_DONE)


def use_warehouse(context: StatementContext, reader: Reader) -> StatementResult:
    """USE WAREHOUSE name."""
    reader.expect("USE", "WAREHOUSE")
    name = _existing(context, "WAREHOUSE", reader)
    if not context.access.sees(Securable("WAREHOUSE", (name,))):
        raise refusal.cannot_use()
    context.warehouse_name = name
    return StatementResult.status(_DONE)


def use_secondary_roles(context: StatementContext, reader: Reader) -> StatementResult:
    """USE SECONDARY ROLES {ALL | NONE}."""
    reader.expect("USE", "SECONDARY", "ROLES")
    context.access.secondary = reader.accept("ALL")
    if not context.access.secondary:
        reader.expect("NONE")
    reader.end()
    return StatementResult.status(_DONE)


def alter_session(context: StatementContext, reader: Reader) -> StatementResult:
    """ALTER SESSION {SET | UNSET} parameters."""
    reader.expect("ALTER", "SESSION")
    unset = reader.accept("UNSET")
    if not unset:
        reader.expect("SET")
    while not reader.at_end:
        parameter = reader.identifier()
        if unset:
            context.parameters.unset(parameter)
        else:
            reader.expect("=")
            context.parameters.set(parameter, reader.take().value)
        reader.accept(",")
    return StatementResult.status(_DONE)


def show_functions(context: StatementContext, reader: Reader) -> StatementResult:
    """SHOW [EXTERNAL | USER] FUNCTIONS [LIKE pattern] [IN ...]."""
    reader.expect("SHOW")
    if not reader.accept("EXTERNAL"):
        reader.accept("USER")
    reader.expect("FUNCTIONS")
    like, scope = read_like(reader), read_scope(context, reader)
    reader.end()
    return context.functions.show(like, scope, context.access)


def show_integrations(context: StatementContext, reader: Reader) -> StatementResult:
    """SHOW [API] INTEGRATIONS [LIKE pattern]."""
    reader.expect("SHOW")
    reader.accept("API")
    reader.expect("INTEGRATIONS")
    like = read_like(reader)
    reader.end()
    return integrations.show(context, like)


def show_access(context: StatementContext, reader: Reader) -> StatementResult:
    """SHOW {ROLES | USERS | WAREHOUSES} [LIKE pattern]."""
    reader.expect("SHOW")
    kinds: dict[str, Kind] = {"ROLES": "ROLE", "USERS": "USER", "WAREHOUSES": "WAREHOUSE"}
    kind = kinds[reader.take().keyword]
    like = read_like(reader)
    reader.end()
    return access.show(context.catalog, kind, like)


def change_managed_access(context: StatementContext, reader: Reader) -> StatementResult:
    """ALTER SCHEMA [IF EXISTS] name {ENABLE | DISABLE} MANAGED ACCESS.

    It takes ownership and MANAGE GRANTS: https://docs.snowflake.com/en/sql-reference/sql/alter-schema.
    """
    reader.expect("ALTER", "SCHEMA")
    if_exists = reader.accept("IF", "EXISTS")
    on = Securable("SCHEMA", tuple(context.resolve([*reader.parts(), ""])[:2]))
    managed = reader.accept("ENABLE")
    if not managed:
        reader.expect("DISABLE")
    reader.expect("MANAGED", "ACCESS")
    reader.end()
    ownership = context.access.control.snapshot.owner(on)
    if ownership is None:
        if if_exists:
            return StatementResult.status(_DONE)
        raise SqlError.missing("Schema", on.name)
    context.access.require(owned(on), global_need("MANAGE GRANTS"))
    context.access.control.changed(on, replace(ownership, managed=managed))
    return StatementResult.status(_DONE)


def drop_database(context: StatementContext, reader: Reader) -> StatementResult:
    """DROP DATABASE [IF EXISTS] name: its file goes with it."""
    reader.expect("DROP", "DATABASE")
    if_exists = reader.accept("IF", "EXISTS")
    name = reader.identifier()
    if not reader.accept("CASCADE"):
        reader.accept("RESTRICT")
    reader.end()
    if not context.databases.has_database(name):
        if if_exists:
            return StatementResult.status(
                f"Drop statement executed successfully ({name} already dropped)."
            )
        raise SqlError.missing("Database", name)
    on = Securable("DATABASE", (name,))
    context.access.require(owned(on))
    context.databases.drop_database(name)
    context.tasks.drop_all(name)
    context.access.dropped(on)
    return StatementResult.status(f"{name} successfully dropped.")


def drop_schema(context: StatementContext, reader: Reader) -> StatementResult:
    """DROP SCHEMA [IF EXISTS] name: everything in it goes too, functions included."""
    reader.expect("DROP", "SCHEMA")
    if_exists = reader.accept("IF", "EXISTS")
    database, name, _ = context.resolve([*reader.parts(), ""])
    if not reader.accept("CASCADE"):
        reader.accept("RESTRICT")
    reader.end()
    if not context.databases.has_schema(database, name):
        if if_exists:
            return StatementResult.status(
                f"Drop statement executed successfully ({name} already dropped)."
            )
        raise SqlError.missing("Schema", f"{database}.{name}")
    on = Securable("SCHEMA", (database, name))
    context.access.require(owned(on))
    context.databases.drop_schema(database, name)
    context.tasks.drop_all(database, name)
    context.access.dropped(on)
    return StatementResult.status(f"{name} successfully dropped.")


def drop_stage(context: StatementContext, reader: Reader) -> StatementResult:
    """DROP STAGE [IF EXISTS] name."""
    reader.expect("DROP", "STAGE")
    if_exists = reader.accept("IF", "EXISTS")
    name = context.resolve(reader.parts())
    reader.end()
    on = Securable("STAGE", tuple(name))
    context.access.require(owned(on))
    if not context.databases.drop_stage(name) and not if_exists:
        raise SqlError.missing("Stage", str(name))
    context.access.dropped(on)
    return StatementResult.status(f"{name.name} successfully dropped.")


def change_key(context: StatementContext, reader: Reader) -> StatementResult:
    """ALTER TABLE name {ADD | DROP} a key: a declaration, which nothing reads here."""
    reader.expect("ALTER", "TABLE")
    reader.accept("IF", "EXISTS")
    name = context.resolve(reader.parts())
    context.access.require(owned(Securable("TABLE", tuple(name))))
    context.databases.require_relation("TABLE", str(name))
    return StatementResult.status(_DONE)


def _existing(context: StatementContext, kind: Kind, reader: Reader) -> str:
    name = reader.identifier()
    reader.end()
    if not access.exists(context.catalog, kind, name):
        raise refusal.cannot_use()
    return name
