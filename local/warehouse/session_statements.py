"""Statements about the session and what it may see: USE, ALTER SESSION, SHOW, DROP DATABASE."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from local.warehouse import access, integrations
from local.warehouse.answer import Answer
from local.warehouse.catalog import Kind
from local.warehouse.errors import SqlError
from local.warehouse.syntax import Name, Reader

if TYPE_CHECKING:
    from local.warehouse.engine import Session

_DONE = "Statement executed successfully."
_SESSION_PARAMETERS = frozenset({"QUERY_TAG", "STATEMENT_TIMEOUT_IN_SECONDS"})


def use_role(session: "Session", reader: Reader) -> Answer:
    """USE ROLE name."""
    reader.expect("USE", "ROLE")
    session.role = _existing(session, "ROLE", reader)
    return Answer.status(_DONE)


def use_warehouse(session: "Session", reader: Reader) -> Answer:
    """USE WAREHOUSE name."""
    reader.expect("USE", "WAREHOUSE")
    session.warehouse_name = _existing(session, "WAREHOUSE", reader)
    return Answer.status(_DONE)


def nothing(_session: "Session", _reader: Reader) -> Answer:
    """A statement without effect where there is no access control."""
    return Answer.status(_DONE)


def alter_session(session: "Session", reader: Reader) -> Answer:
    """ALTER SESSION {SET | UNSET} parameters."""
    reader.expect("ALTER", "SESSION")
    unset = reader.accept("UNSET")
    if not unset:
        reader.expect("SET")
    while not reader.at_end:
        parameter = reader.identifier()
        if parameter not in _SESSION_PARAMETERS:
            raise SqlError.unsupported(
                f"The session parameter {parameter} is not emulated locally."
            )
        if unset:
            session.parameters.pop(parameter, None)
        else:
            reader.expect("=")
            session.parameters[parameter] = reader.take().value
        reader.accept(",")
    return Answer.status(_DONE)


def show_functions(session: "Session", reader: Reader) -> Answer:
    """SHOW [EXTERNAL | USER] FUNCTIONS [LIKE pattern] [IN ...]."""
    reader.expect("SHOW")
    if not reader.accept("EXTERNAL"):
        reader.accept("USER")
    reader.expect("FUNCTIONS")
    like = _read_like(reader)
    return session.functions.show(like, _read_scope(session, reader))


def show_integrations(session: "Session", reader: Reader) -> Answer:
    """SHOW [API] INTEGRATIONS [LIKE pattern]."""
    reader.expect("SHOW")
    reader.accept("API")
    reader.expect("INTEGRATIONS")
    like = _read_like(reader)
    reader.end()
    return integrations.show(session.catalog, like)


def show_access(session: "Session", reader: Reader) -> Answer:
    """SHOW {ROLES | USERS | WAREHOUSES} [LIKE pattern]."""
    reader.expect("SHOW")
    kinds: dict[str, Kind] = {"ROLES": "ROLE", "USERS": "USER", "WAREHOUSES": "WAREHOUSE"}
    kind = kinds[reader.take().keyword]
    like = _read_like(reader)
    reader.end()
    return access.show(session.catalog, kind, like)


def drop_database(session: "Session", reader: Reader) -> Answer:
    """DROP DATABASE [IF EXISTS] name: its file goes with it."""
    reader.expect("DROP", "DATABASE")
    if_exists = reader.accept("IF", "EXISTS")
    name = reader.identifier()
    if not reader.accept("CASCADE"):
        reader.accept("RESTRICT")
    reader.end()
    if not session.has_database(name):
        if if_exists:
            return Answer.status(f"Drop statement executed successfully ({name} already dropped).")
        raise SqlError.missing("Database", name)
    session.drop_database(name)
    return Answer.status(f"{name} successfully dropped.")


def _existing(session: "Session", kind: Kind, reader: Reader) -> str:
    name = reader.identifier()
    reader.end()
    if not access.exists(session.catalog, kind, name):
        raise SqlError.compilation(
            "Object does not exist, or operation cannot be performed.", 2043, "02000"
        )
    return name


def _read_like(reader: Reader) -> Callable[[str], bool]:
    if not reader.accept("LIKE"):
        return lambda _name: True
    pattern = re.escape(reader.string()).replace("%", ".*").replace("_", ".")
    return lambda name: re.fullmatch(pattern, name, re.IGNORECASE) is not None


def _read_scope(session: "Session", reader: Reader) -> Callable[[Name], bool]:
    if not reader.accept("IN"):
        database = session.database
        return lambda name: database is None or name.database == database
    if reader.accept("ACCOUNT"):
        return lambda _name: True
    if reader.accept("DATABASE"):
        wanted = reader.identifier()
        return lambda name: name.database == wanted
    reader.accept("SCHEMA")
    schema = session.resolve([*reader.parts(), ""])[:2]
    reader.end()
    return lambda name: name[:2] == schema
