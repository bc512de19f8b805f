"""GRANT, REVOKE and SHOW GRANTS: recorded, not enforced; a replaced function loses its grants."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from snowflake_local.model.errors import SqlError
from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Name, Reader
from snowflake_local.objects.catalog import Kind
from snowflake_local.objects.function_syntax import read_type_list
from snowflake_local.statements import access
from snowflake_local.statements.context import StatementContext

Resolve = Callable[[list[str]], Name]


@dataclass(frozen=True)
class _Object:
    """The object of a privilege: `FUNCTION DB.SCHEMA.F(VARCHAR)`, `FUTURE TABLES IN DB.SCHEMA`."""

    kind: str
    name: str


def grant(context: StatementContext, reader: Reader) -> StatementResult:
    """GRANT privileges ON object TO grantee, or GRANT ROLE name TO grantee."""
    catalog = context.catalog
    reader.expect("GRANT")
    privileges, target = _read_subject(reader, context.resolve)
    _require(context, target)
    reader.expect("TO")
    to, grantee = _read_grantee(reader)
    if to in {"ROLE", "USER"} and not access.exists(
        catalog, "ROLE" if to == "ROLE" else "USER", grantee
    ):
        raise SqlError.missing(to.capitalize(), grantee)
    created_on = datetime.now(UTC).isoformat(timespec="milliseconds")
    for privilege in privileges:
        record = {
            "privilege": privilege,
            "on": target.kind,
            "name": target.name,
            "to": to,
            "grantee": grantee,
            "created_on": created_on,
        }
        catalog.put("GRANT", _key(privilege, target, to, grantee), record)
    return StatementResult.status("Statement executed successfully.")


def revoke(context: StatementContext, reader: Reader) -> StatementResult:
    """REVOKE privileges ON object FROM grantee, or REVOKE ROLE name FROM grantee."""
    catalog = context.catalog
    reader.expect("REVOKE")
    reader.accept("GRANT", "OPTION", "FOR")
    privileges, target = _read_subject(reader, context.resolve)
    reader.expect("FROM")
    to, grantee = _read_grantee(reader)
    if privileges == ["ALL"]:
        privileges = [
            record["privilege"]
            for record in catalog.all("GRANT").values()
            if (record["on"], record["name"], record["to"], record["grantee"])
            == (target.kind, target.name, to, grantee)
        ]
    catalog.change(
        remove=[("GRANT", _key(privilege, target, to, grantee)) for privilege in privileges]
    )
    return StatementResult.status("Statement executed successfully.")


def show(context: StatementContext, reader: Reader) -> StatementResult:
    """SHOW [FUTURE] GRANTS {ON object | TO grantee | OF ROLE name | IN SCHEMA name}."""
    catalog = context.catalog
    reader.expect("SHOW")
    reader.accept("FUTURE")
    reader.expect("GRANTS")
    if reader.accept("ON"):
        target = _read_object(reader, context.resolve)
        kept = {"on": target.kind, "name": target.name}
    elif reader.accept("OF"):
        reader.expect("ROLE")
        kept = {"on": "ROLE", "name": reader.identifier()}
    elif reader.accept("TO"):
        to, grantee = _read_grantee(reader)
        kept = {"to": to, "grantee": grantee}
    elif reader.at_end:
        kept = {}
    else:
        raise SqlError.unsupported("This form of SHOW GRANTS is not emulated locally.")
    columns = ("created_on", "privilege", "granted_on", "name", "granted_to", "grantee_name")
    return StatementResult.table(
        columns,
        [
            {
                "created_on": record["created_on"],
                "privilege": record["privilege"],
                "granted_on": record["on"],
                "name": record["name"],
                "granted_to": record["to"],
                "grantee_name": record["grantee"],
            }
            for record in catalog.all("GRANT").values()
            if kept.items() <= record.items()
        ],
    )


def _read_subject(reader: Reader, resolve: Resolve) -> tuple[list[str], _Object]:
    if reader.accept("ROLE"):
        return ["USAGE"], _Object("ROLE", reader.identifier())
    privileges = _read_privileges(reader)
    return privileges, _read_object(reader, resolve)


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


def _read_object(reader: Reader, resolve: Resolve) -> _Object:
    if reader.accept("ACCOUNT"):
        return _Object("ACCOUNT", "")
    reader.accept("ACCOUNT", "OBJECT")
    if reader.peek().keyword in {"ALL", "FUTURE"}:
        return _read_many(reader)
    kind = reader.identifier()
    if reader.peek().kind == "word" and kind in {"FILE", "EXTERNAL", "MATERIALIZED", "RESOURCE"}:
        kind = f"{kind} {reader.identifier()}"
    parts = reader.parts()
    if kind in {"TABLE", "VIEW", "FUNCTION", "PROCEDURE", "STAGE", "SEQUENCE", "FILE FORMAT"}:
        name = str(resolve(parts))
    elif kind == "SCHEMA":
        name = ".".join(resolve([*parts, ""])[:2])
    else:
        name = ".".join(parts)
    if kind in {"FUNCTION", "PROCEDURE"}:
        name += read_type_list(reader)
    return _Object(kind, name)


def _read_many(reader: Reader) -> _Object:
    words = [reader.identifier()]
    while not reader.accept("IN"):
        words.append(reader.identifier())
    scope = reader.identifier()
    return _Object(" ".join(words) + f" IN {scope}", ".".join(reader.parts()))


_GRANTEES: dict[str, Kind] = {"ROLE": "ROLE", "USER": "USER"}
_TAILS = (
    ("WITH", "GRANT", "OPTION"),
    ("COPY", "CURRENT", "GRANTS"),
    ("REVOKE", "CURRENT", "GRANTS"),
    ("CASCADE",),
    ("RESTRICT",),
)


def _read_grantee(reader: Reader) -> tuple[Kind, str]:
    kind: Kind = "ROLE"
    if reader.peek(1).kind in {"word", "quoted"} and reader.peek().keyword in _GRANTEES:
        kind = _GRANTEES[reader.identifier()]
    name = reader.identifier()
    for tail in _TAILS:
        reader.accept(*tail)
    reader.end()
    return kind, name


def _require(context: StatementContext, target: _Object) -> None:
    match target.kind:
        case "ROLE" | "USER" | "WAREHOUSE" | "INTEGRATION":
            access.require(context.catalog, target.kind, target.name)
        case "FUNCTION":
            context.functions.require(target.name)
        case "TABLE" | "VIEW" | "SCHEMA" | "DATABASE":
            context.databases.require_relation(target.kind, target.name)


def _key(privilege: str, target: _Object, to: str, grantee: str) -> str:
    return f"{privilege}|{target.kind}|{target.name}|{to}|{grantee}"
