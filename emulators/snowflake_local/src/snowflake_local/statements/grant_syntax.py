"""Subjects of GRANT and REVOKE: privileges, the object that they are on, and the grantee."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from snowflake_local.access.securable import ACCOUNT, SCHEMA_OBJECTS, Securable
from snowflake_local.model.catalog_entry import Kind
from snowflake_local.model.errors import SqlError
from snowflake_local.model.syntax import Name, Reader
from snowflake_local.objects.function_syntax import read_type_list

Resolve = Callable[[list[str]], Name]
_FIRST_WORDS = frozenset({"FILE", "EXTERNAL", "MATERIALIZED", "RESOURCE"})
_GRANTEES: dict[str, Kind] = {"ROLE": "ROLE", "USER": "USER"}
_TAILS = (
    ("COPY", "CURRENT", "GRANTS"),
    ("REVOKE", "CURRENT", "GRANTS"),
    ("CASCADE",),
    ("RESTRICT",),
)


@dataclass(frozen=True)
class Target:
    """The object of a privilege, or all or future objects of a kind in another."""

    #: Kind of the objects that the privilege is on.
    kind: str
    #: The object itself; for ALL and FUTURE the schema or database.
    on: Securable
    scope: Literal["ONE", "ALL", "FUTURE"] = "ONE"


@dataclass(frozen=True)
class Subject:
    """Privileges and what they are on."""

    privileges: list[str]
    target: Target


def read_subject(reader: Reader, resolve: Resolve) -> Subject:
    """Read `ROLE name`, or `privileges ON object`."""
    if reader.accept("ROLE"):
        role = Securable("ROLE", (reader.identifier(),))
        return Subject(["USAGE"], Target("ROLE", role))
    privileges = _read_privileges(reader)
    return Subject(privileges, read_target(reader, resolve))


def read_target(reader: Reader, resolve: Resolve) -> Target:
    """Read an object, or `{ALL | FUTURE} objects IN {SCHEMA | DATABASE} name`.

    A table may be named without the word: Snowflake takes `grant select on t to role r`.
    """
    if reader.accept("ACCOUNT"):
        return Target("ACCOUNT", ACCOUNT)
    if reader.accept("ALL"):
        return _read_many(reader, resolve, "ALL")
    if reader.accept("FUTURE"):
        return _read_many(reader, resolve, "FUTURE")
    kind = "TABLE" if _is_bare(reader) else reader.identifier()
    if reader.peek().kind == "word" and kind in _FIRST_WORDS:
        kind = f"{kind} {reader.identifier()}"
    on = _named(kind, reader, resolve)
    return Target(kind, on)


def read_grantee(reader: Reader) -> tuple[Kind, str, bool]:
    """Read `[ROLE | USER] name [WITH GRANT OPTION]`: kind, name, and whether it may pass it on."""
    kind: Kind = "ROLE"
    if reader.peek(1).kind in {"word", "quoted"} and reader.peek().keyword in _GRANTEES:
        kind = _GRANTEES[reader.identifier()]
    name = reader.identifier()
    with_option = reader.accept("WITH", "GRANT", "OPTION")
    for tail in _TAILS:
        reader.accept(*tail)
    reader.end()
    return kind, name, with_option


def _is_bare(reader: Reader) -> bool:
    """True if a name comes next, and no kind of object: that of a table."""
    following = reader.peek(1)
    is_end = following.kind == "end" or following.keyword in {".", "TO", "FROM"}
    return is_end or reader.peek().kind == "quoted"


def _named(kind: str, reader: Reader, resolve: Resolve) -> Securable:
    parts = reader.parts()
    types = read_type_list(reader) if kind in {"FUNCTION", "PROCEDURE"} else ""
    if kind in SCHEMA_OBJECTS:
        return Securable(kind, tuple(resolve(parts)), types)
    if kind == "SCHEMA":
        return Securable(kind, tuple(resolve([*parts, ""])[:2]))
    return Securable(kind, tuple(parts))


def _read_many(reader: Reader, resolve: Resolve, scope: Literal["ALL", "FUTURE"]) -> Target:
    words = [reader.identifier()]
    while not reader.accept("IN"):
        words.append(reader.identifier())
    kind = " ".join(words).removesuffix("S")
    container = reader.identifier()
    return Target(kind, _named(container, reader, resolve), scope)


def _read_privileges(reader: Reader) -> list[str]:
    privileges: list[str] = []
    words: list[str] = []
    while not reader.accept("ON"):
        if reader.accept(","):
            privileges.append(" ".join(words))
            words = []
        elif reader.peek().keyword == "(":
            raise SqlError.unsupported("Privileges on columns are not emulated locally.")
        else:
            words.append(reader.identifier())
    privileges.append(" ".join(words))
    if "" in privileges:
        raise SqlError.compilation("syntax error: a privilege is missing before ON.")
    return ["ALL" if privilege == "ALL PRIVILEGES" else privilege for privilege in privileges]
