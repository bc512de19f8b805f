"""Access control of the account: decisions, cached until a grant or an owner changes.

Source of the rules: https://docs.snowflake.com/en/user-guide/security-access-control-overview,
.../security-access-control-privileges and .../security-access-control-configure.
"""

from collections.abc import Callable, Iterable

from snowflake_local.access import refusal
from snowflake_local.access.actor import Actor
from snowflake_local.access.records import Grant, Ownership, Records, removal
from snowflake_local.access.requirement import Requirement
from snowflake_local.access.securable import Securable
from snowflake_local.access.snapshot import Snapshot
from snowflake_local.model.errors import SqlError

Check = Callable[[Actor, Requirement], None]
#: Kinds that INFORMATION_SCHEMA and SHOW list.
_LISTED = frozenset({"DATABASE", "SCHEMA", "TABLE", "VIEW"})


class AccessControl:
    """Decides what an actor may do, and keeps who owns what."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self._version = -1
        self._snapshot = Snapshot(records)
        self._allowed: set[tuple[frozenset[str], Requirement]] = set()
        self._hidden: dict[frozenset[str], list[tuple[str, ...]]] = {}
        #: Called with each requirement before it is decided; reports use it.
        self.on_check: Check | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The access records, arranged."""
        if self._version != self.records.version:
            self._version = self.records.version
            self._snapshot = Snapshot(self.records)
            self._allowed.clear()
            self._hidden.clear()
        return self._snapshot

    def actor(self, user: str, role: str, *, secondary: bool) -> Actor:
        """The actor of a session."""
        snapshot = self.snapshot
        primary = snapshot.closure({role})
        others = snapshot.roles_of_user(user) if secondary else set()
        return Actor(user, role, primary, snapshot.closure({role, *others}))

    def require(self, actor: Actor, requirements: Iterable[Requirement]) -> None:
        """Raise SqlError, in Snowflake's words, unless the actor has all privileges."""
        snapshot = self.snapshot
        for requirement in requirements:
            if self.on_check is not None:
                self.on_check(actor, requirement)
            roles = actor.primary if requirement.primary else actor.roles
            if (roles, requirement) not in self._allowed:
                _decide(snapshot, roles, requirement)
                self._allowed.add((roles, requirement))

    def sees(self, actor: Actor, on: Securable) -> bool:
        """True if an object exists as far as the actor can tell."""
        snapshot = self.snapshot
        return all(snapshot.sees(actor.roles, one) for one in (*on.parents, on))

    def hidden(self, actor: Actor) -> list[tuple[str, ...]]:
        """Names of the databases, schemas, tables and views that the actor cannot see."""
        snapshot = self.snapshot
        if actor.roles not in self._hidden:
            self._hidden[actor.roles] = sorted(
                on.parts
                for on, _ in snapshot.ownerships()
                if on.kind in _LISTED and not self.sees(actor, on)
            )
        return self._hidden[actor.roles]

    def created(
        self,
        made: Securable,
        role: str,
        *,
        managed: bool = False,
        reads: tuple[tuple[str, str, str], ...] = (),
    ) -> None:
        """Note a new or replaced object: its grants are gone, the future grants apply."""
        ownership = Ownership(role=role, managed=managed, reads=reads)
        self.records.change(
            remove=[*removal(self._grants_on(made)), ("OWNER", str(made))],
            put=[
                ("OWNER", str(made), ownership.to_document()),
                *(("GRANT", grant.key, grant.to_document()) for grant in self._inherited(made)),
            ],
        )

    def changed(self, on: Securable, ownership: Ownership) -> None:
        """Note another owner of an object, or another kind of access to a schema."""
        self.records.change(
            remove=[("OWNER", str(on))], put=[("OWNER", str(on), ownership.to_document())]
        )

    def dropped(self, gone: Securable) -> None:
        """Forget an object and all that was in it, with their grants."""
        within = [
            one
            for one in map(Securable.keyed, self.snapshot.owners)
            if one == gone or gone in one.parents
        ]
        future = [
            grant
            for (_, name), grants in self.snapshot.future.items()
            for grant in grants
            if gone.kind in {"DATABASE", "SCHEMA"} and name == gone.name
        ]
        grants = [grant for one in within for grant in self._grants_on(one)]
        self.records.change(
            remove=[*removal([*grants, *future]), *(("OWNER", str(one)) for one in within)]
        )

    def renamed(self, old: Securable, new: Securable) -> None:
        """Note the new name of an object: it keeps its owner and its grants."""
        ownership = self.snapshot.owner(old)
        if ownership is None:
            return
        moved = [
            Grant.from_document(grant.to_document() | {"name": new.name})
            for grant in self._grants_on(old)
        ]
        self.dropped(old)
        self.records.change(
            remove=[],
            put=[
                ("OWNER", str(new), ownership.to_document()),
                *(("GRANT", grant.key, grant.to_document()) for grant in moved),
            ],
        )

    def _grants_on(self, on: Securable) -> list[Grant]:
        return [
            Grant.from_document(document)
            for document in self.records.all("GRANT").values()
            if (document["on"], document["name"]) == (on.kind, on.name)
        ]

    def _inherited(self, made: Securable) -> list[Grant]:
        """Future grants as grants on a new object; those of the schema hide the database's."""
        for parent in reversed(made.parents):
            key = (f"FUTURE {made.kind}S IN {parent.kind}", parent.name)
            if found := self.snapshot.future.get(key):
                return [
                    Grant.from_document(grant.to_document() | {"on": made.kind, "name": made.name})
                    for grant in found
                ]
        return []


def _decide(snapshot: Snapshot, roles: frozenset[str], requirement: Requirement) -> None:
    on = requirement.on
    for parent in on.parents:
        if snapshot.owner(parent) is not None and not snapshot.sees(roles, parent):
            raise refusal.hidden(parent)
    if on.kind == "WAREHOUSE" and "USAGE" in requirement.privileges:
        if not _has(snapshot, roles, requirement):
            raise refusal.no_warehouse()
        return
    if on.kind != "ACCOUNT" and snapshot.owner(on) is None:
        return  # the engine says what does not exist
    if not _has(snapshot, roles, requirement):
        raise _refusal(snapshot, roles, requirement)
    _decide_for_owner(snapshot, requirement)


def _refusal(snapshot: Snapshot, roles: frozenset[str], requirement: Requirement) -> SqlError:
    on = requirement.on
    if on.kind == "ACCOUNT" or snapshot.sees(roles, on):
        return refusal.insufficient(on)
    if on.kind == "FUNCTION" and "USAGE" in requirement.privileges:
        return refusal.unknown_function(on.parts[-1])
    return refusal.hidden(on)


def _has(snapshot: Snapshot, roles: frozenset[str], requirement: Requirement) -> bool:
    if not requirement.privileges:
        return snapshot.sees(roles, requirement.on)
    return any(snapshot.holds(roles, one, requirement.on) for one in requirement.privileges)


def _decide_for_owner(snapshot: Snapshot, requirement: Requirement) -> None:
    """See that the owner of a view or function may still read what is behind it."""
    ownership = snapshot.owner(requirement.on)
    if ownership is None or not {"SELECT", "USAGE"}.intersection(requirement.privileges):
        return
    roles = snapshot.closure({ownership.role})
    for privilege, kind, name in ownership.reads:
        try:
            _decide(snapshot, roles, Requirement((privilege,), Securable.named(kind, name)))
        except SqlError as reason:
            if requirement.on.kind == "FUNCTION":
                raise
            raise refusal.expansion(requirement.on, reason) from None
