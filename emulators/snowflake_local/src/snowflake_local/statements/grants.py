"""GRANT, REVOKE and SHOW GRANTS: who may give what to whom, and what is given."""

from datetime import UTC, datetime

from snowflake_local.access import granting, refusal
from snowflake_local.access.privileges import OWNERSHIP, expanded
from snowflake_local.access.records import Grant, Ownership, grants_of
from snowflake_local.access.securable import RELATIONS, Securable
from snowflake_local.model.errors import SqlError
from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Name, Reader
from snowflake_local.statements import access, task_ownership
from snowflake_local.statements.context import StatementContext
from snowflake_local.statements.grant_syntax import (
    Subject,
    Target,
    read_grantee,
    read_subject,
    read_target,
)

_DONE = StatementResult.status("Statement executed successfully.")
_COLUMNS = (
    "created_on",
    "privilege",
    "granted_on",
    "name",
    "granted_to",
    "grantee_name",
    "grant_option",
)


def grant(context: StatementContext, reader: Reader) -> StatementResult:
    """GRANT privileges ON object TO grantee, or GRANT ROLE name TO grantee."""
    reader.expect("GRANT")
    subject = read_subject(reader, context.resolve)
    reader.expect("TO")
    to, grantee, with_option = read_grantee(reader)
    access.require(context.catalog, "ROLE" if to == "ROLE" else "USER", grantee)
    created_on = datetime.now(UTC).isoformat(timespec="milliseconds")
    given = [
        Grant(
            privilege=privilege,
            on=on,
            name=name,
            to=to,
            grantee=grantee,
            created_on=created_on,
            with_option=with_option,
        )
        for privilege, on, name in _granted(context, subject)
    ]
    _give(context, given)
    return _DONE


def revoke(context: StatementContext, reader: Reader) -> StatementResult:
    """REVOKE privileges ON object FROM grantee, or REVOKE ROLE name FROM grantee."""
    reader.expect("REVOKE")
    reader.accept("GRANT", "OPTION", "FOR")
    subject = read_subject(reader, context.resolve)
    reader.expect("FROM")
    to, grantee, _ = read_grantee(reader)
    context.catalog.change(
        remove=[
            ("GRANT", Grant(privilege=privilege, on=on, name=name, to=to, grantee=grantee).key)
            for privilege, on, name in _granted(context, subject)
        ]
    )
    return _DONE


def show(context: StatementContext, reader: Reader) -> StatementResult:
    """SHOW [FUTURE] GRANTS {ON object | TO grantee | OF ROLE name | IN SCHEMA name}."""
    reader.expect("SHOW")
    future = reader.accept("FUTURE")
    reader.expect("GRANTS")
    kept = _shown(context, reader)
    records = [
        {
            "created_on": one.created_on,
            "privilege": one.privilege,
            "granted_on": one.on,
            "name": one.name,
            "granted_to": one.to,
            "grantee_name": one.grantee,
            "grant_option": str(one.with_option).lower(),
        }
        for one in [*_ownerships(context), *grants_of(context.catalog)]
        if kept.items() <= one.to_document().items()
        and (not future or one.on.startswith("FUTURE "))
    ]
    return StatementResult.table(_COLUMNS, records)


def _ownerships(context: StatementContext) -> list[Grant]:
    """Owners as SHOW GRANTS has them: with a privilege OWNERSHIP."""
    return [
        Grant(privilege=OWNERSHIP, on=on.kind, name=on.name, to="ROLE", grantee=ownership.role)
        for on, ownership in context.access.control.snapshot.ownerships()
    ]


def _shown(context: StatementContext, reader: Reader) -> dict[str, str]:
    if reader.accept("ON"):
        target = read_target(reader, context.resolve)
        return {"on": target.on.kind, "name": target.on.name}
    if reader.accept("OF"):
        reader.expect("ROLE")
        return {"on": "ROLE", "name": reader.identifier(), "privilege": "USAGE"}
    if reader.accept("TO"):
        to, grantee, _ = read_grantee(reader)
        return {"to": to, "grantee": grantee}
    if reader.accept("IN"):
        return {"name": read_target(reader, context.resolve).on.name}
    if reader.at_end:
        return {}
    raise SqlError.unsupported("This form of SHOW GRANTS is not emulated locally.")


def _granted(context: StatementContext, subject: Subject) -> list[tuple[str, str, str]]:
    """Privilege, kind and name of each grant, once the session may give it."""
    target = subject.target
    if target.scope == "FUTURE":
        granting.check_future(context.access.control.snapshot, context.access.actor, target.on)
        context.databases.require_relation(target.on.kind, target.on.name)
        on = f"FUTURE {target.kind}S IN {target.on.kind}"
        return [(one, on, target.on.name) for one in expanded(subject.privileges, target.kind)]
    if target.scope == "ALL":
        return _on_all(context, subject.privileges, target)
    _require(context, target.on)
    privileges = expanded(subject.privileges, target.kind)
    for privilege in privileges:
        _check(context, privilege, target.on)
    return [(privilege, target.on.kind, target.on.name) for privilege in privileges]


def _on_all(
    context: StatementContext, privileges: list[str], target: Target
) -> list[tuple[str, str, str]]:
    """Grants on each object of a schema or database."""
    context.databases.require_relation(target.on.kind, target.on.name)
    snapshot, actor = context.access.control.snapshot, context.access.actor
    if not context.access.sees(target.on):
        raise refusal.hidden(target.on)
    wanted = expanded(privileges, target.kind)
    pairs = [
        (one, on) for on in granting.objects_in(snapshot, target.kind, target.on) for one in wanted
    ]
    if not all(granting.may_grant(snapshot, actor, one, on) for one, on in pairs):
        raise refusal.partial(wanted)
    return [(one, on.kind, on.name) for one, on in pairs]


def _check(context: StatementContext, privilege: str, on: Securable) -> None:
    granting.check_object(context.access.control.snapshot, context.access.actor, privilege, on)


def _give(context: StatementContext, given: list[Grant]) -> None:
    control = context.access.control
    moved = _transferred(given)
    task_ownership.require_transferable(context, moved)
    kept = [one for one in given if one.privilege != OWNERSHIP]
    context.catalog.change(
        remove=[("GRANT", one.key) for one in kept],
        put=[("GRANT", one.key, one.to_document()) for one in kept],
    )
    for one in given:
        if one.privilege == OWNERSHIP:
            on = Securable.named(one.on, one.name)
            old = control.snapshot.owner(on) or Ownership(role=one.grantee)
            control.changed(on, Ownership(role=one.grantee, managed=old.managed, reads=old.reads))
    if moved:
        task_ownership.cut_ties(context, moved)


def _transferred(given: list[Grant]) -> list[Securable]:
    """The tasks that get another owner."""
    return [
        Securable.named(one.on, one.name)
        for one in given
        if (one.privilege, one.on) == (OWNERSHIP, "TASK")
    ]


def _require(context: StatementContext, on: Securable) -> None:
    match on.kind:
        case "ROLE" | "USER" | "WAREHOUSE" | "INTEGRATION":
            access.require(context.catalog, on.kind, on.name)
        case "FUNCTION":
            context.functions.require(on.name)
        case "TASK":
            context.tasks.find(Name(*on.parts))
        case "TABLE" | "VIEW" | "SCHEMA" | "DATABASE":
            context.databases.require_relation(on.kind, on.name)
            found = context.access.control.snapshot.relation(on.parts)
            if on.kind in RELATIONS and found is not None and found.kind != on.kind:
                raise refusal.other_kind(found, on.kind)
