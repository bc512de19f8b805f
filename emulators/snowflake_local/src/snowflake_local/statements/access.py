"""Roles, users and warehouses: what grants and sign-ins name."""

from datetime import UTC, datetime
from typing import Any

from snowflake_local.access.requirement import creation, owned
from snowflake_local.access.securable import Securable
from snowflake_local.access.snapshot import SYSTEM_ROLES
from snowflake_local.model.catalog_entry import Kind
from snowflake_local.model.errors import SqlError
from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Reader
from snowflake_local.objects.catalog import Catalog
from snowflake_local.statements.context import StatementContext

_KINDS: dict[str, Kind] = {"ROLE": "ROLE", "USER": "USER", "WAREHOUSE": "WAREHOUSE"}


def create(context: StatementContext, reader: Reader) -> StatementResult:
    """CREATE [OR REPLACE] {ROLE | USER | WAREHOUSE} [IF NOT EXISTS] name options."""
    catalog = context.catalog
    reader.expect("CREATE")
    replace = reader.accept("OR", "REPLACE")
    kind = _read_kind(reader)
    if_not_exists = reader.accept("IF", "NOT", "EXISTS")
    name = reader.identifier()
    made = Securable(kind, (name,))
    context.access.require(creation(made))
    if exists(catalog, kind, name):
        if not replace and if_not_exists:
            return StatementResult.status(f"{name} already exists, statement succeeded.")
        if not replace:
            raise SqlError.exists(name)
        context.access.require(owned(made))
    options = _read_options(reader)
    created_on = datetime.now(UTC).isoformat(timespec="milliseconds")
    catalog.put(kind, name, {"created_on": created_on, "options": options})
    context.access.created(made)
    return StatementResult.status(f"{kind.capitalize()} {name} successfully created.")


def alter(context: StatementContext, reader: Reader) -> StatementResult:
    """ALTER {ROLE | USER | WAREHOUSE} [IF EXISTS] name {SET options | UNSET names | verb}."""
    catalog = context.catalog
    reader.expect("ALTER")
    kind = _read_kind(reader)
    if_exists = reader.accept("IF", "EXISTS")
    name = reader.identifier()
    definition = catalog.get(kind, name)
    if definition is None and not (if_exists or exists(catalog, kind, name)):
        raise SqlError.missing(kind.capitalize(), name)
    if definition is not None:
        context.access.require(owned(Securable(kind, (name,))))
        options = dict(definition["options"])
        if reader.accept("SET"):
            options.update(_read_options(reader))
        elif reader.accept("UNSET"):
            while not reader.at_end:
                options.pop(reader.identifier(), None)
                reader.accept(",")
        elif kind != "WAREHOUSE" or reader.take().keyword not in {"SUSPEND", "RESUME"}:
            raise SqlError.unsupported(f"This form of ALTER {kind} is not emulated locally.")
        catalog.put(kind, name, {**definition, "options": options})
    return StatementResult.status("Statement executed successfully.")


def drop(context: StatementContext, reader: Reader) -> StatementResult:
    """DROP {ROLE | USER | WAREHOUSE} [IF EXISTS] name."""
    catalog = context.catalog
    reader.expect("DROP")
    kind = _read_kind(reader)
    if_exists = reader.accept("IF", "EXISTS")
    name = reader.identifier()
    reader.end()
    if catalog.get(kind, name) is None:
        if if_exists:
            return StatementResult.status(
                f"Drop statement executed successfully ({name} already dropped)."
            )
        raise SqlError.missing(kind.capitalize(), name)
    context.access.require(owned(Securable(kind, (name,))))
    grants: list[tuple[Kind, str]] = [
        ("GRANT", key)
        for key, grant in catalog.all("GRANT").items()
        if (grant["to"], grant["grantee"]) == (kind, name)
        or (grant["on"], grant["name"]) == (kind, name)
    ]
    catalog.change(remove=[(kind, name), *grants])
    context.access.dropped(Securable(kind, (name,)))
    return StatementResult.status(f"{name} successfully dropped.")


def exists(catalog: Catalog, kind: Kind, name: str) -> bool:
    """True if a role, user or warehouse exists."""
    return catalog.get(kind, name) is not None or (kind == "ROLE" and name in SYSTEM_ROLES)


def require(catalog: Catalog, kind: Kind, name: str) -> None:
    """Raise SqlError unless a role, user, warehouse or integration exists."""
    if not exists(catalog, kind, name):
        raise SqlError.missing(kind.capitalize(), name)


def show(catalog: Catalog, kind: Kind, like: Any) -> StatementResult:
    """SHOW {ROLES | USERS | WAREHOUSES}."""
    return StatementResult.table(
        ("created_on", "name", "comment"),
        [
            {
                "created_on": definition["created_on"],
                "name": name,
                "comment": definition["options"].get("COMMENT", ""),
            }
            for name, definition in catalog.all(kind).items()
            if like(name)
        ],
    )


def workload_arn(definition: Any) -> str | None:
    """The IAM role that a user is mapped to: `WORKLOAD_IDENTITY = (TYPE = AWS ARN = '...')`."""
    words = definition["options"].get("WORKLOAD_IDENTITY")
    if not isinstance(words, list):
        return None
    pairs = dict(zip(words[::3], words[2::3], strict=False))
    arn = pairs.get("ARN")
    return str(arn) if arn and str(pairs.get("TYPE", "")).upper() == "AWS" else None


def _read_kind(reader: Reader) -> Kind:
    kind = _KINDS.get(reader.take().keyword)
    if kind is None:
        raise SqlError.compilation("syntax error: expected ROLE, USER or WAREHOUSE.")
    return kind


def _read_options(reader: Reader) -> dict[str, Any]:
    options: dict[str, Any] = {}
    while not reader.at_end:
        reader.accept("WITH")
        option = reader.identifier()
        reader.expect("=")
        options[option] = reader.option_value()
        reader.accept(",")
    return options
