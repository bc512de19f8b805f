"""Rights to grant: of owners, of holders of the grant option, of MANAGE GRANTS."""

from snowflake_local.access import refusal
from snowflake_local.access.actor import Actor
from snowflake_local.access.securable import SCHEMA_OBJECTS, Securable
from snowflake_local.access.snapshot import TASK_PRIVILEGES, Snapshot


def check_object(snapshot: Snapshot, actor: Actor, privilege: str, on: Securable) -> None:
    """Raise SqlError unless the actor may grant a privilege on an object.

    In a schema with managed access its owner decides, not that of the object:
    https://docs.snowflake.com/en/user-guide/security-access-control-configure.
    """
    if may_grant(snapshot, actor, privilege, on):
        return
    visible = on.kind == "ACCOUNT" or all(
        snapshot.sees(actor.roles, one) for one in (*on.parents, on)
    )
    raise refusal.insufficient(on) if visible else refusal.hidden(on)


def may_grant(snapshot: Snapshot, actor: Actor, privilege: str, on: Securable) -> bool:
    """True if the actor may grant a privilege on an object.

    Those about tasks are given by ACCOUNTADMIN, whoever else manages grants:
    https://docs.snowflake.com/en/sql-reference/sql/alter-task.
    """
    if on.kind == "ACCOUNT" and privilege in TASK_PRIVILEGES:
        is_administrator = "ACCOUNTADMIN" in actor.roles
        return is_administrator or snapshot.may_pass_on(actor.roles, privilege, on)
    if snapshot.manages_grants(actor.roles):
        return True
    if on.kind in SCHEMA_OBJECTS:
        schema = on.parents[-1]
        ownership = snapshot.owner(schema)
        if ownership is not None and ownership.managed:
            return ownership.role in actor.roles
    return snapshot.owns(actor.roles, on) or snapshot.may_pass_on(actor.roles, privilege, on)


def check_future(snapshot: Snapshot, actor: Actor, scope: Securable) -> None:
    """Raise SqlError unless the actor may grant on the future objects of a schema or database.

    "In standard schemas, the global MANAGE GRANTS privilege is required to grant privileges on
    future objects in the schema": https://docs.snowflake.com/en/sql-reference/sql/grant-privilege.
    """
    if snapshot.manages_grants(actor.roles):
        return
    ownership = snapshot.owner(scope)
    if ownership is not None and ownership.managed and ownership.role in actor.roles:
        return
    if not all(snapshot.sees(actor.roles, one) for one in (*scope.parents, scope)):
        raise refusal.hidden(scope)
    raise refusal.insufficient(scope)


def objects_in(snapshot: Snapshot, kind: str, scope: Securable) -> list[Securable]:
    """All objects of a kind in a schema or database."""
    prefix = f"{kind} "
    found = (
        Securable.named(kind, key.removeprefix(prefix))
        for key in snapshot.owners
        if key.startswith(prefix)
    )
    return [on for on in found if scope in on.parents]
