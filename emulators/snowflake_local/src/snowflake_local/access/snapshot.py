"""Access records of one moment, arranged for questions: who holds what, and which roles inherit."""

from collections import defaultdict
from collections.abc import Iterable

from snowflake_local.access.records import Grant, Ownership, Records, grants_of
from snowflake_local.access.securable import RELATIONS, Securable

#: Roles that every account has, and the roles that they have.
SYSTEM_ROLES: dict[str, tuple[str, ...]] = {
    "ACCOUNTADMIN": ("SYSADMIN", "SECURITYADMIN"),
    "SECURITYADMIN": ("USERADMIN",),
    "SYSADMIN": (),
    "USERADMIN": (),
    "ORGADMIN": (),
    "PUBLIC": (),
}
#: Global privileges about tasks: ACCOUNTADMIN alone has them, and gives them.
TASK_PRIVILEGES = ("EXECUTE TASK", "EXECUTE MANAGED TASK", "MONITOR EXECUTION")
#: Global privileges that they have from the start.
#: Source: https://docs.snowflake.com/en/user-guide/security-access-control-overview
_GLOBAL: dict[str, frozenset[str]] = {
    "ACCOUNTADMIN": frozenset(
        {"CREATE INTEGRATION", "MANAGE WAREHOUSES", "MONITOR USAGE", *TASK_PRIVILEGES}
    ),
    "SYSADMIN": frozenset({"CREATE DATABASE", "CREATE WAREHOUSE"}),
    "SECURITYADMIN": frozenset({"MANAGE GRANTS"}),
    "USERADMIN": frozenset({"CREATE ROLE", "CREATE USER"}),
}
MANAGE_GRANTS = "MANAGE GRANTS"
_NONE: frozenset[str] = frozenset()


class Snapshot:
    """Answers of the access records until they change."""

    def __init__(self, records: Records) -> None:
        self.owners = {
            key: Ownership.from_document(document) for key, document in records.all("OWNER").items()
        }
        self._held: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)
        self._options: set[tuple[str, str, str, str]] = set()
        self._roles: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.future: dict[tuple[str, str], list[Grant]] = defaultdict(list)
        for grant in grants_of(records):
            self._add(grant)
        self._closures: dict[frozenset[str], frozenset[str]] = {}

    def _add(self, grant: Grant) -> None:
        if grant.on == "ROLE" and grant.privilege == "USAGE":
            self._roles[grant.to, grant.grantee].add(grant.name)
        elif grant.on.startswith("FUTURE "):
            self.future[grant.on, grant.name].append(grant)
        if grant.to == "ROLE":
            held = self._held[grant.on, grant.name]
            held.setdefault(grant.grantee, set()).add(grant.privilege)
            if grant.with_option:
                self._options.add((grant.privilege, grant.on, grant.name, grant.grantee))

    def closure(self, roles: Iterable[str]) -> frozenset[str]:
        """The roles with all that they inherit; PUBLIC is everybody's."""
        wanted = frozenset(roles)
        known = self._closures.get(wanted)
        if known is None:
            known = self._closures[wanted] = self._inherited(wanted)
        return known

    def _inherited(self, roles: frozenset[str]) -> frozenset[str]:
        found: set[str] = set()
        ahead = [*roles, "PUBLIC"]
        while ahead:
            role = ahead.pop()
            if role not in found:
                found.add(role)
                ahead.extend(SYSTEM_ROLES.get(role, ()))
                ahead.extend(self._roles.get(("ROLE", role), ()))
        return frozenset(found)

    def roles_of_user(self, user: str) -> set[str]:
        """The roles that are granted to a user."""
        return {*self._roles.get(("USER", user), ()), "PUBLIC"}

    def owner(self, on: Securable) -> Ownership | None:
        """The ownership of an object; None if it is not known."""
        return self.owners.get(str(on))

    def owner_role(self, on: Securable) -> str | None:
        """The role that owns an object; None if it is not known."""
        ownership = self.owner(on)
        return None if ownership is None else ownership.role

    def ownerships(self) -> list[tuple[Securable, Ownership]]:
        """Every object with its owner."""
        return [(Securable.keyed(key), ownership) for key, ownership in self.owners.items()]

    def owns(self, roles: frozenset[str], on: Securable) -> bool:
        """True if one of the roles owns the object."""
        return self.owner_role(on) in roles

    def holds(self, roles: frozenset[str], privilege: str, on: Securable) -> bool:
        """True if one of the roles has the privilege, or owns the object."""
        if on.kind == "ACCOUNT" and any(privilege in _GLOBAL.get(role, _NONE) for role in roles):
            return True
        held = self._held.get((on.kind, on.name), {})
        return self.owns(roles, on) or any(privilege in held.get(role, _NONE) for role in roles)

    def may_pass_on(self, roles: frozenset[str], privilege: str, on: Securable) -> bool:
        """True if one of the roles has the privilege with the right to grant it."""
        return any((privilege, on.kind, on.name, role) in self._options for role in roles)

    def manages_grants(self, roles: frozenset[str]) -> bool:
        """True if one of the roles may grant anything in the account."""
        return self.holds(roles, MANAGE_GRANTS, Securable("ACCOUNT"))

    def sees(self, roles: frozenset[str], on: Securable) -> bool:
        """True if the roles have any privilege on the object: without one it does not exist."""
        if self.owns(roles, on) or self.manages_grants(roles):
            return True
        return not roles.isdisjoint(self._held.get((on.kind, on.name), {}))

    def relation(self, parts: tuple[str, ...]) -> Securable | None:
        """The table or view of a name."""
        candidates = (Securable(kind, parts) for kind in RELATIONS)
        return next((one for one in candidates if str(one) in self.owners), None)
