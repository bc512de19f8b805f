"""Founding of an account: what is there before the first statement, and what older files lack."""

from collections.abc import Iterable

from snowflake_local.access.records import Grant, Ownership, Records
from snowflake_local.access.securable import Securable
from snowflake_local.access.snapshot import SYSTEM_ROLES
from snowflake_local.model.catalog_entry import Definition, Kind

ADMINISTRATION = "ACCOUNTADMIN"
#: The warehouse of a new account: https://docs.snowflake.com/en/user-guide/admin-trial-account.
FIRST_WAREHOUSE = "COMPUTE_WH"
_KINDS: tuple[Kind, ...] = ("INTEGRATION", "FUNCTION", "ROLE", "USER", "WAREHOUSE")
_HEIRLOOMS = frozenset({"INTEGRATION", "FUNCTION"})


def found(
    records: Records, *, administrator: str, heir: str, existing: Iterable[Securable]
) -> None:
    """Make the administrator and the first warehouse, and give owners to what has none.

    Args:
        records: The catalog.
        administrator: The user who may do everything, and gives the others their roles.
        heir: The role that owns objects from before there were owners; it manages their grants.
        existing: Databases, schemas, tables, views, stages of the engine.
    """
    put: list[tuple[Kind, str, Definition]] = []
    if records.get("USER", administrator) is None:
        put.extend(_first_objects(administrator))
    owned = set(records.all("OWNER"))
    named = [Securable.named(kind, name) for kind in _KINDS for name in records.all(kind)]
    first = [Securable("WAREHOUSE", (FIRST_WAREHOUSE,)), Securable("USER", (administrator,))]
    system = [Securable("ROLE", (role,)) for role in SYSTEM_ROLES]
    put.extend(
        ("OWNER", str(on), _inherited(on, heir).to_document())
        for on in dict.fromkeys([*first, *system, *named, *existing])
        if str(on) not in owned
    )
    if put:
        records.change(remove=[], put=put)


def _inherited(on: Securable, heir: str) -> Ownership:
    is_data = bool(on.parents) or on.kind == "DATABASE" or on.kind in _HEIRLOOMS
    return Ownership(role=heir if is_data else ADMINISTRATION, managed=on.kind == "SCHEMA")


def _first_objects(administrator: str) -> list[tuple[Kind, str, Definition]]:
    grant = Grant(
        privilege="USAGE", on="ROLE", name=ADMINISTRATION, to="USER", grantee=administrator
    )
    options = {"DEFAULT_ROLE": ADMINISTRATION, "DEFAULT_WAREHOUSE": FIRST_WAREHOUSE}
    return [
        ("USER", administrator, {"created_on": "", "options": options}),
        ("WAREHOUSE", FIRST_WAREHOUSE, {"created_on": "", "options": {}}),
        ("GRANT", grant.key, grant.to_document()),
    ]
